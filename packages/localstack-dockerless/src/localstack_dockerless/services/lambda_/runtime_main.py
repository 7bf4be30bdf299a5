"""Runs in the function's own process, with AWS's Python runtime only: starts AWS's runtime interface client.

Its arguments are the code's directory and the handler. The client is imported before the code's directory becomes
importable, as on AWS, where it lives outside the function's code.
"""

import os
import sys

from awslambdaric.__main__ import main  # type: ignore[import-not-found]

if __name__ == "__main__":
    _, task_root, handler = sys.argv
    sys.path[0] = task_root
    if os.environ.get("LC_CTYPE") == "C.UTF-8":
        # Python itself sets it if the machine lacks the locale of LANG (PEP 538).
        del os.environ["LC_CTYPE"]
    sys.argv = ["bootstrap.py", handler]
    main(sys.argv)
