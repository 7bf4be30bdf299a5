"""Keeps variables of the user's shell, other than these lists, out of the tests and their processes."""

import os

SHELL = dict(os.environ)
"""The variables at this process's start. `keep_out` does not change them."""

_PLAIN = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TERM", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "CI")
_TESTS = ("DOCKERLESS_", "EMULATOR_", "PYTEST_", "COV_", "COVERAGE_")
_NETWORK = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
_DOWNLOADS = ("PIP_", "XDG_")


def keep_out() -> None:
    """Removes every variable from this process's environment that could steer a library or a program."""
    kept = _chosen(_PLAIN, _TESTS)
    for name in os.environ.keys() - kept.keys():
        del os.environ[name]


def downloading() -> dict[str, str]:
    """Returns the environment of a program with the shell's proxies, certificates and pip's settings."""
    return _chosen((*_PLAIN, *_NETWORK, *(name.upper() for name in _NETWORK)), _DOWNLOADS)


def _chosen(names: tuple[str, ...], prefixes: tuple[str, ...]) -> dict[str, str]:
    return {name: value for name, value in SHELL.items() if name in names or name.startswith(prefixes)}
