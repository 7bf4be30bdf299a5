"""Runs the projects, each on a bare LocalStack of its own, and prints the table."""

import argparse
import sys
import tempfile
from pathlib import Path

from dockerless_testing.bare_localstack import bare_localstack, of_everything
from dockerless_testing.postgres import postgres
from dockerless_testing.programs import postgres_programs
from foreign_projects import project as descriptions
from foreign_projects.prepare import prepare
from foreign_projects.report import table
from foreign_projects.run import Result, run


def main() -> None:
    parser = argparse.ArgumentParser(prog="foreign_projects", description=__doc__)
    parser.add_argument("--clones", type=Path, required=True, help="the folder with a clone of each repository")
    parser.add_argument("--logs", type=Path, required=True, help="the folder for the output of each command")
    parser.add_argument("names", nargs="*", help="the projects; without any, all of them")
    arguments = parser.parse_args()
    projects = descriptions.read()
    chosen = [each for each in projects.projects if not arguments.names or each.name in arguments.names]
    results = [_run(each, projects, arguments.clones, arguments.logs) for each in chosen]
    sys.stdout.write(table(results))


def _run(project: descriptions.Project, projects: descriptions.Projects, clones: Path, logs: Path) -> Result:
    with tempfile.TemporaryDirectory(prefix="foreign-") as name:
        folder = Path(name)
        root = prepare(project, projects, clones, folder / "project")
        with (
            postgres(postgres_programs(), folder) as url,
            bare_localstack(folder, of_everything(folder, url, project.images)) as emulator,
        ):
            result = run(project, root, emulator, logs / project.name)
        (logs / project.name / "localstack.log").write_bytes((folder / "localstack.log").read_bytes())
    return result


if __name__ == "__main__":
    main()
