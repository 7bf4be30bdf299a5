"""LocalStack finds services by the index that was built outside its process."""

import subprocess
from pathlib import Path

from dockerless_testing.programs import localstack_python

BUILD = "localstack_dockerless.patches.service_catalog"
USE = """
import sys
from pathlib import Path

from localstack.aws import spec
from localstack_dockerless.patches import service_catalog

service_catalog.of_environment = lambda: Path(sys.argv[1])
spec.config.dirs.cache = sys.argv[2]
service_catalog.PATCH.apply()
found = spec.get_service_catalog()
assert [each.name for each in found.by_target_prefix("AmazonSSM")] == ["ssm"], "the index is none"
assert not [key for key in spec.loader._cache if key[0] == "load_data"], "a model is in this process"
"""


def test_the_index_of_the_installation_is_used(tmp_path: Path):
    index, cache = tmp_path / "made" / "index", tmp_path / "cache"
    cache.mkdir()
    _run("-m", BUILD, index)
    _run("-c", USE, index, cache)
    assert list(index.parent.iterdir()) == [index]
    assert list(cache.iterdir()) == []


def test_without_one_a_child_builds_it_for_the_next_start(tmp_path: Path):
    _run("-c", USE, tmp_path / "missing", tmp_path)
    [built] = tmp_path.iterdir()
    assert built.name.startswith("service-catalog-")


def _run(*arguments: str | Path) -> None:
    done = subprocess.run([localstack_python(), *arguments], capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
