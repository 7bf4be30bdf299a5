"""Lines come out in order, however many runs they fill."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from lambdas.planner.sorted_lines import SortedLines


@given(st.lists(st.text("AZ09-", min_size=1, max_size=4)), st.integers(1, 5))
def test_lines_come_out_in_order(numbers: list[str], run_lines: int) -> None:
    with TemporaryDirectory() as directory:
        lines = SortedLines(Path(directory), run_lines)
        for number in numbers:
            lines.add(f"{number}\t{{}}\n")
        assert lines.count == len(numbers)
        assert [line.partition("\t")[0] for line in lines] == sorted(numbers)
