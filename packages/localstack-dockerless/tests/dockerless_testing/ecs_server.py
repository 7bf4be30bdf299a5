"""The process that the ECS tests run as a task: it shows its environment and fails on request.

`CRASH`: ends at once with that exit code. `STATUS`: what it answers to every request.
"""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({"pid": os.getpid(), "environment": dict(os.environ)}).encode()
        self.send_response(int(os.environ.get("STATUS", "200")))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Logs nothing: the tests read only the printed facts."""


def end(*_: object) -> None:
    print("told to end", flush=True)  # noqa: T201 -- its output is what is tested
    sys.exit(0)


signal.signal(signal.SIGTERM, end)
print(f"version {os.environ.get('VERSION')}", flush=True)  # noqa: T201
print("to standard error", file=sys.stderr, flush=True)  # noqa: T201
if "CRASH" in os.environ:
    sys.exit(int(os.environ["CRASH"]))
ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
