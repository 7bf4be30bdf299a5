"""A run that is killed before any of its writes, and the run after it, end in the publication of an undisturbed run."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from lambdas.runtime.publications import Publications
from tests.unit.lambdas.examples import an_item, readings
from tests.unit.lambdas.once import give, held_by
from tests.unit.lambdas.publisher.crashes import CrashError, crash_at, writes
from tests.unit.lambdas.run_world import DAY, OTHER_RUN, RUN, RunWorld


@dataclass(frozen=True)
class Moments:
    """A whole run, and what the world held before each write of an object: what a kill at that moment leaves."""

    smooth: RunWorld
    held: list[Any]


@pytest.fixture(scope="module")
def moments(tmp_path_factory: pytest.TempPathFactory) -> Moments:
    smooth, held = _fresh(tmp_path_factory.mktemp("smooth")), []

    def note(operation: str, _key: str) -> None:
        if operation == "put":
            held.append(held_by(smooth.holders))

    smooth.s3.fault = note
    smooth.run()
    assert len(held) == len(smooth.s3.writes)
    return Moments(smooth, held)


@pytest.mark.parametrize("moment", [1, 20, -1])
def test_a_crash_leaves_what_the_world_held_at_that_moment(moments: Moments, tmp_path: Path, moment: int) -> None:
    count = range(len(moments.held))[moment] + 1
    world = _fresh(tmp_path)
    world.s3.fault = crash_at(count, writes(""))
    with pytest.raises(CrashError):
        world.run()
    left, held = held_by(world.holders), moments.held[moment]
    assert [each.keys() for each in left] == [each.keys() for each in held]
    for name in ("objects", "versions"):
        assert _lasting(left[1][name]) == _lasting(held[1][name])
    assert left[-1]["items"] == held[-1]["items"]


def _lasting(found: dict[tuple[str, str], Any]) -> dict[tuple[str, str], Any]:
    """Leaves out what only the run itself reads: these names are drawn."""
    return {name: value for name, value in found.items() if not name[1].startswith("work/")}


@pytest.mark.parametrize("run", [RUN, OTHER_RUN])
def test_a_crash_before_any_write_and_a_later_run_end_in_the_same_publication(
    moments: Moments, tmp_path: Path, run: str
) -> None:
    smooth = moments.smooth
    for moment, held in enumerate(moments.held):
        world = _fresh(tmp_path)
        give(world.holders, held)
        assert world.run(run)["publication"]["number"] == 1
        for key, content in smooth.s3.objects.items():
            if key[1].startswith(("readings/", "customers/", "findings/", "days/", "alarms/date=")):
                assert world.s3.objects[key] == content, (moment, key)
        assert world.open_alarms == smooth.open_alarms
        shards = Publications(cast("Any", world.s3), "enriched").read(DAY.date, 1).shards
        kinds = [shard.parts().values() for shard in shards]
        assert {part.version_id for parts in kinds for part in parts} == {"v1"}, "no part was written twice"


def _fresh(directory: Path) -> RunWorld:
    made = RunWorld(directory, *(an_item(number) for number in range(1, 4)), shards=2)
    made.rows = [row for number in range(2, 4) for row in readings(number, DAY, without=[number])]
    return made
