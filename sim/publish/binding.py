"""What binds, as files: hour by hour what limits, what a tenth more of each constraint gains, in words and pictures."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator
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
from sim.results.dates import full_hours, stamps
from sim.results.gaps import SOME
from sim.results.indicators import moves
from sim.results.paired_columns import header
from sim.scenario.provenance import origins
from sim.studies.binds import DELAY, Binding, Gain

if TYPE_CHECKING:
    from sim.model.record import Array

CHANGE = "10 %"
NOTHING = {"nobody_left", "who_is_there"}
"""What is no constraint: nobody is left to come, or everybody has what is due."""


def write_binding(told: Binding, folder: Path) -> None:
    """All files and charts; what was there stays until the new ones are whole."""
    with in_place(folder) as new:
        cells.write(new, "binding", [limits(told)], names=header("binding"))
        cells.write(new, "gains", [gains(told)], names=header("gains"))
        (new / "binds.txt").write_text("\n".join(lines(told)) + "\n", encoding="utf-8", newline="\n")
        document = json.dumps(manifest(told), indent=1, ensure_ascii=False, allow_nan=False)
        (new / "run.json").write_text(document + "\n", encoding="utf-8", newline="\n")
        from sim.publish.charts.binding import draw_binding

        draw_binding(new)


def rows(told: Binding) -> Iterator[tuple[str, str, Array]]:
    """Arrivals and each sector: what limits it in any run and hour, and its share of the runs by hour."""
    every = {"arrivals": told.arrivals(), **told.supply()}
    for of, known in every.items():
        yield from ((of, name, share) for name, share in known.items() if share.any())


def limits(told: Binding) -> Table:
    """What limits, hour by hour."""
    hours, found = full_hours(told.scenario), list(rows(told))
    time, hour = texts(stamps(told.scenario, hours)), [str(hour) for hour in range(hours)]
    named = [[cell for cell in texts(row[k] for row in found) for _ in range(hours)] for k in (0, 1)]
    share = numbers(np.concatenate([row[2] for row in found] or [np.zeros(0)]))
    return [time * len(found), hour * len(found), *named, share]


def gains(told: Binding) -> Table:
    """What a tenth more of each constraint gains."""
    found = told.gains()
    named = [[gain.of, gain.constraint, CHANGE, gain.paths, gain.indicator, gain.unit] for gain in found]
    figures = [
        [gain.as_told, gain.band.p05, gain.band.p50, gain.band.p95, gain.band.mean, gain.band.error] for gain in found
    ]
    return [
        *(texts(row[k] for row in named) for k in range(6)),
        *(numbers([row[k] for row in figures]) for k in range(6)),
        ["yes" if gain.band.within_noise else "no" for gain in found],
    ]


def lines(told: Binding) -> list[str]:
    """What binds, in words."""
    return [
        f"{told.scenario.title or 'untitled'}: {told.pairs:,} replications as told and with each constraint relaxed",
        *_failed(told),
        *_hours(told),
        *_best(told.gains()),
    ]


def _failed(told: Binding) -> Iterator[str]:
    for (name, number), error in sorted(told.found.failures.items()):
        yield f"replication {number} of {name} failed and is left out: {error}"


def _hours(told: Binding) -> Iterator[str]:
    """For how many hours each constraint limits, on average over the runs."""
    come = {"arrivals": told.arrivals()} if moves(told.scenario) else {}
    for of, known in {**come, **told.supply()}.items():
        hours = {name: float(share.sum()) for name, share in known.items() if name not in NOTHING}
        first = sorted((name for name, many in hours.items() if many >= HALF), key=lambda name: -hours[name])
        said = ", ".join(f"{name} in {hours[name]:,.0f} h" for name in first)
        yield f"{of}: limited by {said}" if said else f"{of}: nothing that is told of limits"


TEN = 10.0
HALF = 0.5
"""Hours below which a constraint is not named."""


def _best(found: list[Gain]) -> Iterator[str]:
    """What a tenth more of each constraint gains; the largest first."""
    delays = [gain for gain in found if gain.indicator == DELAY]
    for gain in sorted(delays, key=lambda gain: -gain.band.p50):
        yield f"{gain.constraint} relaxed by 10 %: {_said(gain)} of waiting"
    others = [gain for gain in found if gain.indicator.endswith(".total") and gain.of != "arrivals"]
    for gain in others:
        if abs(gain.band.p50) > SOME:
            yield f"{gain.constraint} of supply relaxed by 10 % ({gain.of}): {_said(gain)} of {gain.indicator}"


def _said(gain: Gain) -> str:
    """A gain with its band; what gets worse costs."""
    low, middle, high = gain.band[:3]
    ends = f"{_amount(low)} to {_amount(high)}" if middle >= 0 else f"{_amount(-high)} to {_amount(-low)}"
    noise = ", within noise" if gain.band.within_noise else ""
    return f"{'saves' if middle >= 0 else 'costs'} {_amount(abs(middle))} {gain.unit} ({ends}{noise})"


def _amount(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= TEN else f"{value:,.3g}"


def manifest(told: Binding) -> dict[str, Any]:
    """The content of run.json; nothing in it names a person, a machine or a folder."""
    scenario = told.scenario
    return {
        "title": scenario.title,
        "label": WHAT_IF,
        "sharing": INTERNAL,
        "fit": any(row.origin == "fitted" for row in origins(scenario)),
        "start": None if scenario.start is None else scenario.start.isoformat(),
        "as_of": None if scenario.as_of is None else scenario.as_of.isoformat(),
        "horizon_h": scenario.horizon,
        "versions": {"needsim": sim.__version__, "python": platform.python_version(), "numpy": np.__version__},
        "scenario_sha256": hashlib.sha256(resolved(scenario).encode()).hexdigest(),
        "seed": told.seed,
        "replications": told.pairs,
        "failed": {f"{name} {number}": error for (name, number), error in sorted(told.found.failures.items())},
        "relaxed": {one.name: one.paths for one in told.relaxed},
    }
