"""Only a clone whose path cannot hold a Python environment is refused, with the reason."""

import pytest

from artifacts.environments import unusable_path


@pytest.mark.parametrize("path", ["/a:b", "/a\nb", "/a\tb", "/a\udcffb"])
def test_a_path_that_can_hold_no_environment_is_refused_with_the_reason(path: str):
    assert unusable_path(path)


@pytest.mark.parametrize(
    "path", ["/two words", "/feature%2Fx", "/it's R&D", "/a=b#c;", "/ünï", "/$HOME", "/" + "l" * 200]
)
def test_every_other_path_can_be_used(path: str):
    assert unusable_path(path) == ""
