"""A package is unpacked once for all its users, and removed after the last one."""

import io
import os
import stat
import zipfile
from pathlib import Path

import pytest

from localstack_dockerless.services.lambda_.code_store import CodeStore


def package(mode: int = 0o644) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        info = zipfile.ZipInfo("tools/run")
        info.external_attr = mode << 16
        bundle.writestr(info, "x = 1\n")
    return buffer.getvalue()


def compile_nothing(directory: Path) -> None:
    """Compiles nothing: the tests' packages never run."""


def never() -> bytes:
    raise AssertionError("the code was there already")


def test_code_is_unpacked_once(tmp_path: Path):
    store = CodeStore(tmp_path, compile_nothing)
    first = store.acquire("abc/+=", package)
    assert (first / "tools" / "run").read_text() == "x = 1\n"
    assert store.acquire("abc/+=", never) == first


def test_code_goes_with_its_last_user(tmp_path: Path):
    store = CodeStore(tmp_path, compile_nothing)
    directory = store.acquire("abc", package)
    store.acquire("abc", never)
    store.release("abc")
    assert directory.exists()
    store.release("abc")
    assert not directory.exists()


def test_kept_code_outlives_its_last_user_and_its_emulator(tmp_path: Path):
    store = CodeStore(tmp_path, compile_nothing, lambda: True)
    kept, old = store.acquire("abc", package), store.acquire("old", package)
    store.release("abc")
    store.release("old")
    later = CodeStore(tmp_path, compile_nothing)
    assert later.acquire("abc", never) == kept
    later.remove_unused()
    assert kept.exists()
    assert not old.exists()


def test_a_program_in_the_package_stays_executable(tmp_path: Path):
    directory = CodeStore(tmp_path, compile_nothing).acquire("abc", lambda: package(0o755))
    assert os.access(directory / "tools" / "run", os.X_OK)


def test_code_is_read_only(tmp_path: Path):
    directory = CodeStore(tmp_path, compile_nothing).acquire("abc", package)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o555
    assert stat.S_IMODE((directory / "tools" / "run").stat().st_mode) == 0o444


def test_a_broken_package_leaves_nothing(tmp_path: Path):
    store = CodeStore(tmp_path, compile_nothing)
    with pytest.raises(zipfile.BadZipFile):
        store.acquire("abc", lambda: b"no zip")
    assert list(tmp_path.iterdir()) == []
