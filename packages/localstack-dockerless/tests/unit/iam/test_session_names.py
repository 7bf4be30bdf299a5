"""The name of a service's session has the characters and the length that STS takes."""

import pytest

from localstack_dockerless.iam.acting import session_name


@pytest.mark.parametrize(
    ("resource", "name"),
    [
        ("pipeline", "pipeline"),
        ("m", "m@states"),
        ("a b/č", "a-b--"),
        ("x" * 80, "x" * 64),
        ("a.b_c-d@e=f,g+h", "a.b_c-d@e=f,g+h"),
    ],
)
def test_a_session_has_a_name_that_sts_takes(resource: str, name: str) -> None:
    assert session_name(resource, "states") == name
