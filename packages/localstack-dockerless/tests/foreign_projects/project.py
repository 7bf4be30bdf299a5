"""Reads `projects.toml`."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("projects.toml")


@dataclass(frozen=True)
class Project:
    """Describes a project.

    `replace` maps a text of its `.tf` files to another one. `without` has the beginnings of the types of resources,
    data sources and modules that are left out, and `attributes` the names of attributes. `reasons` says why, for the
    report. `paths` are the folders of the repository that are needed. `packages` maps a Python package of the tests'
    environment to the folder of a function that lacks it. `images` has the patterns of the images that a small HTTP
    server stands for. `extra` is added to the root module.
    """

    name: str
    repository: str
    folder: str
    version: str = "HEAD"
    check: str = ""
    extra: str = ""
    paths: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    replace: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)
    images: tuple[str, ...] = ()


@dataclass(frozen=True)
class Projects:
    """Holds all projects, and the version of each module of the registry that they use."""

    modules: dict[str, str]
    projects: tuple[Project, ...]


def read() -> Projects:
    document = tomllib.loads(FILE.read_text())
    projects = [_project(name, settings) for name, settings in document["projects"].items()]
    return Projects(document["modules"], tuple(projects))


def _project(name: str, settings: dict[str, Any]) -> Project:
    values: dict[str, Any] = {key: tuple(each) if isinstance(each, list) else each for key, each in settings.items()}
    return Project(name, **values)
