"""Decodes the client context of an invocation (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html)."""

import base64
import json


def decode_client_context(header: str | None) -> str | None:
    """Returns `X-Amz-Client-Context` (base64 of JSON) as the one line of JSON that the Runtime API carries.

    Raises `ValueError` if the header is not base64 of JSON.
    """
    if not header:
        return None
    decoded = json.loads(base64.b64decode(header + "=" * (-len(header) % 4), validate=True))
    if not isinstance(decoded, dict):
        raise ValueError("no JSON object")
    return json.dumps(decoded)
