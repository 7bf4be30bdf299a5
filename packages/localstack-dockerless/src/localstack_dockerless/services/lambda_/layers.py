"""Provides the content of a function's layers as one folder, which is `/opt` on AWS.

https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html: the layers are put together in the function's order,
and a file of a later layer replaces a file of the same name.
"""

import hashlib
import io
import zipfile
from collections.abc import Sequence


def merged(archives: Sequence[bytes]) -> bytes:
    """Returns one zip of the layers' zips. Raises `zipfile.BadZipFile`."""
    entries: dict[str, tuple[zipfile.ZipInfo, bytes]] = {}
    for archive in archives:
        with zipfile.ZipFile(io.BytesIO(archive)) as bundle:
            entries |= {info.filename: (info, bundle.read(info)) for info in bundle.infolist()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        for info, data in entries.values():
            bundle.writestr(info, data)
    return buffer.getvalue()


def name_of(hashes: Sequence[str]) -> str:
    """Returns the name under which the code store keeps these layers in this order."""
    return "layers-" + hashlib.sha256("\n".join(hashes).encode()).hexdigest()
