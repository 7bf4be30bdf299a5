"""The address of the console. It needs only the standard library, because the launcher prints it too."""

from urllib.parse import quote


def link(port: int, token: str, to: str = "") -> str:
    """Returns the link that opens the console, or a page of it."""
    further = f"&to={quote(to)}" if to else ""
    return f"http://127.0.0.1:{port}/enter?token={token}{further}"
