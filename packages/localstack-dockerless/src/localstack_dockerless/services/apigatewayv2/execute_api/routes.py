"""Finds the route of a request.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html ("Routing API
requests"): a full match of route and method, then a match of a greedy path variable, then `$default`. Of
several full matches the most specific route wins: a fixed segment beats a variable, from the left, and a named method
beats ANY.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

DEFAULT = "$default"


@dataclass(frozen=True)
class Pattern:
    """Holds the parts of a route key. `method` is ANY or a method's name. `segments` are the path's parts."""

    key: str
    method: str
    segments: tuple[str, ...]

    @property
    def greedy(self) -> bool:
        """Tells whether the path ends in a variable that matches the whole rest."""
        return bool(self.segments) and self.segments[-1].endswith("+}")

    @property
    def rank(self) -> tuple[bool, tuple[int, ...], bool]:
        """Sorts the more specific pattern first: fixed segments, then variables, then a greedy variable."""
        kinds = tuple(segment.startswith("{") + segment.endswith("+}") for segment in self.segments)
        return self.greedy, kinds, self.method == "ANY"


@dataclass(frozen=True)
class Match:
    """Holds the route's key and the decoded values of its path variables."""

    key: str
    path_parameters: dict[str, str]


class RouteTable:
    """Holds the routes of an API, in the order of their trial."""

    def __init__(self, keys: Iterable[str]) -> None:
        keys = list(keys)
        self._default = DEFAULT in keys
        self._patterns = sorted((parse(key) for key in keys if key != DEFAULT), key=lambda p: p.rank)

    def match(self, method: str, path: str) -> Match | None:
        """Returns the route of a request. `path` is raw and begins with a slash."""
        segments = path.removeprefix("/").split("/")
        for pattern in self._patterns:
            if pattern.method in ("ANY", method):
                parameters = _parameters(pattern, segments)
                if parameters is not None:
                    return Match(pattern.key, parameters)
        return Match(DEFAULT, {}) if self._default else None


def parse(key: str) -> Pattern:
    """Parses a route key such as `GET /pets/{id}`.

    Raises
    ------
    ValueError
        The key is not a method and a path, or a greedy variable is not at the end.
    """
    method, _, path = key.partition(" ")
    if not method.isalpha() or not path.startswith("/"):
        raise ValueError(f"{key!r} is not a method and a path")
    segments = tuple(path.removeprefix("/").split("/"))
    if any(segment.endswith("+}") for segment in segments[:-1]):
        raise ValueError(f"the greedy path variable of {key!r} is not at the end")
    return Pattern(key, method.upper(), segments)


def _parameters(pattern: Pattern, segments: list[str]) -> dict[str, str] | None:
    fixed = pattern.segments[:-1] if pattern.greedy else pattern.segments
    if len(segments) < len(pattern.segments) or (len(segments) > len(fixed) and not pattern.greedy):
        return None
    found = {}
    for wanted, segment in zip(fixed, segments, strict=False):
        if wanted.startswith("{") and wanted.endswith("}"):
            if not segment:
                return None
            found[wanted[1:-1]] = unquote(segment)
        elif wanted != unquote(segment):
            return None
    if pattern.greedy:
        rest = "/".join(segments[len(fixed) :])
        if not rest:
            return None
        found[pattern.segments[-1][1:-2]] = unquote(rest)
    return found
