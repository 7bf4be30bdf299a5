"""Runs Docker's commands, with the shell's proxies and certificates where a command downloads."""

import functools
import shutil
import subprocess

from artifacts import user_shell

_PULL_SECONDS = 300


def run(*arguments: str, timeout: float | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["docker", *arguments],
        env=environment(arguments[0]),
        check=False,
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def environment(command: str) -> dict[str, str]:
    """Returns the environment of a Docker command. Only commands that download get proxies and certificates."""
    return user_shell.docker() | (user_shell.downloading() if command in ("build", "pull") else {})


def pull(image: str) -> str:
    """Pulls the image if it is absent. Returns the reason if that fails, else ''."""
    if run("image", "inspect", image).returncode == 0:
        return ""
    print(f"Pulling {image}", flush=True)
    try:
        done = run("pull", "--quiet", image, timeout=_PULL_SECONDS)
    except subprocess.TimeoutExpired:
        return f"not pulled within {_PULL_SECONDS} s"
    return "" if done.returncode == 0 else done.stderr.strip().rpartition("\n")[2]


@functools.cache
def compose_command() -> tuple[str, ...]:
    """Returns the command of Docker Compose on this machine, or () if it is not installed."""
    if shutil.which("docker") and run("compose", "version").returncode == 0:
        return ("docker", "compose")
    return ("docker-compose",) if shutil.which("docker-compose") else ()
