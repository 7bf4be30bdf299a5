"""Rewrites the addresses in a state that LocalStack saved on another port.

Two stacks can start from copies of one state. Queue URLs, API endpoints and the like name the first stack's port then.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

_HOSTS = r"127\.0\.0\.1|localhost|[\w.-]*localhost\.localstack\.cloud"


@dataclass(frozen=True)
class Relocation:
    """Maps the ports of a state to the present ports, such as `{5260: 5360, 5261: 5361}`."""

    ports: Mapping[int, int]

    def text(self, value: str) -> str:
        """Rewrites every `127.0.0.1:<old>` to `127.0.0.1:<new>`, and a text that is only a port to the new port.

        A text that is only a port is rewritten because settings of functions and tasks name a database's port without
        its host.
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
    """Returns the relocation from former ports by purpose to present ports. None: they are the same."""
    ports = {port: now[purpose] for purpose, port in was.items() if purpose in now and now[purpose] != port}
    return Relocation(ports) if ports else None
