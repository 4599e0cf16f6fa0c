"""A comparison as files: differences with their bands, curves side by side, when the runs part, all in words."""

from __future__ import annotations

import hashlib
import json
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import sim
from sim.publish import cells
from sim.publish.cells import numbers, texts
from sim.publish.export import in_place
from sim.publish.manifest import INTERNAL, WHAT_IF
from sim.publish.resolved import resolved
from sim.publish.tables import Table
from sim.results.curves import CURVES
from sim.results.dates import date, full_hours, stamp, stamps
from sim.results.gaps import ALL, layout
from sim.results.paired_columns import header
from sim.scenario.provenance import origins
from sim.studies.compare import GAP, ON_THE_ROAD
from sim.studies.verdict import lines

if TYPE_CHECKING:
    from sim.model.record import Array
    from sim.scenario.schema import Scenario
    from sim.studies.compare import Comparison

LEVELS = (0.05, 0.5, 0.95)


def write_comparison(told: Comparison, folder: Path) -> None:
    """All files of a comparison and its charts; what was there stays until the new ones are whole."""
    tables = {"differences": differences, "precision": sureness, "curves": curves, "parts": parts}
    with in_place(folder) as new:
        for name, make in tables.items():
            cells.write(new, name, [make(told)], names=header(name))
        if items(told):
            cells.write(new, "gaps_compared", [gaps(told)], names=header("gaps_compared"))
        (new / "compared.txt").write_text("\n".join(lines(told)) + "\n", encoding="utf-8", newline="\n")
        document = json.dumps(manifest(told), indent=1, ensure_ascii=False, allow_nan=False)
        (new / "run.json").write_text(document + "\n", encoding="utf-8", newline="\n")
        from sim.publish.charts.compared import draw_compared

        draw_compared(new)


def differences(told: Comparison) -> Table:
    """Each indicator on both sides, with the range of its difference."""
    rows = told.rows
    named = [texts(row[k] for row in rows) for k in range(2)]
    return [*named, *(numbers([row[k] for row in rows]) for k in range(2, 7))]


def sureness(told: Comparison) -> Table:
    """How sure each difference is."""
    rows = told.sureness
    figures = [
        (row.band.runs, row.band.mean, row.band.error, row.half_width, row.pairs_for_sign, row.paired_to_unpaired)
        for row in rows
    ]
    named = [texts(row[k] for row in rows) for k in range(2)]
    return [*named, *(numbers([row[k] for row in figures]) for k in range(6))]


def both(told: Comparison, array: str) -> tuple[Array, Array]:
    """An array of the replications that finished on both sides, the reference first."""
    return told.found.arrays(array, told.a, told.b), told.found.arrays(array, told.b, told.a)


def sides(one: Array, other: Array) -> list[Array]:
    """Medians of both, and quantiles of their differences, over the replications."""
    if not len(one):
        return [np.full(one.shape[1:], np.nan)] * 5
    return [np.median(one, axis=0), np.median(other, axis=0), *np.quantile(other - one, LEVELS, axis=0)]


def curves(told: Comparison) -> Table:
    """Cumulative counts and people on the road, hour by hour."""
    hours = full_hours(told.one) + 1
    found = [sides(*both(told, "curves")), sides(*both(told, ON_THE_ROAD))] if told.pairs else []
    names = [*CURVES, ON_THE_ROAD] if found else []
    time, hour = texts(stamps(told.one, hours)), [str(hour) for hour in range(hours)]
    named = [name for name in texts(names) for _ in range(hours)]
    columns = [numbers(np.concatenate([part[k].ravel() for part in found] or [np.zeros(0)])) for k in range(5)]
    return [time * len(names), hour * len(names), named, *columns]


def items(told: Comparison) -> list[str]:
    """Items whose gap is known on both sides."""
    kept = [
        set.intersection(*(set(one.arrays) for one in told.found.kept(name, beside)))
        for name, beside in ((told.a, told.b), (told.b, told.a))
        if told.pairs
    ]
    known = {name.removeprefix(GAP) for name in set.intersection(*kept) if name.startswith(GAP)} if kept else set()
    return [
        row.figure.item for row in layout(told.one) if row.place == ALL and row.counted and row.figure.item in known
    ]


def gaps(told: Comparison) -> Table:
    """Gaps by day, all places together."""
    names = items(told)
    units = {row.figure.item: row.unit for row in layout(told.one)}
    found = [sides(*both(told, f"{GAP}{name}")) for name in names]
    days = range(len(found[0][0]))
    rows = [(name, day) for name in names for day in days]
    named = [texts(date(told.one, day) for _, day in rows), [str(day) for _, day in rows]]
    named += [texts(name for name, _ in rows), texts(units[name] for name, _ in rows)]
    return [*named, *(numbers(np.concatenate([part[k] for part in found])) for k in range(5))]


def parts(told: Comparison) -> Table:
    """The first hour at which the runs part, by replication."""
    hours = told.parts
    times = [stamp(told.one, hour) if np.isfinite(hour) else "" for hour in hours.tolist()]
    return [numbers(told.found.both(told.b)), numbers(hours), texts(times)]


def manifest(told: Comparison) -> dict[str, Any]:
    """The content of run.json; nothing in it names a person, a machine or a folder."""
    start, as_of = told.one.start, told.one.as_of
    return {
        "title": f"{told.a} and {told.b}",
        "reference": told.a,
        "other": told.b,
        "label": WHAT_IF,
        "sharing": INTERNAL,
        "fit": any(row.origin == "fitted" for row in origins(told.one)),
        "start": None if start is None else start.isoformat(),
        "as_of": None if as_of is None else as_of.isoformat(),
        "horizon_h": told.one.horizon,
        "versions": {"needsim": sim.__version__, "python": platform.python_version(), "numpy": np.__version__},
        "scenario_sha256": _hash(told.other),
        "reference_sha256": _hash(told.one),
        "seed": told.seed,
        "replications": told.pairs,
        "failed": {f"{name} {number}": error for (name, number), error in sorted(told.found.failures.items())},
        "until_precision": {one.indicator: one.half_width for one in told.asked},
        "moves": told.one.corridor is not None,
    }


def _hash(scenario: Scenario) -> str:
    return hashlib.sha256(resolved(scenario).encode()).hexdigest()
