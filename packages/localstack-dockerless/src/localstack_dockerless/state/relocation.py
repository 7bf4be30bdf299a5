"""Rewrites the addresses in a state that LocalStack saved on another port.

Two stacks can start from copies of one state. Then queue URLs, API endpoints and the like name the first one's port.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

_HOSTS = r"127\.0\.0\.1|localhost|[\w.-]*localhost\.localstack\.cloud"


@dataclass(frozen=True)
class Relocation:
    """From the ports that a state knows to the present ones, such as `{5260: 5360, 5261: 5361}`."""

    ports: Mapping[int, int]

    def text(self, value: str) -> str:
        """`127.0.0.1:<old>` becomes `127.0.0.1:<new>` wherever it stands, and a text that is only a port the new port.

        The port alone is rewritten because settings of functions and tasks name a database's port without its host.
        """
        if value.isdigit() and len(value) <= 5:
            return str(self.port(int(value)))
        if ":" not in value:
            return value
        return self._address.sub(lambda found: f"{found[1]}{found[2]}{self.port(int(found[3]))}", value)

    def port(self, port: int) -> int:
        return self.ports.get(port, port)

    @cached_property
    def _address(self) -> re.Pattern[str]:
        ports = "|".join(map(str, sorted(self.ports, reverse=True)))
        return re.compile(rf"(?<![\w.-])({_HOSTS})(:|%3A)({ports})(?!\d)", re.IGNORECASE)


def between(was: Mapping[str, int], now: Mapping[str, int]) -> Relocation | None:
    """From ports by their purpose to those of the same purpose now. None where they are the same."""
    ports = {port: now[purpose] for purpose, port in was.items() if purpose in now and now[purpose] != port}
    return Relocation(ports) if ports else None
