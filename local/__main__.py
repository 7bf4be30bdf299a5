"""Runs `python3.13 -m local COMMAND` for the Makefile. An older Python can read this file, which then refuses it."""

import sys

if __name__ == "__main__":
    if sys.version_info[:2] != (3, 13):
        sys.exit(
            "Python 3.13 is needed and this is "
            + ".".join(map(str, sys.version_info[:3]))
            + ": install it (pyenv install 3.13, uv python install 3.13, or your system's python3.13), "
            + "or name it: make ... PYTHON=/path/to/python3.13"
        )
    from local.front.commands import main

    sys.exit(main(sys.argv[1:]))
