"""Decides which variables of the user's shell reach the tests and what they start: those of these lists."""

import os

SHELL = dict(os.environ)
"""The variables that this process was started with. `keep_out` does not change them."""

_PLAIN = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TERM", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "CI")
_TESTS = ("DOCKERLESS_", "EMULATOR_", "PYTEST_", "COV_", "COVERAGE_")
_NETWORK = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
_DOWNLOADS = ("PIP_", "XDG_")


def keep_out() -> None:
    """Take all out of this process's environment that could steer a library or a program."""
    kept = _chosen(_PLAIN, _TESTS)
    for name in os.environ.keys() - kept.keys():
        del os.environ[name]


def downloading() -> dict[str, str]:
    """The environment of a program that downloads: with the shell's proxies, certificates and pip's settings."""
    return _chosen((*_PLAIN, *_NETWORK, *(name.upper() for name in _NETWORK)), _DOWNLOADS)


def _chosen(names: tuple[str, ...], prefixes: tuple[str, ...]) -> dict[str, str]:
    return {name: value for name, value in SHELL.items() if name in names or name.startswith(prefixes)}
