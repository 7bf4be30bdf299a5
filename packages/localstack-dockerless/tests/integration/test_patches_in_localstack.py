"""Every patch finds its targets in the installed LocalStack and moto, and changes them."""

import subprocess
from pathlib import Path

from dockerless_testing.programs import localstack_python

DOCUMENT = Path(__file__).parents[2] / "docs" / "patches.md"
LOOK = """\
from localstack_dockerless.patches.registry import PATCHES

def value(change):
    return getattr(change.owner(), change.name, None)

for name, patch in PATCHES.items():
    for change in patch.changes:
        there = hasattr(change.owner(), change.name)
        assert there != change.is_new, f"{name}: {change.target} is {'there' if there else 'not there'}"
    before = [value(change) for change in patch.changes]
    patch.apply()
    for old, change in zip(before, patch.changes, strict=True):
        same_class = isinstance(old, type) and old is value(change)  # an interface was added to it
        assert same_class or value(change) is not old, f"{name}: {change.target} is as it was"
print(len(PATCHES))
"""


def _run(*arguments: str) -> str:
    command = [str(localstack_python()), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_patch_finds_and_changes_its_targets():
    assert int(_run("-c", LOOK)) > 0


def test_the_document_is_as_the_patches_are():
    assert DOCUMENT.read_text() == _run("-m", "localstack_dockerless.patches")
