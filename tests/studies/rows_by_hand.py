"""Stores made by hand, as a sweep would have written them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.studies.store import NAME, Row, Store

RATION, PROFILE = "fuel.ration", "population.profile"
UNITS = {RATION: "L", PROFILE: ""}
VARIED = {
    RATION: {"unit": "L", "low": 0.0, "high": 50.0},
    PROFILE: {"unit": "", "values": ["armenia", "global"]},
}
FOUND = {"arrived.total": "people", "clearance.p95": "h"}


def about(kind: str = "latin", cases: int = 4, replications: int = 1, **more: Any) -> dict[str, Any]:
    """What a sweep of so many cases is about."""
    design = {"kind": kind, "cases": cases, "varied": VARIED, **more}
    return {"design": design, "replications": replications, "seed": 1, "version": "0.1.0"}


def made(folder: Path, rows: list[Row], told: dict[str, Any] | None = None, units: dict[str, str] = UNITS) -> Path:
    """A folder with a store of these rows."""
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(folder / NAME)
    store.begin(told or about(), units)
    for row in rows:
        store.put(row, FOUND)
    store.close()
    return folder
