"""The scanners fail if they find something, and say so if the list of vulnerabilities is out of reach."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from detect_secrets.core.potential_secret import PotentialSecret

from local.commands import secret_scan
from local.commands.audit import Answer, AuditError, audit_files
from local.commands.testing import checks
from local.launcher.settings import REPOSITORY

FOUND = {
    "dependencies": [
        {"name": "fine", "version": "1", "vulns": []},
        {"name": "old", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}]},
    ]
}
NONE = {"dependencies": [{"name": "fine", "version": "1", "vulns": []}], "fixes": []}
OFFLINE = "Traceback ...\nrequests.exceptions.ConnectionError: Failed to resolve the database's name"


def answering(*answers: Answer) -> int:
    given = iter(answers)
    return audit_files([Path(f"{number}.txt") for number, _ in enumerate(answers)], lambda _: next(given))


def test_a_known_vulnerability_fails_the_audit(capsys: pytest.CaptureFixture[str]) -> None:
    assert answering(Answer(0, json.dumps(NONE), ""), Answer(1, json.dumps(FOUND), "")) == 1
    assert "old 2: PYSEC-1, fixed in 3" in capsys.readouterr().out


def test_without_any_it_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert answering(Answer(0, json.dumps(NONE), "")) == 0
    assert "0.txt: 0 known vulnerabilities" in capsys.readouterr().out


def test_where_the_database_is_out_of_reach_it_says_so_and_does_not_fail(capsys: pytest.CaptureFixture[str]) -> None:
    assert answering(Answer(1, "", OFFLINE)) == 0
    assert "NOT AUDITED" in capsys.readouterr().out


def test_what_was_found_before_the_way_was_lost_still_fails() -> None:
    assert answering(Answer(1, json.dumps(FOUND), ""), Answer(1, "", OFFLINE)) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer(2, "", "usage: pip-audit"),
        Answer(1, "", "Traceback ...\nValueError: a fault of its own"),
        Answer(0, "[]", ""),
        Answer(0, json.dumps({"dependencies": [{"name": "odd", "skip_reason": "not on the index"}]}), ""),
    ],
)
def test_an_audit_that_did_not_work_is_no_pass(answer: Answer) -> None:
    with pytest.raises((AuditError, TypeError)):
        answering(answer)


def test_the_audit_is_scheduled_and_runs_what_make_runs() -> None:
    workflow = (REPOSITORY / ".github" / "workflows" / "audit.yml").read_text()
    assert "schedule:" in workflow
    assert "run: make audit" in workflow


def secret(text: str, kind: str = "AWS Access Key") -> PotentialSecret:
    return PotentialSecret(kind, "some/file.py", text, line_number=3)


def test_a_new_secret_fails_the_search(capsys: pytest.CaptureFixture[str]) -> None:
    assert secret_scan.report([secret("known")], [secret("known"), secret("new")]) == 1
    assert "some/file.py:3: AWS Access Key: not in" in capsys.readouterr().out


def test_a_look_alike_that_is_gone_leaves_the_baseline(capsys: pytest.CaptureFixture[str]) -> None:
    assert secret_scan.report([secret("known")], []) == 1
    assert "no longer there" in capsys.readouterr().out


def test_the_search_finds_what_it_is_for(tmp_path: Path) -> None:
    """The test runs the whole command on a new repository with an access key in it."""
    (tmp_path / "settings.py").write_text("KEY = 'AKIA" + "QWERTYUIOPASDFGH'\n")
    (tmp_path / ".secrets.baseline").write_text((REPOSITORY / ".secrets.baseline").read_text())
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    script = (
        "from pathlib import Path; from local.commands import secret_scan; "
        f"secret_scan.REPOSITORY = Path({str(tmp_path)!r}); raise SystemExit(secret_scan.main([]))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, check=False, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert "settings.py:1: AWS Access Key" in done.stdout


def test_every_look_alike_was_looked_at() -> None:
    entries = json.loads((REPOSITORY / ".secrets.baseline").read_text())["results"]
    assert {entry["is_secret"] for found in entries.values() for entry in found} == {False}


def test_every_skip_of_a_check_has_its_reason() -> None:
    dockerfiles = [*REPOSITORY.glob("*/Dockerfile"), *REPOSITORY.glob("local/*/Dockerfile")]
    files = [*REPOSITORY.glob("terraform/**/*.tf"), *dockerfiles]
    skips = [line for path in files for line in path.read_text().splitlines() if "checkov:skip" in line]
    assert skips
    assert [line for line in skips if len(line.partition("=")[2].partition(":")[2]) < 20] == []
    assert not (REPOSITORY / ".checkov.yaml").exists()
    assert "--skip-check" not in str(checks())


def test_ruffs_security_rules_are_on() -> None:
    settings = (REPOSITORY / "pyproject.toml").read_text()
    assert '"S",' in settings.partition("select = [")[2].partition("]")[0]


def _check(name: str) -> list[str]:
    return dict(checks())[name]


def _scanner(name: str) -> str:
    scanner = _check(name)[0]
    if not Path(scanner).exists():
        pytest.skip("the environment `scan` is not made: `make check` makes it")
    return scanner


def test_the_workflows_are_scanned_offline_and_without_hidden_exceptions() -> None:
    scan = _check("workflow scan")
    assert {"--offline", "--no-config", "--pedantic"} <= set(scan)
    for path in REPOSITORY.glob(".github/workflows/*.yml"):
        assert str(path.relative_to(REPOSITORY)) in scan
        assert str(path.relative_to(REPOSITORY)) in _check("workflow schema")


def test_a_dangerous_workflow_fails_the_scan(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text(
        "name: bad\non: pull_request_target\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n"
        "      - run: echo ${{ github.event.pull_request.title }}\n"
    )
    options = [option for option in _check("workflow scan")[1:] if option.startswith("--")]
    done = subprocess.run([_scanner("workflow scan"), *options, bad], check=False, capture_output=True, text=True)
    assert done.returncode != 0
    assert {"dangerous-triggers", "template-injection"} <= set(re.findall(r"\[([a-z-]+)\]", done.stdout))


def test_a_workflow_that_github_would_refuse_fails_the_schema(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text("name: bad\non: push\njobs:\n  a:\n    runs_on: ubuntu-24.04\n")
    schema = _check("workflow schema")[1:3]
    done = subprocess.run([_scanner("workflow schema"), *schema, bad], check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "runs_on" in done.stdout
