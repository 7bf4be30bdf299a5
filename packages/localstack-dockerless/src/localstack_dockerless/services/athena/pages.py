"""Divides a list into pages, as Athena's List operations do."""

from typing import Any

from localstack_dockerless.services.athena.errors import invalid


def page(name: str, found: list[Any], request: dict[str, Any], most: int) -> dict[str, Any]:
    """Returns the page of `found` that the request asks for, with the token of the next one.

    The token is the place of the next element. Raises the API's error for a wrong one.
    """
    token = request.get("NextToken") or "0"
    if not token.isdigit():
        raise invalid("The NextToken is invalid")
    start, count = int(token), request.get("MaxResults") or most
    following = {"NextToken": str(start + count)} if start + count < len(found) else {}
    return {name: found[start : start + count], **following}
