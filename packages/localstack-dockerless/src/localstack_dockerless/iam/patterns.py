"""Evaluates the wildcards and the variables of policies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from collections.abc import Mapping
from functools import lru_cache

Keys = Mapping[str, str | tuple[str, ...] | None]
"""Maps a request's condition keys in lower case to values.

The value None: AWS sends none with this request. A missing key: this package does not know it.
"""

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_LITERAL = {"*", "?", "$"}


class CannotEvaluateError(Exception):
    """A policy uses an element that this package does not evaluate. The text names it."""


@lru_cache(maxsize=8192)
def _compiled(pattern: str, *, ignore_case: bool) -> re.Pattern[str]:
    wildcards = {"*": ".*", "?": "."}
    parts = re.split(r"(\$\{[*?$]\}|[*?])", pattern)
    text = "".join(wildcards.get(part) or re.escape(_unwrapped(part)) for part in parts)
    return re.compile(text, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def _unwrapped(part: str) -> str:
    return part[2] if _VARIABLE.fullmatch(part) else part


def like(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Tells whether `text` matches `pattern`. `*` is any characters, `?` is one, `${*}` is a literal asterisk."""
    return _compiled(pattern, ignore_case=ignore_case).fullmatch(text) is not None


def arn_like(pattern: str, arn: str) -> bool:
    """Compares as the condition ArnLike does: each of the 6 parts by itself.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
    """
    wanted, actual = pattern.split(":", 5), arn.split(":", 5)
    if len(wanted) != 6 or len(actual) != 6:
        return pattern == "*"
    return all(like(part, text) for part, text in zip(wanted, actual, strict=True))


def filled_in(text: str, keys: Keys) -> str | None:
    """Returns `text` with the values of its policy variables. None: the request has no value for one of them.

    Raises `CannotEvaluateError` for an unknown variable.
    """
    if "${" not in text:
        return text
    missing = False

    def value(match: re.Match[str]) -> str:
        nonlocal missing
        if match[1] in _LITERAL:
            return match[0]
        name, _, default = (part.strip() for part in match[1].partition(","))
        if name.lower() not in keys:
            raise CannotEvaluateError(f"the policy variable ${{{name}}}")
        found = keys[name.lower()] or default.strip("'") or None
        missing = missing or not isinstance(found, str)
        return re.sub(r"[*?]", r"${\g<0>}", found) if isinstance(found, str) else ""

    filled = _VARIABLE.sub(value, text)
    return None if missing else filled
