"""The function's paths as they are on AWS, in what is shown of it: its log and its errors.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html: the code lies in /var/task, the runtime in /var/lang.

On this machine they lie elsewhere, and nothing can be put at those places without privileges. So the texts are
rewritten: each line of the log and each error of the runtime. Not rewritten is what a function returns, and
`__file__` and `LAMBDA_TASK_ROOT` name the folder that exists, because a function opens files by them.
"""

import json
from collections.abc import Iterable
from pathlib import Path

TASK_ROOT = "/var/task"


class AwsPaths:
    """`places`: what lies where here, and where it lies on AWS."""

    def __init__(self, places: Iterable[tuple[Path, str]] = ()) -> None:
        found = [(str(here), there) for here, there in places]
        self._texts = sorted(found, key=lambda pair: len(pair[0]), reverse=True)  # what lies within comes first
        self._bytes = [
            (form, there.encode())
            for here, there in self._texts
            for form in {json.dumps(here)[1:-1].encode(), here.encode()}
        ]

    def text(self, text: str) -> str:
        for here, there in self._texts:
            text = text.replace(here, there)
        return text

    def json(self, body: bytes) -> bytes:
        """Of a body in JSON, where a path may be escaped."""
        for here, there in self._bytes:
            body = body.replace(here, there)
        return body
