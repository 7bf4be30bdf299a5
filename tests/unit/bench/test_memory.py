"""The memory of a process is read from the kernel's files."""

import os
from pathlib import Path

from bench.measures.memory import proportional_set_size

ROLLUP = """\
00400000-7ffd7a5c8000 ---p 00000000 00:00 0                              [rollup]
Rss:               20480 kB
Pss:                5120 kB
Pss_Dirty:          1024 kB
Pss_Anon:           2048 kB
"""


def test_shared_pages_count_in_part(tmp_path: Path):
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "smaps_rollup").write_text(ROLLUP)
    assert proportional_set_size(7, tmp_path) == 5.0


def test_a_process_that_has_ended_has_no_size(tmp_path: Path):
    assert proportional_set_size(7, tmp_path) is None


def test_this_process_has_one():
    size = proportional_set_size(os.getpid())
    assert size is not None
    assert size > 1
