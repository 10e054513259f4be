"""The reference application on python-socketio's Client."""

import sys
import threading
import time

import socketio
from engineio.payload import Payload

from jsonlines import arguments, listed, parse, report, write

# The library's documented setting; its default of 16 packets in one polling body is fewer than
# what Socket.IO's own peers send.
Payload.max_decode_packets = 2000

TRANSPORTS = {
    "polling": ["polling"],
    "websocket": ["websocket"],
    "upgrade": ["polling", "websocket"],
}


class Running:
    def __init__(self, target, options):
        self.target = target
        self.options = options
        self.namespaces = options.get("namespaces", ["/"])
        self.sio = socketio.Client(
            reconnection=options.get("reconnection", True),
            reconnection_delay=0.03,
            reconnection_delay_max=0.06,
            randomization_factor=0,
            handle_sigint=False,
        )
        for nsp in self.namespaces:
            self.listen(nsp)

    def listen(self, nsp):
        def connected():
            report(self.target, type="connect", nsp=nsp)

        def disconnected():
            report(self.target, type="disconnect", nsp=nsp)

        def refused(data=None):
            refusal = data if isinstance(data, dict) else {"message": str(data)}
            report(self.target, type="connect_error", nsp=nsp, **refusal)

        def anything(event, *args):
            report(self.target, type="event", nsp=nsp, name=event, args=args)
            if event == "silent":
                # A handler that returns acknowledges, so this one does not return in time.
                time.sleep(10)
            elif event == "ask":
                return args

        self.sio.on("connect", connected, namespace=nsp)
        self.sio.on("disconnect", disconnected, namespace=nsp)
        self.sio.on("connect_error", refused, namespace=nsp)
        self.sio.on("*", anything, namespace=nsp)

    def start(self):
        threading.Thread(target=self.connect, daemon=True).start()

    def connect(self):
        try:
            self.sio.connect(
                self.options["url"],
                auth=self.options.get("auth"),
                transports=TRANSPORTS[self.options["mode"]],
                namespaces=self.namespaces,
                socketio_path=self.options.get("path", "/socket.io").strip("/"),
                wait_timeout=5,
            )
        except socketio.exceptions.ConnectionError:
            pass  # already reported by the connect_error handler

    def do_emit(self, nsp, event, args):
        self.sio.emit(event, arguments(args), namespace=nsp)

    def do_request(self, nsp, event, args):
        return listed(self.sio.call(event, arguments(args), namespace=nsp, timeout=5))

    def do_id(self, nsp):
        return self.sio.get_sid(nsp)

    def do_transport(self):
        return self.sio.transport()

    def do_disconnect(self):
        # With a POST still under way, python-engineio sends nothing after it: neither DISCONNECT nor CLOSE, to any
        # server. One in twenty is lost where a client leaves as soon as it has come.
        queue = self.sio.eio.queue
        deadline = time.monotonic() + 1
        while queue and queue.unfinished_tasks and time.monotonic() < deadline:
            time.sleep(0.005)
        self.sio.disconnect()


def main():
    running = {}

    def perform(message):
        try:
            target, args = message["target"], message["args"]
            if message["do"] == "start":
                running[target] = Running(target, args)
                running[target].start()
                value = None
            else:
                value = getattr(running[target], "do_" + message["do"])(**args)
            write({"id": message["id"], "value": value})
        except Exception as error:
            write({"id": message["id"], "error": f"{type(error).__name__}: {error}"})

    for line in sys.stdin:
        message = parse(line)
        if message["do"] in ("request", "disconnect"):
            # These wait for the other side; the commands after them must not.
            threading.Thread(target=perform, args=(message,), daemon=True).start()
        else:
            perform(message)


main()
