"""The store of a sweep: one SQLite file, a row a case, written by one process while others may read."""

from __future__ import annotations

import errno
import json
import math
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sim.model.record import Array

NAME = "runs.sqlite"
"""The file's name in the folder of a sweep."""
FORMAT = 1
"""Raised whenever the tables change: a store of another format is refused, never guessed at."""
SETTINGS = ("page_size = 16384", "journal_mode = WAL", "synchronous = NORMAL", "wal_autocheckpoint = 100")
"""A row with its curves fits on one page; the log of changes is taken into the file every hundred pages."""
DONE, FAILED = "done", "failed"
INPUT, INDICATOR = "input", "indicator"
OWN = ("case_number", "status", "error", "traceback", "curves")
"""Columns of `runs` beside those of inputs and indicators, which bear their own names."""
CURVE = np.dtype("<f4")

TABLES = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE names (position INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, unit TEXT NOT NULL,
  column_name TEXT NOT NULL UNIQUE COLLATE NOCASE);
CREATE TABLE runs (case_number INTEGER PRIMARY KEY, status TEXT NOT NULL, error TEXT, traceback TEXT, curves BLOB);
CREATE TABLE replications (case_number INTEGER NOT NULL, replication INTEGER NOT NULL,
  PRIMARY KEY (case_number, replication)) WITHOUT ROWID;
"""
TABLE_NAMES = ("about", "names", "runs", "replications")


@dataclass(frozen=True)
class Row:
    """One case: what was put in and what came out, or why nothing did."""

    case: int
    inputs: Mapping[str, float | str]
    indicators: Mapping[str, float] = field(default_factory=dict)
    replicates: Mapping[int, Mapping[str, float]] = field(default_factory=dict)
    """Indicators by replication, where a case has several."""
    curves: Array | None = None
    error: str = ""
    trace: str = ""


class Store:
    """Rows committed one by one; a process that is killed leaves every committed row and nothing half written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._columns: dict[str, str] = {}
        with self._told():
            self._file = sqlite3.connect(path, isolation_level=None, timeout=60)
            try:
                for setting in SETTINGS:
                    self._file.execute(f"PRAGMA {setting}")
            except sqlite3.Error:
                self._file.close()
                raise

    def begin(self, about: Mapping[str, Any], units: Mapping[str, str]) -> None:
        """Make the tables of a new sweep: what it is about, and its inputs with their units."""
        with self._whole():
            for statement in TABLES.split(";\n"):
                self._file.execute(statement)
            rows = [(key, json.dumps(value)) for key, value in about.items()]
            self._file.executemany("INSERT INTO about VALUES (?, ?)", [("format", str(FORMAT)), *rows])
            self._name(units, INPUT, units)

    def about(self) -> dict[str, Any]:
        """What the sweep is about; empty for a store that has no tables yet."""
        return about(self._file)

    def resume(self) -> None:
        """Go on with the tables that are there."""
        self._columns = {name: column for name, _, _, column in names(self._file)}

    def clear(self) -> None:
        """Take away the tables, to begin anew."""
        with self._whole():
            for table in TABLE_NAMES:
                self._file.execute(f"DROP TABLE IF EXISTS {table}")
            self._columns = {}

    def forget_failed(self) -> None:
        """Take away the rows of cases that failed, so that they are run again."""
        with self._whole():
            self._file.execute("DELETE FROM runs WHERE status = ?", (FAILED,))

    def kept(self) -> set[int]:
        """Numbers of the cases that have a row."""
        return {number for (number,) in self._file.execute("SELECT case_number FROM runs")}

    def put(self, row: Row, units: Mapping[str, str]) -> None:
        """Commit one case; `units` are those of indicators. IntegrityError when it already has a row."""
        with self._whole():
            self._name(row.indicators, INDICATOR, units)
            own = (row.case, FAILED if row.error else DONE, row.error or None, row.trace or None)
            told = {**row.inputs, **row.indicators}
            self._insert("runs", [*own, packed(row.curves)], OWN, told)
            for number, found in row.replicates.items():
                self._insert("replications", [row.case, number], ("case_number", "replication"), found)

    def _insert(self, table: str, values: list[Any], own: Iterable[str], told: Mapping[str, float | str]) -> None:
        columns = [*own, *(quoted(self._columns[name]) for name in told)]
        cells = [*values, *map(cell, told.values())]
        marks = ", ".join("?" * len(cells))
        self._file.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", cells)

    def _name(self, wanted: Iterable[str], kind: str, units: Mapping[str, str]) -> None:
        """Columns for names that have none yet."""
        for name in [name for name in wanted if name not in self._columns]:
            column = self._free(name)
            at = len(self._columns)
            self._file.execute("INSERT INTO names VALUES (?, ?, ?, ?, ?)", (at, name, kind, units[name], column))
            for table in ("runs",) if kind == INPUT else ("runs", "replications"):
                self._file.execute(f"ALTER TABLE {table} ADD COLUMN {quoted(column)}")
            self._columns[name] = column

    def _free(self, name: str) -> str:
        """A column's name: SQLite tells no capital letters apart, scenarios do."""
        taken = {column.lower() for column in (*self._columns.values(), *OWN, "replication")}
        column = name
        while column.lower() in taken:
            column += "'"
        return column

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """All of it or nothing."""
        before = dict(self._columns)
        with self._told():
            try:
                self._file.execute("BEGIN IMMEDIATE")
                yield
                self._file.execute("COMMIT")
            except BaseException:
                self._columns = before
                if self._file.in_transaction:
                    self._file.execute("ROLLBACK")
                raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What hinders the store, as an error of its file."""
        try:
            yield
        except sqlite3.OperationalError as fault:
            full = getattr(fault, "sqlite_errorname", "") == "SQLITE_FULL"
            why = f"{fault}; every row committed before is kept: make room and give the same command again"
            raise OSError(errno.ENOSPC if full else None, why, str(self.path)) from fault

    def close(self) -> None:
        """Close the file; what was committed stays."""
        self._file.close()


def about(file: sqlite3.Connection) -> dict[str, Any]:
    """What the sweep in a store is about; empty where there are no tables yet."""
    if not file.execute("SELECT name FROM sqlite_master WHERE name = 'about'").fetchall():
        return {}
    return {key: json.loads(value) for key, value in file.execute("SELECT key, value FROM about")}


def names(file: sqlite3.Connection) -> list[tuple[str, str, str, str]]:
    """Name, kind, unit and column of every input and indicator, in the order in which they came up."""
    return list(file.execute("SELECT name, kind, unit, column_name FROM names ORDER BY position"))


def quoted(column: str) -> str:
    """A column's name as SQL has it."""
    return '"' + column.replace('"', '""') + '"'


def cell(value: float | str) -> float | int | str | None:
    """A value as it is kept: nothing where there is none, infinity where it never is."""
    if isinstance(value, (str, int)):
        return value
    return None if math.isnan(value) else float(value)


def packed(curves: Array | None) -> bytes | None:
    """Curves as a compact blob: their shape in two numbers, then the values in single precision, deflated."""
    if curves is None:
        return None
    shape = np.array(curves.shape, "<u4").tobytes()
    return shape + zlib.compress(np.ascontiguousarray(curves, CURVE).tobytes(), 6)


def unpacked(blob: bytes) -> Array:
    """The curves in a blob, shape (curves, hours + 1)."""
    shape = np.frombuffer(blob[:8], "<u4")
    values: Array = np.frombuffer(zlib.decompress(blob[8:]), CURVE).reshape(shape).astype(float)
    return values
