"""Alembic finds the revisions in every folder that the service's code may be in."""

import shutil
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from service.postgres import migrations


@pytest.mark.parametrize("folder", ["feature%2Fx", "100%", "%(here)s", "it's R&D a=b #c ;d", "ünï $HOME"])
def test_revisions_are_found_in_a_folder_with_any_name(folder: str, tmp_path: Path):
    here = Path(migrations.__file__).parent
    copy = Path(shutil.copytree(here, tmp_path / folder / "migrations", ignore=shutil.ignore_patterns("__pycache__")))

    def revisions(path: Path) -> list[str]:
        return [
            found.revision for found in ScriptDirectory.from_config(migrations.configuration(path)).walk_revisions()
        ]

    assert revisions(copy) == revisions(here) != []
