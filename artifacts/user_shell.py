"""Decides which variables of the user's shell reach a program. Standard library only: `make` starts with it.

libpq, LocalStack, Python, pip, Terraform and the AWS SDKs each read dozens of variables. A single variable can break
the stack or point it at another system. So each environment below passes on a list of names, and an unknown variable
stays out. `local/shell.py` has the environments of a stack's processes and of this project's own commands.

    local()            for commands that download nothing: linters, tests, `terraform apply`
    downloading()      `local` with the shell's proxies and certificates: `terraform init`, `docker build`
    pip()              `downloading` with pip's package indexes
    uv()               `downloading` with the same indexes in uv's own variables
    building()         `local` for pip, which installs a package of this repository
    docker()           `local` with the address of the Docker engine
    signed_in()        `downloading` with the shell's AWS account, for `make push`

`tests/unit/test_shell.py` guards the lists. It also checks that every subprocess gets an environment.
"""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from artifacts import pip_settings
from artifacts.paths import LOCAL

SHELL = dict(os.environ)
"""This process started with these variables. `keep_out` of `local/shell.py` does not change them."""

TERMINAL = ("TERM", "COLORTERM", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CI")
# Python, Go and pip read curl's names for proxies too. OpenSSL, Go and requests read the names for certificates.
_PROXIES = ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy")
NETWORK = (
    *_PROXIES,
    *(name.upper() for name in _PROXIES),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
)
# https://docs.docker.com/reference/cli/docker/#environment-variables, without the names that change which program runs
DOCKER = (
    *("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY", "DOCKER_TLS"),
    *("DOCKER_API_VERSION", "SSH_AUTH_SOCK", "XDG_RUNTIME_DIR"),
)
_LOOPBACK = ("127.0.0.1", "localhost")
# These folders exist on every distribution. The stack's own programs are started by their path.
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_USER = "energy"
_PLAIN = re.compile(r"/[A-Za-z0-9/._+-]*")  # other characters have a meaning in globs, URIs or scripts
_LONGEST_SCRATCH = 60  # bytes: programs put Unix sockets below it, and a socket's path may have 107 bytes (unix(7))
# All programs read and print one language and one encoding. Python uses UTF-8 even on a system without C.UTF-8:
# https://docs.python.org/3.13/using/cmdline.html#envvar-PYTHONUTF8
SAME_FOR_ALL = {"LANG": "C.UTF-8", "PYTHONUTF8": "1", "PYTHONNOUSERSITE": "1", "USER": _USER, "LOGNAME": _USER}


def local(shell: Mapping[str, str] = SHELL) -> dict[str, str]:
    """Returns the environment for a command that only works on this machine."""
    return (
        chosen(TERMINAL, shell)
        | SAME_FOR_ALL
        | {"PATH": shell.get("PATH") or SYSTEM_PATH, "HOME": str(home(shell)), "TMPDIR": str(scratch(shell))}
    )


def downloading(shell: Mapping[str, str] = SHELL) -> dict[str, str]:
    """Returns the environment for a command that downloads. Requests to this machine never go through a proxy."""
    direct = ",".join([value for name in ("no_proxy", "NO_PROXY") if (value := shell.get(name))] + [*_LOOPBACK])
    return local(shell) | chosen(NETWORK, shell) | {"no_proxy": direct, "NO_PROXY": direct}


def pip(shell: Mapping[str, str] = SHELL) -> dict[str, str]:
    """Returns the environment for `pip install`. The shell chooses the package indexes, the caller the target."""
    return downloading(shell) | pip_settings.of(shell, home(shell))


def uv(shell: Mapping[str, str] = SHELL) -> dict[str, str]:
    """Returns the environment for `uv pip compile`. uv asks the indexes that `pip` would ask and reads no user file."""
    return downloading(shell) | pip_settings.for_uv(shell, home(shell))


def building(shell: Mapping[str, str] = SHELL) -> dict[str, str]:
    """Returns the environment for `pip install` of a package of this repository, which downloads nothing.

    Its home is a folder of this clone, because setuptools would read `~/.pydistutils.cfg` of the user.
    """
    return local(shell) | {"HOME": str(_made(LOCAL / "home")), "PIP_CONFIG_FILE": os.devnull}


def docker(shell: Mapping[str, str] = SHELL) -> dict[str, str]:
    """Returns the environment for a Docker command that downloads nothing."""
    return local(shell) | chosen(DOCKER, shell)


def signed_in(shell: Mapping[str, str] = SHELL) -> dict[str, str]:
    """Returns the environment for `make push`, the one command that calls AWS: it has the shell's own account."""
    return downloading(shell) | {name: value for name, value in shell.items() if name.startswith("AWS_")}


def home(shell: Mapping[str, str] = SHELL) -> Path:
    """Returns the user's home if it is usable, else a folder of this clone. A container may have no usable home."""
    named = Path(shell.get("HOME") or os.devnull)
    return named if named.is_absolute() and _can_write(named) else _made(LOCAL / "home")


def scratch(shell: Mapping[str, str] = SHELL) -> Path:
    """Returns the shell's folder for temporary files if every program can use it, else the system's folder."""
    named = shell.get("TMPDIR") or os.devnull
    plain = _PLAIN.fullmatch(named) and len(named) <= _LONGEST_SCRATCH
    return Path(named) if plain and _can_write(Path(named)) else system_scratch()


def system_scratch() -> Path:
    """Returns a folder for temporary files. It has a short path and is the same for every shell."""
    usual = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))  # noqa: S108 -- its users check the owner
    return next((folder for folder in usual if _can_write(folder)), None) or _made(LOCAL / "tmp")


def chosen(names: Iterable[str], shell: Mapping[str, str]) -> dict[str, str]:
    """Returns the variables among `names` that the shell sets to a text that is not empty."""
    return {name: shell[name] for name in names if shell.get(name)}


def _can_write(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
