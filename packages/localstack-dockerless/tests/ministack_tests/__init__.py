"""Runs MiniStack's tests of the services of this package on a LocalStack with this package.

MiniStack is another emulator of AWS. Its tests are not in this repository: the program takes a folder that has them.
`docs/ministack-tests.md` has the counts and the reason of each failure.

    python -m ministack_tests --tests FOLDER --python PYTHON --logs FOLDER

`FOLDER` of the tests is the folder `tests/` of MiniStack's repository. `PYTHON` is an interpreter with boto3, pytest,
pytest-timeout, pytest-xdist and what MiniStack's modules import: cryptography, defusedxml, hypercorn and pyyaml.
"""
