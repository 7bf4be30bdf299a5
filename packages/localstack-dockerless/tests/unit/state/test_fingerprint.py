"""A state belongs to the programs and to the classes that it holds."""

from localstack_dockerless.services.ecs import model
from localstack_dockerless.state import fingerprint


def test_only_this_packages_modules_count():
    found = fingerprint.of_code({"json", "localstack.config", model.__name__})
    assert list(found) == [model.__name__]
    assert len(found[model.__name__]) == 64


def test_a_module_that_is_gone_has_no_checksum():
    gone = ("localstack_dockerless.gone", "localstack_dockerless.gone.deeper")
    assert fingerprint.of_code(gone) == dict.fromkeys(gone, "")


def test_code_that_changed_while_it_ran_has_no_checksum(monkeypatch):
    before = fingerprint.of_code({model.__name__}, running=True)
    assert before == fingerprint.of_code({model.__name__})
    monkeypatch.setattr(fingerprint, "_BEGAN", 0.0)
    assert fingerprint.of_code({model.__name__}, running=True) == {model.__name__: ""}
