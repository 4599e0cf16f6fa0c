"""Folders of scenario files: valid ones run; invalid ones end with what each says about itself, and change nothing."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from sim import cli
from sim.publish import charts
from tests.scenarios.shelf import table

HERE = Path(__file__).parent
VALID, INVALID = (sorted((HERE / folder).glob("*.yaml")) for folder in ("valid", "invalid"))
EXPECTED = re.compile(r"^# expect: (\S+\.(?:yaml|csv):\d+:\d+: .+)$", re.MULTILINE)
"""What a file says of its faults: `name:line:column: what was found; what would be right`."""


def name(file: Path) -> str:
    return file.stem


def command(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """The command as a user gives it, charts apart; its exit code."""
    monkeypatch.setattr(sys, "argv", ["needsim", *words])
    monkeypatch.setattr(charts, "draw_all", lambda *_: None)
    try:
        cli.main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("file", VALID, ids=name)
def test_a_valid_file_is_explained_and_runs_and_everybody_is_somewhere(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command(monkeypatch, "check", str(file)) == 0
    assert command(monkeypatch, "run", str(file), "--replications", "1", "--workers", "1", "--out", str(tmp_path)) == 0
    people: dict[str, float] = {}
    for row in table(tmp_path / file.stem / "ledger.csv"):
        people[row["hour"]] = people.get(row["hour"], 0.0) + float(row["mean"])
    assert len(set(people.values())) == 1
    assert min(people.values()) > 0


@pytest.mark.parametrize("verb", ["check", "run"])
@pytest.mark.parametrize("file", INVALID, ids=name)
def test_an_invalid_file_ends_with_its_faults_and_leaves_earlier_results_alone(
    file: Path, verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    earlier = tmp_path / file.stem / "arrivals.csv"
    earlier.parent.mkdir()
    earlier.write_text("time,hour,series\n", encoding="utf-8")
    before = contents(tmp_path)
    expected = EXPECTED.findall(file.read_text(encoding="utf-8", errors="replace"))
    assert command(monkeypatch, verb, str(file), *(["--out", str(tmp_path)] if verb == "run" else [])) == 2
    told = capsys.readouterr()
    assert told.err.replace(f"{file.parent}/", "").splitlines() == expected != []
    assert told.out == ""
    assert contents(tmp_path) == before
