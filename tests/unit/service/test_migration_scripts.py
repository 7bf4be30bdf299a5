"""Alembic finds the revisions in every folder that the service's code may be in, and the service needs the newest."""

import re
import shutil
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from service.postgres import migrations, schema


@pytest.mark.parametrize("folder", ["feature%2Fx", "100%", "%(here)s", "it's R&D a=b #c ;d", "ünï $HOME"])
def test_revisions_are_found_in_a_folder_with_any_name(folder: str, tmp_path: Path):
    here = Path(migrations.__file__).parent
    copy = Path(shutil.copytree(here, tmp_path / folder / "migrations", ignore=shutil.ignore_patterns("__pycache__")))

    def revisions(path: Path) -> list[str]:
        return [
            found.revision for found in ScriptDirectory.from_config(migrations.configuration(path)).walk_revisions()
        ]

    assert revisions(copy) == revisions(here) != []


def test_the_service_needs_the_newest_revision_of_one_line_of_numbers():
    scripts = ScriptDirectory.from_config(migrations.configuration(Path(migrations.__file__).parent))
    newest_first = [found.revision for found in scripts.walk_revisions()]
    assert newest_first == sorted(newest_first, reverse=True)
    assert all(re.fullmatch(r"\d{4}", revision) for revision in newest_first)
    assert scripts.get_heads() == [schema.NEEDED]
