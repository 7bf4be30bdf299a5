"""A file with other parameters is refused in one line that names the wrong name or value, and the known ones."""

from pathlib import Path

import pytest

from domain.findings import CODES, DEFAULTS, Parameters
from operations.candidate_checks import CandidateError, changes_in_words, read_candidate


def read(folder: Path, text: str) -> Parameters:
    path = folder / "candidate.toml"
    path.write_text(text, encoding="utf-8")
    return read_candidate(path)


def test_a_value_is_for_all_types_or_for_one(tmp_path: Path) -> None:
    parameters = read(tmp_path, "[SPK]\npercent = 250\n[SPK.I]\npercent = 400.5\n[HIL.C]\nleast_kwh = 60.0\n")
    assert parameters.of("SPK", "HH")["percent"] == 250.0
    assert parameters.of("SPK", "I")["percent"] == 400.5
    assert parameters.of("SPK", "HH")["least_kwh"] == DEFAULTS.of("SPK", "HH")["least_kwh"]
    assert parameters.of("HIL", "C")["least_kwh"] == 60.0
    assert parameters.of("HIL", "I") == DEFAULTS.of("HIL", "I")
    assert changes_in_words(parameters) == [
        "HIL.least_kwh: 50 -> 60 (C)",
        "SPK.percent: 180 -> 250 (HH, HHP, C, P)",
        "SPK.percent: 180 -> 400.5 (I)",
    ]


def test_the_defaults_are_no_changes(tmp_path: Path) -> None:
    assert changes_in_words(read(tmp_path, "")) == []
    assert changes_in_words(read(tmp_path, "[SPK]\npercent = 180.0\n")) == []


def test_a_list_of_numbers_is_taken(tmp_path: Path) -> None:
    parameters = read(tmp_path, "[OVF]\nconstants = [16777.215, 9999]\n")
    assert parameters.of("OVF", "P")["constants"] == (16777.215, 9999.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[SPX]\npercent = 1.0", f"no check is SPX: the checks are {', '.join(CODES)}"),
        ("SPK = 2.0", "SPK is no table: write [SPK], and a line for each parameter below it"),
        ("[SPK]\nshare = 2.0", "SPK has no parameter share: it has percent, least_kwh, known_percent, alone_percent"),
        ("[SPK.I]\nshare = 2.0", "SPK.I has no parameter share: it has percent, "),
        ("[MCD]\nshare = 2.0", "MCD has no parameter share: it has none"),
        ("[SPK.X]\npercent = 2.0", "SPK.X: no type of customer is X: the types are HH, HHP, I, C, P"),
        ("[SPK]\npercent = 'high'", "SPK.percent: 'high' is no value like 180.0"),
        ("[SPK]\npercent = true", "SPK.percent: True is no value like 180.0"),
        ("[SPK]\npercent = [1.0]", "SPK.percent: [1.0] is no value like 180.0"),
        ("[SPK.I.percent]\nhigh = 1.0", "SPK.percent: {'high': "),
        ("[OVF]\nconstants = 1.0", "OVF.constants: 1.0 is no value like ("),
        ("[OVF]\nconstants = []", "OVF.constants: [] is no value like ("),
        ("[OVF]\nconstants = [1.0, -1.0]", "OVF.constants: -1 is not from 0 to 1,000,000,000"),
        ("[SPK]\npercent = nan", "SPK.percent: nan is no value like 180.0"),
        ("[SPK]\npercent = inf", "SPK.percent: inf is not from 0 to 1,000,000,000"),
        ("[SPK]\npercent = -1", "SPK.percent: -1 is not from 0 to 1,000,000,000"),
        ("[SPK]\npercent = 1e300", "SPK.percent: 1e+300 is not from 0 to 1,000,000,000"),
        ("[SPK]\npercent = 1e999999", "SPK.percent: inf is not from 0 to 1,000,000,000"),
        ("[EST]\ndays = 7", "EST.days: 7 is not from 0 to 6"),
        ("[ZER.HH]\ndays = 0", "ZER.days: 0 is not from 1 to 7"),
        ("[SPK]\npercent = 180.0000000000001", "SPK.percent = 180.0000000000001 has too many digits: use at most 15"),
        ("[OVF]\nconstants = [1234567890123456]", "OVF.constants = 1234567890123456 has too many digits"),
        ("[SPK\n", "is no TOML file: "),
        ("SPK.percent = " + "9" * 5_000, "is no TOML file: "),
        ("[SPK]\npercent = 1\npercent = 2", "is no TOML file: "),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CandidateError) as caught:
        read(tmp_path, text)
    message = str(caught.value)
    assert said in message
    assert message.startswith(str(tmp_path / "candidate.toml"))
    assert "\n" not in message


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CandidateError, match=r"missing\.toml: No such file"):
        read_candidate(tmp_path / "missing.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CandidateError, match="is no TOML file"):
        read_candidate(tmp_path / "binary.toml")
