"""`make audit` lists the known vulnerabilities of the packages in the lock files.

pip-audit asks the OSV database, which is on the internet. If the database cannot be reached, the command says that no
audit took place. That is no failure, so that everything else can run without the internet.
"""

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from artifacts import environments, user_shell
from local.launcher.errors import ExpectedError
from local.launcher.settings import REPOSITORY, Settings

LOCK_FILES = REPOSITORY / "requirements"
SECONDS = 600
# requests raises these errors if the database cannot be reached.
_UNREACHABLE = ("ConnectionError", "ConnectTimeout", "ReadTimeout", "ProxyError", "SSLError", "ConnectionTimeout")


@dataclass(frozen=True)
class Answer:
    """Holds the result of pip-audit for one lock file."""

    code: int
    output: str
    errors: str


class AuditError(ExpectedError):
    """pip-audit itself failed. The message has its output."""


def audit(_settings: Settings) -> int:
    """Returns 1 if a package has a known vulnerability, else 0. An unreachable database also gives 0."""
    return audit_files(sorted(LOCK_FILES.glob("*.txt")), run_pip_audit)


def audit_files(paths: list[Path], ask: Callable[[Path], Answer]) -> int:
    """Does the same for these lock files. `ask` runs pip-audit on one lock file."""
    findings = 0
    for path in paths:
        answer = ask(path)
        if _is_unreachable(answer):
            print("\nNOT AUDITED: the vulnerability database (OSV) cannot be reached from this machine.")
            print("`make audit` works where there is internet; .github/workflows/audit.yml runs it every week.")
            return int(findings > 0)
        vulnerabilities = _vulnerabilities(path, answer)
        for line in vulnerabilities:
            print(f"{path.name}: {line}")
        findings += len(vulnerabilities)
        print(f"{path.name}: {len(vulnerabilities)} known vulnerabilities", flush=True)
    return int(findings > 0)


def run_pip_audit(path: Path) -> Answer:
    """Asks about the packages of one lock file exactly as they are written. It installs and resolves nothing."""
    command: list[str | Path] = [environments.python_of("scan"), "-m", "pip_audit", "--vulnerability-service", "osv"]
    command += ["--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json", "-r", path]
    done = subprocess.run(
        command, env=user_shell.downloading(), check=False, capture_output=True, text=True, timeout=SECONDS
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def _is_unreachable(answer: Answer) -> bool:
    last = answer.errors.strip().rpartition("\n")[2]
    return answer.code != 0 and not answer.output.strip() and any(name in last for name in _UNREACHABLE)


def _vulnerabilities(path: Path, answer: Answer) -> list[str]:
    try:
        packages: list[dict[str, Any]] = json.loads(answer.output)["dependencies"]
    except (ValueError, KeyError) as error:
        raise AuditError(f"pip-audit on {path.name} ended with {answer.code}: {answer.errors[-2000:]}") from error
    if skipped := [package["name"] for package in packages if "skip_reason" in package]:
        raise AuditError(f"pip-audit left out {', '.join(skipped)} of {path.name}")
    return [
        f"{package['name']} {package['version']}: {found['id']}, fixed in {', '.join(found['fix_versions']) or 'none'}"
        for package in packages
        for found in package["vulns"]
    ]
