"""How late trucks are on roads that they share with the people: as runs saw it, hour by hour, and by when to join."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.behind import Behind
from sim.model.record import Array, Record
from sim.results.dates import full_hours

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

STEP = 0.25
"""Hours from one look at the road to the next: a jam that begins in between is known as well as that."""
SLIGHT = 1e-9
"""Hours by which trucks that come through together are kept apart, the later to join behind."""


def layout(scenario: Scenario) -> list[str]:
    """Sources whose trucks share a road with the people, fixed for every run."""
    sources = scenario.supply.sources if scenario.corridor else {}
    return [name for name, source in sources.items() if any(source.shared.values())]


def lateness(record: Record) -> Array:
    """Hours by which trucks that come to the shared road at each step are late, shape (sources, steps + 1)."""
    hours, sources = np.arange(full_hours(record.scenario) / STEP + 1) * STEP, record.scenario.supply.sources
    rows = [Behind(record, sources[name]).late(hours) for name in layout(record.scenario)]
    return np.array(rows, float).reshape(len(rows), len(hours))


class Through:
    """When trucks came through a shared road in many runs, by when they joined it; nobody overtakes.

    Before the start, and after the horizon by the last lateness known, the road is as free as at its edge.
    """

    def __init__(self, late: Array) -> None:
        joined = np.arange(late.shape[1]) * STEP
        through = np.maximum.accumulate(joined + late, axis=1) + SLIGHT * joined
        self.first, self.last, self.end = through[:, 0], through[:, -1], joined[-1]
        self.apart = float(through.max() - through.min()) + 1.0
        """Runs are told apart by such steps, so that all are looked up at once."""
        self.runs = np.arange(len(late))
        self.known = (through + self.apart * self.runs[:, None]).ravel()
        self.joined, self.steps = np.tile(joined, len(late)), len(joined)

    def late(self, joins: float) -> float:
        """Hours by which trucks that join at an hour are late, in the middle of the runs."""
        inside = min(max(joins, 0.0), self.end)
        through = [np.interp(inside, self.joined[: self.steps], row) for row in self.known.reshape(-1, self.steps)]
        late: float = np.median(through - self.apart * self.runs) - inside
        return late

    def earlier(self, by: Array) -> Array:
        """Hours by which trucks have to join earlier than on a free road to be through by then; runs by turns."""
        run = self.runs[np.arange(len(by)) % len(self.runs)]
        inside = np.clip(by, self.first[run], self.last[run])
        joins = np.interp(inside + self.apart * run, self.known, self.joined)
        joins = np.where(by < self.first[run], np.minimum(by, 0.0), joins)
        joins = np.where(by > self.last[run], self.end + by - self.last[run], joins)
        earlier: Array = np.maximum(by - joins, 0.0)
        return earlier
