"""What is not known: the range the library gives for an input that is told as `unknown`."""

from __future__ import annotations

import csv
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

from sim.scenario.faults import Fault
from sim.scenario.paths import flatten, put
from sim.scenario.reading import Document


@cache
def ranges() -> tuple[dict[str, str], ...]:
    """Rows of ranges.csv: pattern of the path, usual value, low, high, source, confidence."""
    text = files("sim.scenario").joinpath("ranges.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def stand_in(document: Document, faults: list[Fault]) -> dict[str, Any]:
    """Put the usual value where an input is `unknown`; the distributions to draw from, by path."""
    assumed: dict[str, Any] = {}
    for path, value in flatten(document.data).items():
        if value != "unknown":
            continue
        row = next((row for row in ranges() if fnmatchcase(path, row["path"])), None)
        if row is None:
            faults.append(
                Fault(
                    path,
                    "cannot be unknown: no range can stand in for it; give your best figure",
                    document.places.get(path, ""),
                )
            )
            continue
        put(document.data, path, row["usual"])
        assumed[path] = {"distribution": row["distribution"], "low": row["low"], "high": row["high"]}
        source = {
            "note": f"unknown; drawn from {row['low']} to {row['high']}: {row['source']}",
            "confidence": row["confidence"],
            "origin": "assumed",
        }
        document.data.setdefault("sources", {})[path] = source
    return assumed
