"""Draws bodies of batches with values near their limits and in odd spellings, for both parsers."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from domain.intervals import QUARTER_HOURS, IntervalLengths
from domain.readings import QUANTITIES, Quantity
from service.readings.fields import FIELDS
from service.readings.times import EARLIEST, Grid
from tests.unit.service.batches import START
from tests.unit.service.fakes import NOW, TERMS

QUARTER = timedelta(minutes=15)
INSTANTS = st.sampled_from([EARLIEST, NOW, datetime(1970, 1, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)])
"""Around which the limits are: the retention's is drawn among them."""
GRIDS = st.builds(
    Grid,
    st.sampled_from([QUARTER_HOURS, IntervalLengths(5), IntervalLengths(15, ((NOW.replace(minute=0), 60),))]),
    st.just(TERMS.grid.zone),
    st.sampled_from([timedelta(0), timedelta(seconds=30)]),
)
OFFSETS = st.sampled_from(
    ["Z", "z", "+00:00", "-00:00", "+01:00", "-03:30", "+05:45", "+14:00", "+23:59", "+24:00", ""]
)
FRACTIONS = st.sampled_from(["", "", "", ".0", ".000000000", ".1", ".0000001"])
ODD = [
    "null",
    "true",
    '"1"',
    '""',
    "[]",
    "{}",
    "1e2",
    "1E-1",
    "-0",
    "-0.0",
    "0e9",
    "1E400",
    "1e-400",
    "01",
    "NaN",
    "+1",
]
HUGE = ["9" * 19, "1" * 5_000, "1e99999999999999999999", "0." + "0" * 400 + "1"]


@st.composite
def times(draw: st.DrawFn) -> str:
    """Draws a time near a limit, on the grid or next to it, in one of its spellings."""
    instant = draw(INSTANTS).replace(minute=0) + draw(st.integers(-6, 6)) * QUARTER
    instant += draw(st.sampled_from([timedelta(0)] * 4 + [timedelta(seconds=1), timedelta(minutes=-1)]))
    offset = draw(OFFSETS)
    zone = UTC if len(offset) < 6 or offset == "+24:00" else datetime.fromisoformat(START[:19] + offset).tzinfo
    text = instant.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S") + draw(FRACTIONS) + offset
    return json.dumps(text.lower() if draw(st.booleans()) else text)


@st.composite
def numbers(draw: st.DrawFn, quantity: Quantity) -> str:
    """Draws a number at a limit of the quantity or next to it, in one of its spellings, or a text that is no number."""
    limit = draw(st.sampled_from([quantity.minimum, quantity.maximum, Decimal("0.317")]))
    step = draw(st.sampled_from([Decimal(0), Decimal(1), Decimal("1e-6"), Decimal("1e-7"), Decimal("1e-20")]))
    near = limit + draw(st.sampled_from([-1, 1])) * step
    spelled = st.sampled_from([f"{near:f}", f"{near:e}", f"{near:f}".rstrip("0") or "0", f"{near.normalize():f}"])
    return draw(spelled | st.sampled_from(ODD + HUGE) | st.floats().map(json.dumps) | st.integers().map(str))


GOOD_QUALITY = st.sampled_from(['"measured"', '"estimated"', '"edited"', "null"])
QUALITY = GOOD_QUALITY | st.sampled_from(['"Measured"', '""', "1", "[]", "{}", '"a\\"b"', "true"])
GOOD_STARTS = st.integers(0, 40).map(lambda number: json.dumps((NOW.replace(minute=0) - number * QUARTER).isoformat()))


@st.composite
def items(draw: st.DrawFn) -> str:
    """Draws a usual reading with one field near its limits. Some readings have a missing, unknown or repeated field."""
    edge = draw(st.sampled_from([*FIELDS, "lack", "twice", "unknown", "escape"]))
    measured = [each for each in QUANTITIES if each.required or each.field == edge or draw(st.booleans())]
    members = [("interval_start", draw(times() if edge == "interval_start" else GOOD_STARTS))]
    members += [(each.field, draw(numbers(each) if edge == each.field else usual(each))) for each in measured]
    if edge == "quality" or draw(st.booleans()):
        members.append(("quality", draw(QUALITY if edge == "quality" else GOOD_QUALITY)))
    if edge == "lack":
        members.pop(draw(st.integers(0, len(members) - 1)))
    if edge in {"twice", "unknown"}:
        members.append(draw(st.sampled_from(members)) if edge == "twice" else ("surprise", "1"))
    text = "{" + ", ".join(f'"{name}": {value}' for name, value in draw(st.permutations(members))) + "}"
    return text.replace("kwh", "\\u006bwh") if edge == "escape" else text


def usual(quantity: Quantity) -> st.SearchStrategy[str]:
    return st.sampled_from(["null", "2"] if quantity.decimal_places == 0 else ["0.25", "230"])


@st.composite
def bodies(draw: st.DrawFn) -> str:
    inner = "[" + ", ".join(draw(st.lists(items(), min_size=1, max_size=3))) + "]"
    if draw(st.booleans()):
        members = [f'"readings": {inner}', f'"reported_at": {draw(times() | st.sampled_from(ODD))}']
        return "{" + ", ".join(draw(st.permutations(members))) + "}"
    odd = draw(st.sampled_from(["%s"] * 9 + ["\ufeff%s", "%s,", " %s\n", "%sx"]))
    return odd % draw(st.sampled_from([f'{{"readings": {inner}}}'] * 9 + [inner, f'{{"readings": {inner}, "a": 1}}']))
