"""The headers by which the gateway says to the service who calls, and what that customer's meter does.

The authorizer makes the values (its context). The gateway writes each of them over a header of that name, so a
client's own value never arrives. The service reads them. So it needs no look-up to check the grid and the supply.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from domain.intervals import QUARTER_HOURS, IntervalLengths, InvalidLengthsError
from domain.metering_points import InvalidMeteringPointError, parse_metering_point
from domain.supply import ALWAYS, InvalidSupplyError, Supply

METERING_POINT = "x-billing-metering-point"
INTERVAL_MINUTES = "x-interval-minutes"
SUPPLY = "x-supply"

CONTEXT: Mapping[str, str] = MappingProxyType(
    {METERING_POINT: "billing_metering_point_number", INTERVAL_MINUTES: "interval_minutes", SUPPLY: "supply"}
)
"""The name in the authorizer's context of each header's value. Terraform maps them, and a test holds the two together.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
"""


class InvalidIdentityError(ValueError):
    """The headers are not the ones of the gateway. A request without them did not come through it."""


@dataclass(frozen=True)
class Identity:
    """The customer that a request acts for. `metering_point` is the number that the key opens."""

    metering_point: str
    lengths: IntervalLengths = QUARTER_HOURS
    supply: Supply = ALWAYS

    def as_context(self) -> dict[str, str]:
        """Returns the authorizer's context. Every value is a text that is not empty."""
        return {
            CONTEXT[METERING_POINT]: self.metering_point,
            CONTEXT[INTERVAL_MINUTES]: self.lengths.encode(),
            CONTEXT[SUPPLY]: self.supply.encode(),
        }

    def as_headers(self) -> dict[str, str]:
        """Returns the headers that the gateway makes of the context, for tests and programs that stand in for it."""
        context = self.as_context()
        return {header: context[name] for header, name in CONTEXT.items()}

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> "Identity":
        """Reads the headers by their names in small letters. Raises `InvalidIdentityError`."""
        try:
            return _read(headers[METERING_POINT], headers[INTERVAL_MINUTES], headers[SUPPLY])
        except KeyError as error:
            raise InvalidIdentityError(f"the header {error} is missing") from error


@lru_cache(maxsize=10_000)
def _read(number: str, lengths: str, supply: str) -> Identity:
    try:
        return Identity(parse_metering_point(number), IntervalLengths.decode(lengths), Supply.decode(supply))
    except (InvalidMeteringPointError, InvalidLengthsError, InvalidSupplyError) as error:
        raise InvalidIdentityError(str(error)) from error
