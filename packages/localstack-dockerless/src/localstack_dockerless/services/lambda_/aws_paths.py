"""Rewrites the function's paths to the paths on AWS, in its log and its errors.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html: the code is in /var/task, the runtime in /var/lang. The
layers are in /opt (https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html).

On this machine they are in other folders, and creating AWS's folders needs privileges. So each line of the log and each
error of the runtime is rewritten. A function's result is not rewritten. `__file__` and `LAMBDA_TASK_ROOT` name the
existing folder, because a function opens files by them.
"""

import json
from collections.abc import Iterable
from pathlib import Path

TASK_ROOT = "/var/task"
LAYERS = "/opt"


class AwsPaths:
    """Rewrites texts. `places` maps each folder of this machine to its folder on AWS."""

    def __init__(self, places: Iterable[tuple[Path, str]] = ()) -> None:
        found = [(str(here), there) for here, there in places]
        # a folder within another one comes first
        self._texts = sorted(found, key=lambda pair: len(pair[0]), reverse=True)
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
        """Rewrites a JSON body, whose paths may be escaped."""
        for here, there in self._bytes:
            body = body.replace(here, there)
        return body
