"""LocalStack's own clients of one service share its model, so that each of them needs no parser of its own."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.client import ClientCreator
from botocore.session import Session

from localstack_dockerless import client_models


def wrapped(shared: Callable[..., Any], original: Any) -> Callable[..., Any]:
    return lambda self, *given, **more: shared(original, self, *given, **more)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    """Returns a session in which botocore makes clients as the patch does."""
    for name, shared in (
        ("_load_service_model", client_models.load_service_model),
        ("_create_methods", client_models.create_methods),
    ):
        original = getattr(ClientCreator, name)
        monkeypatch.setattr(
            ClientCreator, name, lambda self, *given, s=shared, o=original, **more: s(o, self, *given, **more)
        )
    return Session()


def client(session: Session, service: str, **options: Any) -> Any:
    return session.create_client(service, "eu-central-1", aws_access_key_id="a", aws_secret_access_key="b", **options)


def test_clients_of_one_service_share_model_and_methods(session: Session) -> None:
    first, second = client(session, "lambda"), client(session, "lambda", endpoint_url="http://127.0.0.1:1")
    assert first.meta.service_model is second.meta.service_model
    assert type(first).invoke is type(second).invoke
    assert second.meta.endpoint_url != first.meta.endpoint_url


def test_services_and_versions_have_models_of_their_own(session: Session) -> None:
    models = [client(session, "sqs"), client(session, "sns")]
    models += [client(session, "cloudfront", api_version=version) for version in ("2019-03-26", None)]
    assert len({id(each.meta.service_model) for each in models}) == len(models)
    assert [each.meta.service_model.service_name for each in models] == ["sqs", "sns", "cloudfront", "cloudfront"]


def test_what_a_handler_adds_to_one_client_stays_there(session: Session) -> None:
    def add(**given: Any) -> None:
        given["class_attributes"]["further"] = lambda _self: "further"

    session.register("creating-client-class.sqs", add)
    assert client(session, "sqs").further() == "further"
    session.unregister("creating-client-class.sqs", add)
    assert not hasattr(client(session, "sqs"), "further")


def test_the_calls_of_two_clients_are_their_own(session: Session) -> None:
    class SentError(Exception):
        pass

    def refuse(**given: Any) -> None:
        raise SentError(given["request"].url)

    for port in (1, 2):
        made = client(session, "lambda", endpoint_url=f"http://127.0.0.1:{port}")
        made.meta.events.register_first("before-send.*.*", refuse)
        with pytest.raises(SentError, match=f"http://127.0.0.1:{port}/"):
            made.list_functions()
