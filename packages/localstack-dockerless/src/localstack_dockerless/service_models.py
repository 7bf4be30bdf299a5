"""Loads botocore's service models without their documentation and as plain dictionaries.

LocalStack, moto and each of LocalStack's own clients keep the botocore models of the services that they use. The 22
services of an ordinary stack take 51 MiB each time as botocore loads them, and 27 MiB without the texts, which nothing
here reads, and without `OrderedDict`, which orders as a dictionary does. They also load in two thirds of the time.
"""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import IO, Any

from botocore.loaders import JSONFileLoader

Open = Callable[[str, str], AbstractContextManager[IO[bytes]]]
"""How a file of that suffix is opened: `open` or `gzip.open`."""


def load_file(_loader: JSONFileLoader, path: str, open_method: Open) -> Any:
    """Returns the content of the JSON file `path`; None where there is no such file, as the loader tries suffixes."""
    try:
        with open_method(path, "rb") as file:
            return json.loads(file.read(), object_hook=_without_documentation)
    except FileNotFoundError:
        return None


def _without_documentation(found: dict[str, Any]) -> dict[str, Any]:
    """Empties the text, which stays as botocore asks for some by their key. An object under the key is no text."""
    if isinstance(found.get("documentation"), str):
        found["documentation"] = ""
    return found
