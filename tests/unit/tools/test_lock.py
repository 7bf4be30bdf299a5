"""`make lock` renews the lock files in their order, and every lock file has its list."""

import re
from pathlib import Path

from local.commands import lock


def test_a_file_comes_after_those_that_it_refers_to(tmp_path: Path) -> None:
    (tmp_path / "all.in").write_text("# a comment\n-c held.txt\n-r base.in\nruff\n")
    (tmp_path / "base.in").write_text("-c held.txt\nboto3\n")
    (tmp_path / "held.in").write_text("psycopg2-binary\n")

    assert lock.order(tmp_path) == ["held", "base", "all"]


def test_the_projects_own_lock_file_comes_after_what_ships() -> None:
    names = lock.order(lock.REQUIREMENTS)
    assert names.index("project") > max(names.index("service"), names.index("lambda-exporter"))


def test_every_list_has_a_lock_file_and_every_lock_file_a_list() -> None:
    locked = {path.stem for path in lock.REQUIREMENTS.glob("*.txt")}
    assert locked == {path.stem for path in lock.REQUIREMENTS.glob("*.in")} == set(lock.order(lock.REQUIREMENTS))


def test_a_lock_file_has_exact_versions_with_hashes_and_no_address() -> None:
    for path in lock.REQUIREMENTS.glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text, path.name
        assert not re.search(r"^-", text, re.MULTILINE), path.name
        packages = re.findall(r"^[A-Za-z0-9].*", text, re.MULTILINE)
        assert packages
        assert [line for line in packages if not re.fullmatch(r"\S+==\S+( ; .+)? \\", line)] == [], path.name
