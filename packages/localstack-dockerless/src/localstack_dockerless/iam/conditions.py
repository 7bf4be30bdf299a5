"""Evaluates the Condition element of a policy.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

import ipaddress
import operator as compare
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from localstack_dockerless.iam.patterns import CannotEvaluateError, Keys, arn_like, filled_in, like

Test = Callable[[str, str], bool]  # the policy's value, the request's


def _moment(text: str) -> datetime:
    if text.isdecimal():
        return datetime.fromtimestamp(int(text), UTC)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _ordered(read: Callable[[str], float | datetime], test: Callable[[float, float], bool]) -> Test:
    return lambda wanted, actual: test(read(actual), read(wanted))  # type: ignore[arg-type]  # both of one kind


def _in_network(wanted: str, actual: str) -> bool:
    return ipaddress.ip_address(actual) in ipaddress.ip_network(wanted)


TESTS: Mapping[str, Test] = {
    "stringequals": compare.eq,
    "stringequalsignorecase": lambda wanted, actual: wanted.lower() == actual.lower(),
    "stringlike": like,
    "arnequals": arn_like,
    "arnlike": arn_like,
    "bool": lambda wanted, actual: wanted.lower() == actual.lower(),
    "ipaddress": _in_network,
    "numericequals": _ordered(float, compare.eq),
    "numericlessthan": _ordered(float, compare.lt),
    "numericlessthanequals": _ordered(float, compare.le),
    "numericgreaterthan": _ordered(float, compare.gt),
    "numericgreaterthanequals": _ordered(float, compare.ge),
    "dateequals": _ordered(_moment, compare.eq),
    "datelessthan": _ordered(_moment, compare.lt),
    "datelessthanequals": _ordered(_moment, compare.le),
    "dategreaterthan": _ordered(_moment, compare.gt),
    "dategreaterthanequals": _ordered(_moment, compare.ge),
}
NEGATED: Mapping[str, str] = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
    "notipaddress": "ipaddress",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
}


@dataclass(frozen=True)
class Condition:
    """Holds one operator and one key. `operator` is as the policy writes it."""

    operator: str
    key: str
    values: tuple[str, ...]

    def holds(self, keys: Keys) -> bool:
        """Tells whether the condition holds. Raises `CannotEvaluateError` for an unknown operator or key."""
        quantifier, name, if_exists = _parsed(self.operator)
        if self.key.lower() not in keys:
            raise CannotEvaluateError(f"the condition key {self.key}")
        actual = keys[self.key.lower()]
        if name == "null":
            return (actual is None) == (self.values[0].lower() == "true")
        test, negated = self._test(name)
        if actual is None:
            return if_exists or quantifier == "forallvalues" or (negated and quantifier != "foranyvalue")
        wanted = [value for text in self.values if (value := filled_in(text, keys)) is not None]
        results = (_meets(test, wanted, value) != negated for value in _each(actual))
        return all(results) if quantifier == "forallvalues" or (negated and not quantifier) else any(results)

    def _test(self, name: str) -> tuple[Test, bool]:
        positive = NEGATED.get(name, name)
        if positive not in TESTS:
            raise CannotEvaluateError(f"the condition operator {self.operator}")
        return TESTS[positive], name in NEGATED


def _parsed(operator: str) -> tuple[str, str, bool]:
    quantifier, _, name = operator.lower().rpartition(":")
    if_exists = name.endswith("ifexists")
    return quantifier, name.removesuffix("ifexists"), if_exists


def _meets(test: Test, wanted: Iterable[str], actual: str) -> bool:
    try:
        return any(test(value, actual) for value in wanted)
    except ValueError:
        return False  # no number, time or address: AWS says that the values do not match


def _each(actual: str | tuple[str, ...]) -> tuple[str, ...]:
    return (actual,) if isinstance(actual, str) else actual


def all_hold(conditions: Iterable[Condition], keys: Keys) -> bool:
    """Tells whether every condition holds. One condition that fails decides, even if another cannot be evaluated.

    Raises `CannotEvaluateError` if no condition fails and one cannot be evaluated.
    """
    open_question: CannotEvaluateError | None = None
    for condition in conditions:
        try:
            if not condition.holds(keys):
                return False
        except CannotEvaluateError as error:
            open_question = open_question or error
    if open_question:
        raise open_question
    return True
