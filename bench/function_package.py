"""The deployment package of a function of a few lines."""

import io
import zipfile


def zipped(code: str) -> bytes:
    """A zip archive with `code` as its `main.py`."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("main.py", code)
    return content.getvalue()
