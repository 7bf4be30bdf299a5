"""Puts the body of an HTTP request into an event: as text, or in base64.

Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads. HTTP APIs do the same: the body
of a form (`application/x-www-form-urlencoded`) is in base64 too.
"""

import base64
import re

_TEXT = re.compile(r"text/|application/(json|javascript|xml)|.*\+(json|xml)", re.IGNORECASE)


def body_as_text(body: bytes, content_type: str) -> tuple[str, bool]:
    """Returns the body's text, and whether the text is in base64."""
    if _TEXT.match(content_type):
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode(), True
