"""Folders of one parent do not import each other in a circle, at any depth.

If two folders need each other, neither can be read, tested or moved alone.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TREES = {
    "localstack_dockerless": ROOT / "packages" / "localstack-dockerless" / "src" / "localstack_dockerless",
    **{name: ROOT / name for name in ("domain", "lambdas", "service", "operations", "seed", "local", "bench")},
}
EXCEPTIONS: dict[tuple[str, str], str] = {
    ("local.front", "local.launcher"): "The arguments of `make` are checked by the launcher's own settings and errors.",
    ("local.launcher", "local.observe"): "`make up` ends with what `observe` reads of the stack that runs.",
}
"""The arrows that close a circle and stay, each with its reason. Without them there is no circle."""

Graph = Mapping[str, set[str]]


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _folders(tree: str) -> dict[str, Path]:
    """Returns every folder of the tree that holds two folders or more, by its module name."""
    root = TREES[tree]
    found = {".".join([tree, *path.parent.relative_to(root).parts]): path.parent for path in root.rglob("__init__.py")}
    return {name: path for name, path in found.items() if len(list(path.glob("*/__init__.py"))) > 1}


FOLDERS = {name: path for tree in TREES for name, path in _folders(tree).items()}


def graph_of(name: str, folder: Path) -> Graph:
    """Returns the folders inside of `folder` as module names, each with the folders that its files import from."""
    inside = sorted(path.parent.name for path in folder.glob("*/__init__.py"))
    arrows: dict[str, set[str]] = {f"{name}.{each}": set() for each in inside}
    for each in inside:
        for path in (folder / each).rglob("*.py"):
            targets = {".".join(module.split(".")[: name.count(".") + 2]) for module in _imports(path)}
            arrows[f"{name}.{each}"] |= targets & arrows.keys() - {f"{name}.{each}"}
    return arrows


def circles(graph: Graph) -> list[set[str]]:
    """Returns the groups of folders that reach one another."""

    def reached(start: str) -> set[str]:
        found: set[str] = set()
        waiting = [start]
        while waiting:
            for further in graph[waiting.pop()] - found:
                found.add(further)
                waiting.append(further)
        return found

    reach = {name: reached(name) for name in graph}
    groups = [{other for other in reach[name] if name in reach[other]} for name in graph if name in reach[name]]
    return [group for index, group in enumerate(groups) if group not in groups[:index]]


def _without_exceptions(graph: Graph) -> Graph:
    return {name: {other for other in others if (name, other) not in EXCEPTIONS} for name, others in graph.items()}


@pytest.mark.parametrize("name", FOLDERS)
def test_the_folders_side_by_side_form_no_circle(name: str) -> None:
    assert circles(_without_exceptions(graph_of(name, FOLDERS[name]))) == []


@pytest.mark.parametrize("arrow", EXCEPTIONS)
def test_an_exception_is_still_needed(arrow: tuple[str, str]) -> None:
    folder = arrow[0].rpartition(".")[0]
    graph = graph_of(folder, FOLDERS[folder])
    assert arrow[1] in graph[arrow[0]]
    assert any(set(arrow) <= circle for circle in circles(graph))


def test_a_circle_is_seen() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}
    assert circles(graph) == [{"b", "c"}]


def test_every_level_is_looked_at() -> None:
    assert {"local", "localstack_dockerless", "localstack_dockerless.services", "service", "lambdas"} <= FOLDERS.keys()
