"""Names the folders of this clone. It needs only the standard library."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
LOCAL = REPOSITORY / ".local"
"""This folder holds everything that the commands make and can make again: environments, packages, stacks, logs."""
VENVS = LOCAL / "venv"
