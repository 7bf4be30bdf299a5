"""The janitor knows the remaining process groups."""

from pathlib import Path

from localstack_dockerless.services.lambda_.janitor import live_groups, remove_tree


def test_groups_that_ended_are_forgotten():
    assert live_groups(["+10\n", "+20\n", "-10\n", "+30\n"]) == {20, 30}


def test_a_number_may_come_again():
    assert live_groups(["+10\n", "-10\n", "+10\n"]) == {10}


def test_what_is_read_only_is_removed_too(tmp_path: Path):
    directory = tmp_path / "code"
    (directory / "inner").mkdir(parents=True)
    (directory / "inner" / "app.py").write_text("")
    (directory / "inner").chmod(0o555)
    remove_tree(directory)
    assert not directory.exists()
    remove_tree(directory)
