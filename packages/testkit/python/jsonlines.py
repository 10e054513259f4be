"""Commands from standard input, answers and reports to standard output, one JSON text a line."""

import base64
import json
import sys
import threading

_lock = threading.Lock()


def plain(value):
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def revive(value):
    if isinstance(value, list):
        return [revive(item) for item in value]
    if isinstance(value, dict):
        if isinstance(value.get("$bytes"), str):
            return base64.b64decode(value["$bytes"])
        return {key: revive(item) for key, item in value.items()}
    return value


def write(message):
    line = json.dumps(plain(message)) + "\n"
    with _lock:
        sys.stdout.write(line)
        sys.stdout.flush()


def report(target, **entry):
    write({"target": target, "entry": entry})


def parse(line):
    message = json.loads(line)
    message["args"] = revive(message["args"])
    return message


def arguments(args):
    """The form in which the library's emit takes a list of arguments."""
    return tuple(args) if args else None


def listed(answer):
    """The arguments of an acknowledgement as a list."""
    if answer is None:
        return []
    return list(answer) if isinstance(answer, tuple) else [answer]
