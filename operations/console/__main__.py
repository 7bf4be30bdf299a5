"""Starts the console on 127.0.0.1, with the AWS credentials of the shell.

    terraform -chdir=terraform output -json > outputs.json
    python -m operations.console --outputs outputs.json

It prints a link with a token. Whoever opens the link on this machine may do what these credentials may do. The managed
policies `viewer_policy_arn` and `operator_policy_arn` of Terraform's outputs have the permissions. `make console` does
the same on a local stack. Ctrl-C ends it.
"""

import argparse
import getpass
import json
import os
import secrets
import socket
import sys
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import uvicorn
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from operations.console.address import link
from operations.console.app import make_app
from operations.console.data import Data
from operations.console.needs import OUTPUTS, Needs
from operations.outputs import OutputsError, read

PORT = 4600
_POOL = 32
"""So many connections are open to a service. A page asks for several things at the same time."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m operations.console", description=__doc__)
    parser.add_argument("--outputs", type=Path, required=True, help="the file that `terraform output -json` wrote")
    parser.add_argument("--port", type=int, default=PORT, help=f"the port on 127.0.0.1. Default: {PORT}")
    parser.add_argument("--to", default="", help="a path of the console, such as that of an alarm, for the link")
    parser.add_argument("--by", default="", help="the name that alarms record. Default: the name of the credentials")
    parser.add_argument("--stack", default="", help="the name of a local stack, for the commands that pages show")
    parser.add_argument("--cache", type=Path, help="a folder for parts. Default: a folder of this user")
    parser.add_argument("--token-file", type=Path, help="a file with the link's token. Default: a new token")
    parser.add_argument("--quiet", action="store_true", help="does not print the link")
    parser.add_argument("--fd", type=int, help="a socket that listens already, which the launcher hands over")
    parser.add_argument("--idle-seconds", type=int, default=0, help="ends after so long without a request")
    options = parser.parse_args(arguments)
    try:
        needs = _needs(options)
        listening = _socket(options)
    except (OutputsError, OSError) as error:
        print(f"the console did not start: {error}", file=sys.stderr)
        return 1
    if options.fd is None and not options.quiet:
        print(f"The console: {link(needs.port, needs.token, options.to)}\nCtrl-C ends it.", flush=True)
    serve(needs, listening, options.idle_seconds)
    return 0


def serve(needs: Needs, listening: socket.socket, idle_seconds: int = 0) -> None:
    """Serves until a signal ends it, or until no request has come for `idle_seconds`."""
    app = make_app(needs)
    data: Data = app.state.data
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, proxy_headers=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    if idle_seconds:
        from operations.console.idle import end_when_idle  # noqa: PLC0415  only the launcher's console ends

        end_when_idle(app, server, idle_seconds)
    server.run(sockets=[listening])
    data.close()


def _needs(options: argparse.Namespace) -> Needs:
    content = json.loads(options.outputs.read_text(encoding="utf-8")) if options.outputs.exists() else {}
    outputs = read(options.outputs, sorted({*OUTPUTS, *content}))
    return Needs(
        outputs=outputs,
        client=client,
        folder=options.cache or _cache(),
        token=_token(options.token_file),
        port=options.port,
        person=options.by or _person(),
        stack=options.stack,
    )


def _token(path: Path | None) -> str:
    return path.read_text(encoding="ascii").strip() if path else secrets.token_urlsafe(32)


@cache
def _session() -> boto3.Session:
    return boto3.Session()


@cache
def client(service: str) -> Any:
    """Returns the client of a service, with the credentials and the region of the shell."""
    patience = Config(
        max_pool_connections=_POOL,
        connect_timeout=3,
        read_timeout=30,
        retries={"mode": "standard", "total_max_attempts": 3},
    )
    return _session().client(service, config=patience)  # type: ignore[call-overload]


def _person() -> str:
    """Returns the name of the credentials. For the root of an account, it is the user of the shell."""
    try:
        name = str(client("sts").get_caller_identity()["Arn"]).rpartition("/")[2]
    except (BotoCoreError, ClientError):
        name = ""
    if name and not name.endswith(":root"):
        return name
    try:
        return getpass.getuser()
    except OSError:
        return "operator"


def _cache() -> Path:
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "energy-console"


def _socket(options: argparse.Namespace) -> socket.socket:
    if options.fd is not None:
        return socket.socket(fileno=options.fd)
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind(("127.0.0.1", options.port))
    except OSError as error:
        raise OSError(f"port {options.port} of 127.0.0.1 is taken: choose another with --port ({error})") from error
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
