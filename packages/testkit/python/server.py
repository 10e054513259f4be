"""The reference application on python-socketio's AsyncServer over aiohttp."""

import asyncio
import sys

import socketio
from engineio.payload import Payload
from aiohttp import web

from jsonlines import arguments, listed, parse, report, write

# The library's documented setting; its default of 16 packets in one polling body is fewer than
# what Socket.IO's own peers send.
Payload.max_decode_packets = 2000

SECRET = "open sesame"
STRANGER = "stranger"
REFUSAL = ("not authorised", {"code": 401, "hint": "bad token"})


class Running:
    def __init__(self, target, options):
        self.target = target
        self.options = options
        settings = {"async_mode": "aiohttp", "cors_allowed_origins": "*"}
        for name, key in (("ping_interval", "pingInterval"), ("ping_timeout", "pingTimeout")):
            if key in options:
                settings[name] = options[key] / 1000
        if "maxHttpBufferSize" in options:
            settings["max_http_buffer_size"] = options["maxHttpBufferSize"]
        self.sio = socketio.AsyncServer(**settings)
        for nsp in ("/", "/chat", "/guarded"):
            self.serve(nsp)
        self.runner = None

    def serve(self, nsp):
        async def connected(sid, environ, auth=None):
            token = (auth or {}).get("token")
            if nsp == "/guarded" and token != SECRET:
                refusal = REFUSAL[:1] if token == STRANGER else REFUSAL
                raise socketio.exceptions.ConnectionRefusedError(*refusal)
            report(self.target, type="connect", nsp=nsp, sid=sid, auth=auth or {})

        async def disconnected(sid):
            report(self.target, type="disconnect", nsp=nsp, sid=sid)

        async def anything(event, sid, *args):
            if event == "settled":
                return ()
            report(self.target, type="event", nsp=nsp, sid=sid, name=event, args=args)
            if event == "echo":
                await self.sio.emit("echo", arguments(args), to=sid, namespace=nsp)
            elif event == "silent":
                # A handler that returns acknowledges, so this one does not return in time.
                await asyncio.sleep(10)
            elif event == "ack":
                return args

        self.sio.on("connect", connected, namespace=nsp)
        self.sio.on("disconnect", disconnected, namespace=nsp)
        self.sio.on("*", anything, namespace=nsp)

    async def start(self):
        app = web.Application()
        self.sio.attach(app, socketio_path=self.options.get("path", "/socket.io").strip("/"))
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        site = web.TCPSite(
            self.runner, "127.0.0.1", self.options["port"], shutdown_timeout=0.2
        )
        await site.start()

    async def do_emit(self, nsp, event, args, room=None, exceptSid=None):
        await self.sio.emit(
            event, arguments(args), room=room, skip_sid=exceptSid, namespace=nsp
        )

    async def do_request(self, sid, nsp, event, args):
        answer = await self.sio.call(event, arguments(args), to=sid, namespace=nsp, timeout=5)
        return listed(answer)

    async def do_enter(self, sid, nsp, room):
        self.sio.enter_room(sid, room, namespace=nsp)

    async def do_leave(self, sid, nsp, room):
        self.sio.leave_room(sid, room, namespace=nsp)

    async def do_disconnect(self, sid, nsp):
        await self.sio.disconnect(sid, namespace=nsp)

    async def do_transport(self, sid):
        return self.sio.transport(self.sio.manager.eio_sid_from_sid(sid, "/"))

    async def do_stop(self):
        # The library has no close(): end the sessions, then the listener.
        for session in list(self.sio.eio.sockets.values()):
            await session.close(wait=False)
        await self.runner.cleanup()


async def main():
    running = {}
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=64 * 1024 * 1024)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)

    async def perform(message):
        try:
            target, args = message["target"], message["args"]
            if message["do"] == "start":
                running[target] = Running(target, args)
                await running[target].start()
                value = None
            else:
                value = await getattr(running[target], "do_" + message["do"])(**args)
            write({"id": message["id"], "value": value})
        except Exception as error:
            write({"id": message["id"], "error": f"{type(error).__name__}: {error}"})

    while line := await reader.readline():
        asyncio.create_task(perform(parse(line)))


asyncio.run(main())
