"""Rows of the library's tables, with the place of each for what is wrong in it."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from importlib.resources import files
from typing import NamedTuple

from sim.scenario.faults import Fault, ScenarioError, did_you_mean


class Row(NamedTuple):
    """One row: cells by column, and where it stands."""

    cells: dict[str, str]
    place: str

    def text(self, column: str) -> str:
        """A cell, which must not be empty."""
        if not self.cells[column]:
            raise self.fault(column, "is empty")
        return self.cells[column]

    def number(self, column: str) -> float:
        """A number of 0 or more, which must be there."""
        found = self.known(column)
        if found is None:
            raise self.fault(column, "is missing; must be a number of 0 or more")
        return found

    def known(self, column: str) -> float | None:
        """A number of 0 or more, None where the cell is empty."""
        told = self.cells[column]
        if not told:
            return None
        try:
            value = float(told)
        except ValueError:
            raise self.fault(column, f"must be a number of 0 or more; found {told!r}") from None
        if not 0 <= value < float("inf"):
            raise self.fault(column, f"must be a number of 0 or more; found {told!r}")
        return value

    def one_of(self, column: str, allowed: Collection[str]) -> str:
        """A cell that holds one of some words."""
        told = self.cells[column]
        if told not in allowed:
            raise self.fault(column, f"{told!r} is not possible; {did_you_mean(told, allowed)}")
        return told

    def fault(self, column: str, message: str) -> ScenarioError:
        """What is wrong with a cell, with its place."""
        return ScenarioError([Fault(column, message, self.place)])


def table(name: str) -> str:
    """The text of one of the library's tables."""
    return files("sim.scenario.standards").joinpath(name).read_text(encoding="utf-8")


def rows(text: str, name: str) -> Iterator[Row]:
    """Rows of a table in the order they stand; `name` is how messages call it."""
    reader = csv.DictReader(text.splitlines())
    for cells in reader:
        yield Row(cells, f"{name}:{reader.line_num}")
