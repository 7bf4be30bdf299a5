"""Routes have the precedence of the example in AWS's guide to routes of HTTP APIs."""

import pytest

from localstack_dockerless.services.apigatewayv2.execute_api.routes import Match, RouteTable, parse

AWS_EXAMPLE = ["GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default"]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/pets/dog/1", Match("GET /pets/dog/1", {})),
        ("GET", "/pets/dog/2", Match("GET /pets/dog/{id}", {"id": "2"})),
        ("GET", "/pets/cat/1", Match("GET /pets/{proxy+}", {"proxy": "cat/1"})),
        ("POST", "/test/5", Match("ANY /{proxy+}", {"proxy": "test/5"})),
        ("POST", "/pets/dog/1", Match("ANY /{proxy+}", {"proxy": "pets/dog/1"})),
        ("GET", "/", Match("$default", {})),
    ],
)
def test_the_example_of_the_guide(method: str, path: str, expected: Match) -> None:
    assert RouteTable(AWS_EXAMPLE).match(method, path) == expected


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize(
    ("keys", "method", "path", "expected"),
    [
        (["ANY /a", "GET /a"], "GET", "/a", "GET /a"),
        (["ANY /a", "GET /a"], "PUT", "/a", "ANY /a"),
        (["GET /{x}/b", "GET /a/{y}"], "GET", "/a/b", "GET /a/{y}"),
        (["GET /{x}/{y}", "GET /a/{rest+}"], "GET", "/a/b", "GET /{x}/{y}"),
        (["GET /{all+}", "GET /{x}/b/{rest+}"], "GET", "/a/b/c", "GET /{x}/b/{rest+}"),
        (["GET /a/{rest+}", "GET /a/b/{rest+}"], "GET", "/a/b/c", "GET /a/b/{rest+}"),
        (["GET /{all+}", "ANY /a"], "GET", "/a", "ANY /a"),
        (["$default", "GET /{all+}"], "POST", "/a", "$default"),
    ],
)
def test_the_more_specific_route_wins_whatever_the_order(
    keys: list[str], method: str, path: str, expected: str, reverse: bool
) -> None:
    match = RouteTable(keys[::-1] if reverse else keys).match(method, path)
    assert match is not None
    assert match.key == expected


@pytest.mark.parametrize("path", ["/pets", "/pets/", "/pets//", "/pets/6/", "/pets/6/toys", "//pets/6", "/PETS/6"])
def test_a_path_that_differs_does_not_match(path: str) -> None:
    assert RouteTable(["GET /pets/{id}"]).match("GET", path) is None


@pytest.mark.parametrize("path", ["/", "/files", "/files/"])
def test_a_greedy_variable_takes_at_least_one_character(path: str) -> None:
    assert RouteTable(["GET /files/{rest+}"]).match("GET", path) is None


def test_path_variables_are_decoded_after_the_path_was_split() -> None:
    match = RouteTable(["GET /pets/{id}/{name}"]).match("GET", "/pets/a%2Fb/M%C3%BCcke")
    assert match == Match("GET /pets/{id}/{name}", {"id": "a/b", "name": "Mücke"})


def test_an_encoded_fixed_segment_is_the_same_segment() -> None:
    assert RouteTable(["GET /a b"]).match("GET", "/a%20b") == Match("GET /a b", {})


@pytest.mark.parametrize("key", ["GET", "/pets", "GET pets", "GET /{all+}/more", ""])
def test_a_malformed_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="is not"):
        parse(key)
