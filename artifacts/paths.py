"""Folders of this clone. Standard library only."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
LOCAL = REPOSITORY / ".local"
"""Everything that is made and can be made again: environments, packages, stacks, logs."""
VENVS = LOCAL / "venv"
