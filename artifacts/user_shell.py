"""Decides which variables of the user's shell reach a program. Standard library only: `make` starts with it.

Each environment below is made of a list of names that may pass, so that a variable nobody has thought of stays out.
libpq, LocalStack, Python, pip, Terraform and the AWS SDKs each read dozens of variables, and a single one of them can
break the stack or lead it elsewhere. `local/shell.py` has the environments of the processes of a stack and of this
project's own commands.

    local()            commands on this machine that download nothing: linters, tests, `terraform apply`
    downloading()      the same with the shell's proxies and certificates: `terraform init`, `docker build`
    pip()              the same with pip's package indexes
    uv()               the same for uv, which has variables of its own for them
    building()         `local` for pip, where a package lies in this repository
    docker()           the same as `local` with the address of the Docker engine
    signed_in()        the same as `downloading` with the shell's AWS account, for `make push`

`tests/unit/test_shell.py` guards the lists, and that every subprocess is given an environment.
"""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from artifacts import pip_settings
from artifacts.paths import LOCAL

SHELL = dict(os.environ)
"""The variables that this process was started with. `keep_out` of `local/shell.py` does not change them."""

TERMINAL = ("TERM", "COLORTERM", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CI")
# curl's names for proxies, which Python, Go and pip read too; then the certificates of OpenSSL, Go and requests.
_PROXIES = ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy")
NETWORK = (
    *_PROXIES,
    *(name.upper() for name in _PROXIES),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
)
# https://docs.docker.com/reference/cli/docker/#environment-variables, without the names that change what is run
DOCKER = (
    *("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY", "DOCKER_TLS"),
    *("DOCKER_API_VERSION", "SSH_AUTH_SOCK", "XDG_RUNTIME_DIR"),
)
_LOOPBACK = ("127.0.0.1", "localhost")
# The usual folders of every distribution. The stack's own programs are started by their path.
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_USER = "energy"
_PLAIN = re.compile(r"/[A-Za-z0-9/._+-]*")  # others mean something in globs, URIs or scripts
_LONGEST_SCRATCH = 60  # bytes: programs put Unix sockets below it, and their paths may have 107 (unix(7))
# One language and one encoding for what programs print and read. A system without C.UTF-8 has Python use it all the
# same: https://docs.python.org/3.13/using/cmdline.html#envvar-PYTHONUTF8
SAME_FOR_ALL = {"LANG": "C.UTF-8", "PYTHONUTF8": "1", "PYTHONNOUSERSITE": "1", "USER": _USER, "LOGNAME": _USER}


def local(shell: Mapping[str, str] = SHELL) -> dict[str, str]:
    """For a command that only works on this machine."""
    return (
        chosen(TERMINAL, shell)
        | SAME_FOR_ALL
        | {"PATH": shell.get("PATH") or SYSTEM_PATH, "HOME": str(home(shell)), "TMPDIR": str(scratch(shell))}
    )


def downloading(shell: Mapping[str, str] = SHELL) -> dict[str, str]:
    """For a command that downloads. This machine is never reached through a proxy."""
    direct = ",".join([value for name in ("no_proxy", "NO_PROXY") if (value := shell.get(name))] + [*_LOOPBACK])
    return local(shell) | chosen(NETWORK, shell) | {"no_proxy": direct, "NO_PROXY": direct}


def pip(shell: Mapping[str, str] = SHELL) -> dict[str, str]:
    """For `pip install` into an environment that its caller names: where from is the shell's, where to is not."""
    return downloading(shell) | pip_settings.of(shell, home(shell))


def uv(shell: Mapping[str, str] = SHELL) -> dict[str, str]:
    """For `uv pip compile`: it asks the package indexes that `pip` would ask, and reads no file of the user."""
    return downloading(shell) | pip_settings.for_uv(shell, home(shell))


def building(shell: Mapping[str, str] = SHELL) -> dict[str, str]:
    """For `pip install` of a package of this repository: nothing is downloaded, and no file of the user is read.

    setuptools would read `~/.pydistutils.cfg` too.
    """
    return local(shell) | {"HOME": str(_made(LOCAL / "home")), "PIP_CONFIG_FILE": os.devnull}


def docker(shell: Mapping[str, str] = SHELL) -> dict[str, str]:
    """For a command of Docker that downloads nothing."""
    return local(shell) | chosen(DOCKER, shell)


def signed_in(shell: Mapping[str, str] = SHELL) -> dict[str, str]:
    """For the one command that asks AWS, `make push`: with the shell's own account."""
    return downloading(shell) | {name: value for name, value in shell.items() if name.startswith("AWS_")}


def home(shell: Mapping[str, str] = SHELL) -> Path:
    """The user's home where it can be used, else a folder of this clone: containers run with no or a foreign home."""
    named = Path(shell.get("HOME") or os.devnull)
    return named if named.is_absolute() and _can_write(named) else _made(LOCAL / "home")


def scratch(shell: Mapping[str, str] = SHELL) -> Path:
    """The shell's folder for temporary files where every program can use it, else the system's."""
    named = shell.get("TMPDIR") or os.devnull
    plain = _PLAIN.fullmatch(named) and len(named) <= _LONGEST_SCRATCH
    return Path(named) if plain and _can_write(Path(named)) else system_scratch()


def system_scratch() -> Path:
    """A folder for temporary files, with a short path, that is the same for every shell."""
    usual = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))  # noqa: S108 -- what is made there is checked
    return next((folder for folder in usual if _can_write(folder)), None) or _made(LOCAL / "tmp")


def chosen(names: Iterable[str], shell: Mapping[str, str]) -> dict[str, str]:
    """Those of `names` that the shell sets to more than an empty text."""
    return {name: shell[name] for name in names if shell.get(name)}


def _can_write(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
