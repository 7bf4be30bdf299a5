"""The launcher deletes a folder with its read-only folders, also as an ordinary user."""

import os
import subprocess
import sys
from pathlib import Path

from local.launcher.files import remove_folder
from local.launcher.settings import REPOSITORY

AS_A_USER = """
import os, tempfile
from pathlib import Path
from local.launcher.files import remove_folder

if os.geteuid() == 0:
    os.setgid(65534), os.setuid(65534)
with tempfile.TemporaryDirectory() as above:
    folder = Path(above, "state")
    code = folder / "code" / "hash"
    code.mkdir(parents=True)
    (code / "handler.py").touch(mode=0o444)
    code.chmod(0o555)
    remove_folder(folder)
    assert not folder.exists()
"""


def test_read_only_folders_are_removed_by_an_ordinary_user():
    environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-c", AS_A_USER], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_missing_folder_is_no_error(tmp_path: Path):
    remove_folder(tmp_path / "none")


def test_a_link_is_removed_and_not_what_it_names(tmp_path: Path):
    kept = tmp_path / "kept"
    kept.mkdir()
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone" / "link").symlink_to(kept)
    remove_folder(tmp_path / "gone")
    assert kept.is_dir()
