"""Reads the public keys of JWT issuers: from a server on this machine, or from a file.

An issuer such as `https://cognito-idp.eu-central-1.amazonaws.com/<pool>` is never called. The setting
`EMULATOR_JWT_ISSUERS` names the place of its keys: `<issuer>=<place>`, with spaces between several. A place is the path
of a JSON Web Key Set, or the URL of a server on this machine that has `/.well-known/openid-configuration`. An issuer
that is such a URL itself needs no setting.
Source: https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
"""

import json
import os
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

from localstack_dockerless.services.apigatewayv2.execute_api.loopback import is_loopback

VARIABLE = "EMULATOR_JWT_ISSUERS"
_TIMEOUT = 5.0  # seconds

_opener = build_opener(ProxyHandler({}))


class KeysUnavailableError(Exception):
    """The keys of the issuer cannot be read. The text says why."""


def places(text: str) -> dict[str, str]:
    """Returns the place of each issuer's keys in the value `text` of the setting.

    Raises
    ------
    ValueError
        A part is not `<issuer>=<place>`, or a place is a URL of another machine.
    """
    found = {}
    for part in text.split():
        issuer, separator, place = part.partition("=")
        if not separator or not place or not issuer.startswith(("http://", "https://")):
            raise ValueError(f"{VARIABLE}: {part!r} is not <issuer>=<path or URL>")
        if "://" in place and not _is_local(place):
            raise ValueError(f"{VARIABLE}: {place} is not on this machine")
        found[issuer] = place
    return found


def place_of(issuer: str) -> str | None:
    """Returns the path or URL of the issuer's keys. None: the emulator cannot get them."""
    known = places(os.environ.get(VARIABLE, "")).get(issuer)
    return known or (issuer if _is_local(issuer) else None)


def read_keys(issuer: str) -> dict[str, Any]:
    """Returns the issuer's JSON Web Key Set.

    Raises
    ------
    KeysUnavailableError
    """
    try:
        place = place_of(issuer)
        if place is None:
            raise KeysUnavailableError(f"{VARIABLE} names no keys of {issuer}")
        if "://" not in place:
            return _object(Path(place).read_bytes())
        discovery = _get(f"{place.rstrip('/')}/.well-known/openid-configuration")
        return _get(str(discovery.get("jwks_uri")))
    except (OSError, ValueError) as error:
        raise KeysUnavailableError(f"the keys of {issuer} cannot be read: {error}") from error


def _get(url: str) -> dict[str, Any]:
    if not _is_local(url):
        raise ValueError(f"{url} is not on this machine")
    try:
        with _opener.open(url, timeout=_TIMEOUT) as answer:
            return _object(answer.read())
    except URLError as error:
        raise ValueError(f"{url} does not answer: {error.reason}") from error


def _object(content: bytes) -> dict[str, Any]:
    document = json.loads(content)
    if not isinstance(document, dict):
        raise ValueError("it is not a JSON object")
    return document


def _is_local(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "http" and is_loopback(parts.hostname)
