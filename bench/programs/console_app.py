"""The console over a folder in place of S3, and over a running stack for all other services.

`python -m bench.programs.console_app PORT FOLDER OUTPUTS TOKEN`. `/bare` is a page without data: FastAPI and the
console's guard alone.
"""

import json
import socket
import sys
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import uvicorn
from fastapi.responses import HTMLResponse

from bench.console_data import BUCKET
from bench.programs.directory_s3 import DirectoryS3
from operations.console.app import make_app
from operations.console.needs import Needs

BARE = "/bare"


def main(port: str, folder: str, outputs: str, token: str) -> None:
    """Serves until it is ended."""
    s3 = DirectoryS3(Path(folder))

    @cache
    def client(service: str) -> Any:
        return s3 if service == "s3" else boto3.client(service)  # type: ignore[call-overload]

    given = json.loads(Path(outputs).read_text()) | {"enriched_bucket": BUCKET}
    app = make_app(Needs(given, client, Path(folder) / "cache", token, int(port), "bench", stack="bench"))
    app.add_api_route(BARE, lambda: HTMLResponse("<!doctype html><title>bare</title><p>bare"))
    listening = socket.create_server(("127.0.0.1", int(port)))
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[listening])


if __name__ == "__main__":
    main(*sys.argv[1:])
