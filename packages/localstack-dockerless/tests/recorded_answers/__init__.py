"""Runs LocalStack's own tests of Lambda, SQS mappings and Step Functions on a LocalStack with this package.

The tests compare each answer with an answer of AWS that was recorded. They are LocalStack's, so they are not in this
repository: the program takes a folder that has them. `docs/recorded-answers.md` has the counts and the reason of each
failure.

    python -m recorded_answers --tests FOLDER --python PYTHON --logs FOLDER

`FOLDER` of the tests is the folder `tests/` of LocalStack's repository at v4.14.0, and `PYTHON` an interpreter with
LocalStack and what its tests need: pytest, localstack-snapshot, pytest-httpserver, pytest-timeout, aws-cdk-lib.
"""
