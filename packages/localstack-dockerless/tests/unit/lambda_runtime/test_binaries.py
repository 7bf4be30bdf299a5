"""Compiled code for another processor is found in a package."""

from pathlib import Path

from localstack_dockerless.services.lambda_.binaries import MACHINES, foreign


def compiled(machine: int) -> bytes:
    """Returns the beginning of a little-endian ELF file."""
    return b"\x7fELF\x02\x01" + bytes(12) + machine.to_bytes(2, "little") + b"rest"


def test_code_for_another_processor_is_found(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "app.py").write_text("text")
    (tmp_path / "short").write_bytes(b"\x7fELF")
    (tmp_path / "package" / "fast.so").write_bytes(compiled(MACHINES["arm64"]))
    assert foreign(tmp_path, "x86_64") == Path("package/fast.so")
    assert foreign(tmp_path, "arm64") is None
