"""Finds the parts of a stack that differ from the files of this clone. Only the content of the files counts.

Each file of a deployment belongs to exactly one part. So an unchanged part need not be deployed. A part without a
record counts as changed.

configuration    Terraform's files, lock file and variables of every environment, and the stack's settings
functions        the zip of each Lambda function
service          the files that the service's tasks run
emulator         the plug-ins, their lock files, and the engine's own files
"""

from collections.abc import Iterable
from dataclasses import dataclass

from artifacts.packages import FUNCTIONS, is_built
from local.launcher import state
from local.launcher.settings import Settings
from local.launcher.state import State


@dataclass(frozen=True)
class Changes:
    """Says for each part whether it differs. `functions` holds the names of the functions whose code differs."""

    emulator: bool
    configuration: bool
    functions: tuple[str, ...]
    service: bool

    def __bool__(self) -> bool:
        return self.emulator or self.configuration or bool(self.functions) or self.service

    @property
    def only_code(self) -> bool:
        """Says whether only code differs. Then Terraform has nothing else to change."""
        return bool(self) and not self.emulator and not self.configuration

    def words(self) -> list[str]:
        """Returns the names of the changed parts, for the user."""
        parts = {"plug-ins": self.emulator, "terraform": self.configuration, "service": self.service}
        return [*self.functions, *(name for name, differs in parts.items() if differs)]


def functions_of(settings: Settings) -> list[str]:
    """Returns the functions of a stack. The notifier is there only for a stack that notifies customers."""
    left_out = {"notifier"} if settings.customer_notifications == "none" else set()
    return [name for name in FUNCTIONS if name not in left_out]


def since_deployment(settings: Settings, remembered: State, emulator_sources: Iterable[str]) -> Changes:
    """Compares the present files with the last deployment. A function without a zip counts as changed."""
    hashes = state.zip_hashes()
    fingerprints = remembered.fingerprints
    return Changes(
        emulator=fingerprints.get("emulator") != state.emulator_fingerprint(emulator_sources),
        configuration=fingerprints.get("configuration") != state.configuration_fingerprint(settings),
        functions=tuple(
            name
            for name in functions_of(settings)
            if remembered.zips.get(name) != hashes.get(name) or not is_built(name)
        ),
        service=fingerprints.get("service") != state.service_fingerprint(),
    )
