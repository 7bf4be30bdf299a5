"""The plug-in package has the dependencies and the licence of this repository."""

import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "packages" / "localstack-dockerless"


def test_its_dependencies_are_those_of_the_environment_with_localstack():
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]
    lines = (REPOSITORY / "requirements" / "localstack.in").read_text().splitlines()
    wanted = {line for line in lines if line and not line.startswith("#")} - {"flit-core"}
    assert set(project["dependencies"]) == wanted


def test_its_licence_is_the_repositorys():
    assert (PACKAGE / "LICENSE").read_bytes() == (REPOSITORY / "LICENSE").read_bytes()
