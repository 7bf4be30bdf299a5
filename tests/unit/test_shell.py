"""A process of the stack gets the listed variables of the user's shell and no other variable."""

import ast
import os
import re
import string
from pathlib import Path

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from artifacts import pip_settings, user_shell
from local import shell
from local.launcher import programs, terraform_environment
from local.launcher.guard import local_only
from local.launcher.settings import Settings
from tests.support.shells import given

EDGE = "http://127.0.0.1:4566"
REPOSITORY = Path(__file__).parents[2]
# Names that programs of the stack, or those that start it, read.
_words = re.compile(r"\S+").findall
FAMILIES = _words("""
    PG PYTHON AWS_ TF_ PIP_ LOCALSTACK_ PROVIDER_OVERRIDE_ LAMBDA_ SQS_ DYNAMODB_ S3_ KINESIS_ OPENSEARCH_
    STEPFUNCTIONS_ EMULATOR_ BOTO_ XDG_ LC_ GO LD_ MALLOC_ COMPOSE_ GIT_ PYTEST_ COVERAGE_ COV_ MYPY RUFF_ CKV_ BC_
    SETUPTOOLS_ DISTUTILS_ UV_ CONDA_ VIRTUAL_ENV RICH_ SQLALCHEMY_ OTEL_ DD_ SSL OPENSSL_ MAKE BASH_ ENERGY_ DATABASE_
""")
KNOWN = _words("""
    SERVICES STRICT_SERVICE_LOADING RUNTIME_COMPONENTS GATEWAY_LISTEN DEBUG DEVELOP PERSISTENCE EDGE_PORT USE_SSL LS_LOG
    MAIN_CONTAINER_NAME DISABLE_CORS_CHECKS ENFORCE_IAM CONFIG_PROFILE PGSSLMODE PGPASSWORD PGHOSTADDR PGSERVICE
    PGSERVICEFILE PGREQUIREAUTH PGCHANNELBINDING PYTHONPATH PYTHONHOME PYTHONOPTIMIZE PYTHONUTF8 PYTHONWARNINGS
    PYTHONSAFEPATH LC_ALL TZ PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PIP_DRY_RUN PIP_NO_BINARY PIP_REQUIRE_VIRTUALENV
    TF_CLI_ARGS TF_CLI_ARGS_apply TF_WORKSPACE TF_DATA_DIR TF_LOG TF_VAR_region TF_CMD USE_EXEC AWS_PROFILE
    AWS_ENDPOINT_URL_S3 AWS_DEFAULTS_MODE AWS_MAX_ATTEMPTS BASH_ENV ENV LD_PRELOAD MAKEFLAGS VIRTUAL_ENV GIT_DIR NETRC
    IFS CDPATH SSLKEYLOGFILE DRY_RUN PYTEST_ADDOPTS
""")
ODD = "a-value-of-the-shell"
LET_IN = {
    *(
        *shell.SETTINGS,
        *user_shell.TERMINAL,
        *user_shell.NETWORK,
        *user_shell.DOCKER,
        *shell.TERRAFORM,
        "PATH",
        "HOME",
        "TMPDIR",
    ),
    *(f"PIP_{name.upper().replace('-', '_')}" for name in pip_settings.PASSED_ON),
}


def all_environments(variables: dict[str, str], folder: Path) -> dict[str, dict[str, str]]:
    return {
        "of_stack": shell.of_stack(folder, folder),
        "local": user_shell.local(variables),
        "downloading": user_shell.downloading(variables),
        "pip": user_shell.pip(variables),
        "uv": user_shell.uv(variables),
        "building": user_shell.building(variables),
        "docker": user_shell.docker(variables),
        "launching": shell.launching(variables),
        "local_only": local_only(EDGE, variables),
    }


@drawn(st.lists(st.text(string.ascii_uppercase + "_", max_size=12), min_size=1, max_size=20))
def test_no_variable_that_is_not_listed_reaches_a_process(endings: list[str]):
    names = {*KNOWN, *(family + ending for family in FAMILIES for ending in endings)} - LET_IN

    for which, environment in all_environments(dict.fromkeys(names, ODD), Path("/")).items():
        assert [name for name, value in environment.items() if value == ODD] == [], which


def test_the_stacks_processes_get_the_same_from_every_shell(monkeypatch: pytest.MonkeyPatch):
    def found() -> tuple[dict[str, str], Path]:
        return shell.of_stack(Path("/home"), Path("/var")), programs.runtime_directory(Settings())

    before = found()
    given(monkeypatch, **dict.fromkeys(LET_IN.union(KNOWN), ODD))

    assert found() == before
    assert ODD not in before[0].values()


@pytest.mark.parametrize("name", user_shell.NETWORK)
def test_proxies_and_certificates_reach_the_downloads_alone(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    # A certificate in pip's own files comes before the shell's for uv, as it does for pip.
    monkeypatch.setattr(pip_settings, "_files", lambda *_: ())
    reached = {
        which
        for which, found in all_environments({name: ODD}, tmp_path).items()
        if ODD in found.get(name, "").split(",")
    }

    assert reached == {"downloading", "pip", "uv", "launching"}


@pytest.mark.parametrize("name", ["no_proxy", "NO_PROXY"])
def test_this_machine_is_never_reached_through_a_proxy(name: str):
    environment = user_shell.downloading({name: "mirror.internal", "http_proxy": "http://proxy:3128"})

    assert environment["no_proxy"] == environment["NO_PROXY"] == "mirror.internal,127.0.0.1,localhost"


@pytest.mark.parametrize("named", [None, "", "/dev/null", "/nonexistent/home", "relative", "/proc/self"])
def test_a_home_that_cannot_be_used_is_replaced(named: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(user_shell, "LOCAL", tmp_path)
    environment = user_shell.local({} if named is None else {"HOME": named})

    assert environment["HOME"] == str(tmp_path / "home")
    assert Path(environment["HOME"]).is_dir()


def test_a_home_that_can_be_used_stays(tmp_path: Path):
    assert user_shell.local({"HOME": str(tmp_path)})["HOME"] == str(tmp_path)


@pytest.mark.parametrize("named", [None, "/dev/null", "/nonexistent", "relative", "long", "odd"])
def test_a_folder_for_temporary_files_that_cannot_be_used_is_replaced(named: str | None, tmp_path: Path):
    if named == "long":  # a Unix socket below it could not be bound
        (tmp_path / ("x" * 100)).mkdir()
        named = str(tmp_path / ("x" * 100))
    if named == "odd":
        (tmp_path / "it's").mkdir()
        named = str(tmp_path / "it's")
    found = Path(user_shell.local({} if named is None else {"TMPDIR": named})["TMPDIR"])

    assert found.is_dir()
    assert len(str(found)) <= 60
    assert str(found) != named


def test_this_process_keeps_nothing_but_what_is_listed(monkeypatch: pytest.MonkeyPatch):
    given_before = dict(os.environ)
    try:
        os.environ.update(dict.fromkeys(KNOWN, ODD))
        os.environ["OF_A_TEST"] = "kept"
        monkeypatch.setattr(shell, "SHELL", dict(os.environ))
        shell.keep_out("OF_A_TEST")
        assert ODD not in os.environ.values()
        assert os.environ["OF_A_TEST"] == "kept"
    finally:
        os.environ.clear()
        os.environ.update(given_before)


@pytest.mark.parametrize("variable", ["TF_CLI_ARGS", "TF_WORKSPACE", "TF_VAR_region", "DYNAMODB_ENDPOINT", "TF_LOG"])
@pytest.mark.parametrize("downloads", [True, False])
def test_terraform_is_steered_by_no_variable_of_the_shell(variable: str, downloads: bool):
    assert ODD not in terraform_environment.environment(Settings(), {variable: ODD}, downloads=downloads).values()


# The first is started with such an environment and hands it on, the second opens a shell of the user's own.
_HAND_ON = {"local/launcher/run_postgres.py", "local/commands/aws_environment.py"}


@pytest.mark.parametrize(
    "path",
    [
        path
        for folder in ("artifacts", "local", "bench")
        for path in sorted((REPOSITORY / folder).rglob("*.py"))
        if "subprocess." in path.read_text() and str(path.relative_to(REPOSITORY)) not in _HAND_ON
    ],
    ids=lambda path: str(path.relative_to(REPOSITORY)),
)
def test_every_subprocess_is_given_its_environment(path: Path):
    calls = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr) in {("subprocess", "run"), ("subprocess", "Popen")}
    ]

    without = [node.lineno for node in calls if not any(keyword.arg == "env" for keyword in node.keywords)]
    assert without == []
    handed_on = [
        node.lineno
        for node in calls
        for word in node.keywords
        if word.arg == "env" and re.search(r"(?<!base_environment\()os\.environ", ast.unparse(word.value))
    ]
    assert handed_on == []


COMMANDS = [
    path
    for folder in ("local/launcher", "local/commands", "local/observe", "seed", "bench")
    for path in sorted((REPOSITORY / folder).glob("*.py"))
    if '__name__ == "__main__"' in path.read_text()
    and path.stem not in ("console_gate", "openapi", "run_postgres", "secret_scan")
]


@pytest.mark.parametrize("module", COMMANDS)
def test_a_command_keeps_the_shell_out_before_it_does_anything(module: Path):
    text = module.read_text()
    assert 'if __name__ == "__main__":\n    shell.keep_out()\n' in text


def test_make_starts_python_without_the_shells_variables_for_it():
    makefile = (REPOSITORY / "Makefile").read_text()
    assert "CLEAN := -E -s -X utf8\n" in makefile
    for line in makefile.splitlines():
        if " -m local" in line or " -m bench" in line:
            assert "$(CLEAN)" in line or "$(PROJECT)" in line, line
