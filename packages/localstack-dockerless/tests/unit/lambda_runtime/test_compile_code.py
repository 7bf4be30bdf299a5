"""Code is compiled once beside its sources, unless there is so little of it that a cold start can do it."""

import sys
from pathlib import Path

import pytest

from localstack_dockerless.services.lambda_ import installation
from localstack_dockerless.services.lambda_.installation import Installation, compile_code


@pytest.mark.parametrize(("kibibytes", "compiled"), [(1, 0), (80, 2)])
def test_only_much_code_is_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kibibytes: int, compiled: int
) -> None:
    monkeypatch.setattr(
        installation, "installation", lambda: Installation(Path(sys.executable), "", tmp_path, tmp_path)
    )
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "module.py").write_text(f"TEXT = '{'x' * 1024 * kibibytes}'\n")
    (tmp_path / "handler.py").write_text("import package.module\n")
    compile_code(tmp_path)
    assert len(list(tmp_path.rglob("*.pyc"))) == compiled
