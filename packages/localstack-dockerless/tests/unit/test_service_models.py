"""Models without documentation describe the same services as botocore's own."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.loaders import JSONFileLoader, Loader
from botocore.session import Session

from localstack_dockerless.service_models import load_file


@pytest.fixture
def replaced(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Returns a function that makes botocore load models as the patch does, until the end of the test."""
    return lambda: monkeypatch.setattr(JSONFileLoader, "_load_file", load_file)


def _without_texts(value: Any) -> Any:
    """Returns the same result with another algorithm: a second walk over botocore's model."""
    if isinstance(value, dict):
        texts = {"documentation": ""} if isinstance(value.get("documentation"), str) else {}
        return {key: _without_texts(each) for key, each in value.items()} | texts
    return [_without_texts(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("service", ["apigatewayv2", "dynamodb", "s3"])
def test_nothing_but_the_texts_is_gone(service: str, replaced: Callable[[], None]):
    original = Loader().load_service_model(service, "service-2")
    replaced()
    assert Loader().load_service_model(service, "service-2") == _without_texts(original)


def test_botocore_makes_clients_of_it(replaced: Callable[[], None]):
    replaced()
    client = Session().create_client("s3", "eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
    assert client.meta.service_model.client_context_parameters[0].documentation == ""


def test_the_order_of_members_stays(replaced: Callable[[], None]):
    original = Loader().load_service_model("dynamodb", "service-2")
    replaced()
    assert list(Loader().load_service_model("dynamodb", "service-2")["shapes"]) == list(original["shapes"])


def test_a_service_without_a_model_stays_unknown(replaced: Callable[[], None]):
    replaced()
    assert Loader().list_available_services("service-2") != []
    assert JSONFileLoader().load_file("/nowhere/service-2") is None
