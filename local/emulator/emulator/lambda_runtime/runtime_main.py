"""Runs in the function's own process, with AWS's Python runtime only: starts AWS's runtime interface client.

Arguments: the code's directory and the handler. The client is imported before the code's directory becomes
importable, as on AWS, where it lives outside the function's code.
"""

import sys

from awslambdaric.__main__ import main

if __name__ == "__main__":
    _, task_root, handler = sys.argv
    sys.path[0] = task_root
    sys.argv = ["bootstrap.py", handler]
    main(sys.argv)
