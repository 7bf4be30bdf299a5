"""Runs in the function's own process, with AWS's Python runtime only: starts AWS's runtime interface client.

Its arguments are the address of the Runtime API, the handler, the code's directory, and the directory of the layers if
there are any. The client is imported before the code's directory becomes importable, as on AWS, where it lives outside
the function's code.
"""

import os
import sys

try:
    import runtime_client  # type: ignore[import-not-found]  # noqa: F401
except ImportError:  # it is compiled for another version of Python
    import runtime_calls  # type: ignore[import-not-found]  # it lies beside this file, which is run by its path

    runtime_calls.call_at(sys.argv[1])
    sys.modules["runtime_client"] = runtime_calls

from awslambdaric.__main__ import main  # type: ignore[import-not-found]


def layer_folders(layers: str) -> "list[str]":
    """Returns the folders of importable modules: https://docs.aws.amazon.com/lambda/latest/dg/python-layers.html."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return [f"{layers}/python/lib/{version}/site-packages", f"{layers}/python"]


if __name__ == "__main__":
    _, _, handler, task_root, *layers = sys.argv
    sys.path[:1] = [task_root, *(folder for each in layers for folder in layer_folders(each))]
    if os.environ.get("LC_CTYPE") == "C.UTF-8":
        # Python itself sets it if the machine lacks the locale of LANG (PEP 538).
        del os.environ["LC_CTYPE"]
    sys.argv = ["bootstrap.py", handler]
    main(sys.argv)
