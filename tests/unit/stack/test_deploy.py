"""A deployment updates only code where it can, and starts LocalStack empty if it cannot load the saved state."""

from dataclasses import replace

import pytest

from local.launcher import identity, lifecycle
from local.launcher.changes import Changes
from local.launcher.settings import Settings

STACK = Settings(name="deploy")
NOTHING = Changes(emulator=False, configuration=False, functions=(), service=False)
CODE_OF_ONE = replace(NOTHING, functions=("alerting",))


@pytest.mark.parametrize(
    ("changed", "complete", "update_works", "steps"),
    [
        (NOTHING, True, True, []),
        (CODE_OF_ONE, True, True, ["code of alerting"]),
        (CODE_OF_ONE, True, False, ["code of alerting", "all steps"]),
        (CODE_OF_ONE, False, True, ["all steps"]),  # a deployment was cut off, or a process is down
        (replace(CODE_OF_ONE, configuration=True), True, True, ["all steps"]),
        (replace(CODE_OF_ONE, emulator=True), True, True, ["stop", "all steps"]),
        (replace(CODE_OF_ONE, service=True), True, True, ["code of alerting", "all steps"]),
        (replace(NOTHING, service=True), True, True, ["all steps"]),
    ],
)
def test_only_code_goes_by_its_own_update(
    monkeypatch: pytest.MonkeyPatch, changed: Changes, complete: bool, update_works: bool, steps: list[str]
) -> None:
    done: list[str] = []

    def update(_: Settings, functions: tuple[str, ...]) -> bool:
        done.append(f"code of {', '.join(functions)}")
        return update_works

    class Engine:
        def renew_emulator(self) -> None:
            done.append("stop")

    monkeypatch.setattr(lifecycle, "resolve", lambda settings: settings)
    monkeypatch.setattr(lifecycle, "load", lambda _: None)
    monkeypatch.setattr(lifecycle, "engine_of", lambda _: Engine())
    monkeypatch.setattr(lifecycle, "build_packages", list)
    monkeypatch.setattr(lifecycle, "_changes", lambda _: changed)
    monkeypatch.setattr(lifecycle, "is_complete", lambda _: complete)
    monkeypatch.setattr(lifecycle, "update_functions", update)
    monkeypatch.setattr(lifecycle, "bring_up", lambda _: done.append("all steps"))
    assert lifecycle.deploy(STACK) == 0
    assert done == steps


@pytest.mark.parametrize(
    ("error", "steps"),
    [(identity.StateRefusedError, ["stop", "all steps", "forget", "all steps"]), (identity.IdentityError, None)],
)
def test_plug_ins_that_cannot_load_the_saved_state_start_empty(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: type[Exception], steps: list[str] | None
) -> None:
    done: list[str] = []

    class Engine:
        def renew_emulator(self) -> None:
            done.append("stop")

        def forget_emulator(self) -> None:
            done.append("forget")

    def bring_up(_: Settings) -> None:
        done.append("all steps")
        if "forget" not in done:
            raise error("reason")

    monkeypatch.setattr(lifecycle, "engine_of", lambda _: Engine())
    monkeypatch.setattr(lifecycle, "bring_up", bring_up)
    if steps is None:
        with pytest.raises(identity.IdentityError):
            lifecycle._renew_emulator(STACK)
    else:
        assert lifecycle._renew_emulator(STACK) == 0
        assert done == steps
        assert "applies everything again" in capsys.readouterr().out
