"""`python -m local.commands.secret_scan` looks for secrets in the files that git tracks.

With the word `accept` it rewrites the baseline. detect-secrets finds the secrets. `.secrets.baseline` holds reviewed
false positives. The file, the kind and the hash are compared, so an edit that only moves a line changes nothing.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from detect_secrets.core import baseline
from detect_secrets.core.potential_secret import PotentialSecret
from detect_secrets.core.secrets_collection import SecretsCollection

from artifacts import user_shell
from local.launcher.settings import REPOSITORY

BASELINE = ".secrets.baseline"


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["accept"]):
        print("usage: python -m local.commands.secret_scan [accept]")
        return 2
    os.chdir(REPOSITORY)  # detect-secrets reports the paths that it was given
    content = baseline.load_from_file(BASELINE)
    known = list(_each(baseline.load(content)))  # loading also sets the detectors and filters of the baseline
    found = list(_each(_scan()))
    if arguments == ["accept"]:
        _accept(content, found)
        return 0
    return report(known, found)


def report(known: list[PotentialSecret], found: list[PotentialSecret]) -> int:
    """Prints the differences from the baseline. Returns 1 if there are any."""
    new = [secret for secret in found if secret not in known]
    gone = [secret for secret in known if secret not in found]
    for secret in new:
        print(f"{secret.filename}:{secret.line_number}: {secret.type}: not in {BASELINE}")
    for secret in gone:
        print(f"{secret.filename}: {secret.type}: in {BASELINE}, but no longer there")
    if new or gone:
        print("Remove real secrets. For look-alikes, run `python -m local.commands.secret_scan accept`, which renews")
        print("the baseline, and review its diff.")
        return 1
    print(f"no secret in what git tracks; {len(known)} look-alikes are in {BASELINE}")
    return 0


def tracked_files() -> list[str]:
    """Returns the files that git tracks or would add, as paths below the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, env=user_shell.local(), cwd=REPOSITORY, check=True, capture_output=True)
    return sorted(
        name for name in done.stdout.decode().split("\0") if name and (REPOSITORY / name).is_file() and name != BASELINE
    )


def _scan() -> SecretsCollection:
    found = SecretsCollection()
    for name in tracked_files():
        found.scan_file(name)
    return found


def _each(secrets: Any) -> Iterator[PotentialSecret]:
    return (secret for _, secret in secrets if not _is_made_up(secret))


def _is_made_up(secret: PotentialSecret) -> bool:
    """Returns whether a test only names a value `password`. Values in tests that look random are still found."""
    return bool(secret.filename.startswith("tests/") and secret.type == "Secret Keyword")


def _accept(content: dict[str, Any], found: list[PotentialSecret]) -> None:
    results: dict[str, list[dict[str, Any]]] = {}
    for secret in found:
        entry = {"type": secret.type, "hashed_secret": secret.secret_hash, "is_secret": False}
        results.setdefault(secret.filename, []).append(entry)
    for entries in results.values():
        entries.sort(key=lambda entry: (entry["type"], entry["hashed_secret"]))
    kept = {name: content[name] for name in ("version", "plugins_used", "filters_used")}
    text = json.dumps(kept | {"results": dict(sorted(results.items()))}, indent=2)
    Path(REPOSITORY / BASELINE).write_text(text + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
