"""DuckDB reads the objects of its query, and nothing else of the machine."""

import subprocess
from pathlib import Path

from dockerless_testing.programs import localstack_python

PROGRAM = """
import sys
from pathlib import Path
from localstack_dockerless.services.athena import engine

folder, other = map(Path, sys.argv[1:])
connection = engine.open_in(folder)
for statement in (
    f"SELECT * FROM read_text('{other}')",
    f"COPY (SELECT 1) TO '{other}.csv'",
    f"ATTACH '{other}.db'",
    "SET enable_external_access = true",
    "SET memory_limit = '8GB'",
    "INSTALL httpfs",
    "LOAD httpfs",
):
    try:
        connection.execute(statement)
    except Exception as error:
        print(type(error).__name__)
    else:
        print("done:", statement)
print(connection.execute(f"SELECT content FROM read_text('{folder}/own.txt')").fetchone()[0])
"""


def test_a_connection_reaches_its_own_folder_only(tmp_path: Path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "own.txt").write_text("mine")
    (tmp_path / "other.txt").write_text("not mine")
    command = [str(localstack_python()), "-c", PROGRAM, str(tmp_path / "own"), str(tmp_path / "other.txt")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    assert "done" not in done.stdout
    assert done.stdout.splitlines()[-1] == "mine"
    assert len(done.stdout.splitlines()) == 8
