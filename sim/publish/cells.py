"""Tables as text: numbers always written the same way, text that can never be taken for a formula."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.results import columns

DECIMALS = 9
"""Decimals kept of a computed number: enough for means of counts to sum to one constant."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Text that begins so is preceded by an apostrophe, as spreadsheets do, and stays text."""

Cells = Sequence[str]
Parts = Iterable[Sequence[Cells]]
"""A table's rows, some at a time: of each part a sequence of cells a column."""


def numbers(values: Any, decimals: int | None = DECIMALS) -> list[str]:
    """Numbers without locale or trailing zeros; empty for nan and for what never happens; None keeps every digit."""
    array = np.asarray(values, float).ravel()
    cells = ((array if decimals is None else np.round(array, decimals)) + 0.0).tolist()
    known = {value: _number(value) for value in set(cells)}  # most cells of a table say what others say
    return [known[value] for value in cells]


def _number(value: float) -> str:
    if value - value != 0.0:  # nan and inf
        return ""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def texts(values: Iterable[Any]) -> list[str]:
    """Text cells: quoted where they must be; a leading = + - @ is kept as text by an apostrophe."""
    known: dict[str, str] = {}
    result = []
    for value in values:
        text = str(value)
        if text not in known:
            known[text] = quoted(f"'{text}" if text.startswith(FORMULA) and not _is_number(text) else text)
        result.append(known[text])
    return result


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def quoted(text: str) -> str:
    """Quoted where it holds a comma, a quote or a line break."""
    if any(mark in text for mark in ',"\n\r'):
        return '"' + text.replace('"', '""') + '"'
    return text


def write(folder: Path, table: str, parts: Parts, hxl: bool = False, names: Cells | None = None) -> None:
    """One table as a CSV file."""
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines(table, parts, hxl, names))


def lines(table: str, parts: Parts, hxl: bool = False, names: Cells | None = None) -> Iterator[str]:
    """One table as lines of text; `names` for a table whose columns depend on the run."""
    yield ",".join(names if names is not None else columns.header(table)) + "\n"
    if hxl and names is None:
        yield ",".join(columns.tags(table)) + "\n"
    for cells in parts:
        for row in zip(*cells, strict=True):
            yield ",".join(row) + "\n"
