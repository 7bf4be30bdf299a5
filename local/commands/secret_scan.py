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
    os.chdir(REPOSITORY)  # detect-secrets names files as it is given them
    content = baseline.load_from_file(BASELINE)
    known = list(_each(baseline.load(content)))  # sets the plug-ins and filters that the baseline names
    found = list(_each(_scan()))
    if arguments == ["accept"]:
        _accept(content, found)
        return 0
    return report(known, found)


def report(known: list[PotentialSecret], found: list[PotentialSecret]) -> int:
    """Print what differs from the baseline; the exit code is 1 where something does."""
    new = [secret for secret in found if secret not in known]
    gone = [secret for secret in known if secret not in found]
    for secret in new:
        print(f"{secret.filename}:{secret.line_number}: {secret.type}: not in {BASELINE}")
    for secret in gone:
        print(f"{secret.filename}: {secret.type}: no longer there, take it out of {BASELINE}")
    if new or gone:
        print("No secret? `python -m local.commands.secret_scan accept` takes it into the baseline: look at its diff.")
        return 1
    print(f"no secret in what git tracks; {len(known)} look-alikes are in {BASELINE}")
    return 0


def tracked_files() -> list[str]:
    """What git tracks and what it would add, as paths below the repository."""
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
    """Tests call many a thing `password`, as ruff's S105 is told too; what looks random is found there all the same."""
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
