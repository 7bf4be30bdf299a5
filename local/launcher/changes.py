"""Says which parts of a stack differ from the files of this clone, by their content alone.

Everything that a deployment is made of belongs to exactly one part, so that a part that is the same need not be
deployed. A part counts as changed where nothing is recorded of it.

configuration    Terraform's files, lock file, variables of every environment, and the settings that it is given
functions        the zip of each Lambda function
service          the files that the service's tasks run
emulator         the plug-in package and its lock files, and the files of an engine's own
"""

from collections.abc import Iterable
from dataclasses import dataclass

from artifacts.packages import FUNCTIONS, is_built
from local.launcher import state
from local.launcher.settings import Settings
from local.launcher.state import State


@dataclass(frozen=True)
class Changes:
    """`functions` are the names of those whose code differs."""

    emulator: bool
    configuration: bool
    functions: tuple[str, ...]
    service: bool

    def __bool__(self) -> bool:
        return self.emulator or self.configuration or bool(self.functions) or self.service

    @property
    def only_code(self) -> bool:
        """Whether nothing differs but code that runs: Terraform has nothing else to change."""
        return bool(self) and not self.emulator and not self.configuration

    def words(self) -> list[str]:
        """The parts' names, for the user."""
        parts = {"emulator": self.emulator, "terraform": self.configuration, "service": self.service}
        return [*self.functions, *(name for name, differs in parts.items() if differs)]


def since_deployment(settings: Settings, remembered: State, emulator_sources: Iterable[str]) -> Changes:
    """What differs between the files of now and the last deployment; a function that is not built differs."""
    hashes = state.zip_hashes()
    fingerprints = remembered.fingerprints
    return Changes(
        emulator=fingerprints.get("emulator") != state.emulator_fingerprint(emulator_sources),
        configuration=fingerprints.get("configuration") != state.configuration_fingerprint(settings),
        functions=tuple(
            name for name in FUNCTIONS if remembered.zips.get(name) != hashes.get(name) or not is_built(name)
        ),
        service=fingerprints.get("service") != state.service_fingerprint(),
    )
