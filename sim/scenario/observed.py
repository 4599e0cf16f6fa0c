"""Files of observed counts: columns time, value, kind, source, confidence."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from sim.scenario import personal
from sim.scenario.faults import Fault, ScenarioError
from sim.scenario.fields import moment
from sim.scenario.reading import Document

COLUMNS = ["time", "value", "kind", "source", "confidence"]
SERIES = ("arrivals", "vehicles", "registration", "accommodation", "evacuations", "transit", "blockade")
LARGEST = 20_000_000
CUMULATIVE = ("arrivals", "vehicles", "registration", "accommodation")


@dataclass(frozen=True)
class Count:
    """One observed value."""

    time: datetime
    value: float
    kind: str
    source: str
    confidence: str


def read(path: Path, cumulative: bool = True) -> list[Count]:
    """The rows of a file in order of time; ScenarioError names every row that is wrong."""
    rows = _rows(path)
    if persons := personal.in_table(rows, str(path)):
        raise ScenarioError(persons)
    if not rows or rows[0] != COLUMNS:
        found = ",".join(rows[0]) if rows else "nothing"
        raise ScenarioError([Fault("", f"columns must be {','.join(COLUMNS)}; found {found[:80]}", f"{path}:1:1")])
    counts, faults = [], []
    for line, row in enumerate(rows[1:], 2):
        try:
            counts.append(_count(row))
        except ValueError as fault:
            faults.append(Fault("", str(fault), f"{path}:{line}:{_column(row)}"))
    if cumulative and not faults:
        faults = _falling(counts, path)
    if faults:
        raise ScenarioError(faults)
    return counts


def _rows(path: Path) -> list[list[str]]:
    if path.is_file() and path.stat().st_size > LARGEST:
        raise ScenarioError([Fault("", f"is larger than {LARGEST:,} bytes; is it a table of counts?", str(path))])
    try:
        return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    except FileNotFoundError:
        raise ScenarioError([Fault("", "no such file", str(path))]) from None
    except (OSError, UnicodeDecodeError, csv.Error):
        raise ScenarioError([Fault("", "cannot be read as a table of text", str(path))]) from None


def tables(folder: Path) -> list[str]:
    """Names of the tables in a folder."""
    return [file.name for file in folder.glob("*.csv")] if folder.is_dir() else []


def _column(row: list[str]) -> int:
    """Where the value of a row begins, or the row when it has no sound time."""
    try:
        moment(row[0])
    except (ValueError, IndexError):
        return 1
    return len(row[0]) + 2


def _count(row: list[str]) -> Count:
    if not any(row):
        raise ValueError("is an empty line; leave it out")
    if len(row) != len(COLUMNS):
        raise ValueError(f"has {len(row)} cells; must have {len(COLUMNS)}")
    if not row[1].strip():
        raise ValueError("value is missing; leave the line out where nothing was counted")
    try:
        value = float(row[1])
    except ValueError:
        raise ValueError(f"value {row[1]!r} is not a number") from None
    if not 0 <= value < 1e9:
        raise ValueError(f"value {row[1]} is not possible; must be 0 or more")
    return Count(moment(row[0]), value, row[2], row[3], row[4])


def _falling(counts: list[Count], path: Path) -> list[Fault]:
    return [
        Fault("", f"a cumulative count falls from {a.value:g} to {b.value:g}", f"{path}:{line}:1")
        for line, (a, b) in enumerate(pairwise(counts), 3)
        if b.value < a.value or b.time < a.time
    ]


def inline_arrivals(document: Document, path: Path, faults: list[Fault]) -> None:
    """Put the counts of `arrivals.file` in its place, so that the scenario stands alone."""
    told = document.data.get("arrivals")
    if not isinstance(told, dict) or not isinstance(told.get("file"), str):
        return
    try:
        counts = read(path.parent / told["file"])
    except ScenarioError as error:
        faults.extend(fault._replace(path="arrivals.file") for fault in error.faults)
        return
    told.pop("file")
    told["table"] = {count.time.isoformat(): f"{count.value:.0f} people" for count in counts}
