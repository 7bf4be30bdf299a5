"""This folder holds one file for each check. Each file has its check as `CHECK`.

`from domain.findings.checks import *` imports every file of the folder, because `__all__` names them. So a new check
needs no line in a registry. `artifacts/imports.py` knows this form: the functions' packages get every file.
"""

from pathlib import Path

__all__ = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem != "__init__")  # noqa: PLE0605
