"""What binds: the constraint that limits arrivals and each sector's supply, and what a tenth more of each would gain.

The gains are shadow prices of a simulation: differences of runs with the same people and luck, one constraint relaxed
at a time. A gain is positive where things get better.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.results import indicators
from sim.results.binding import LIMITS, sectors, supply_limits
from sim.results.constraints import CONSTRAINTS
from sim.results.curves import CURVES
from sim.results.gaps import layout
from sim.results.outcome import outcome
from sim.results.requirement import FUEL
from sim.studies.paired import Band, Kept, Paired, Variant, band, run_paired
from sim.studies.relaxing import Relaxation, relaxations

if TYPE_CHECKING:
    from sim.model.record import Array, Record
    from sim.scenario.schema import Scenario
    from sim.studies.run import Progress

AS_TOLD = "as told"
"""The reference."""
DELAY, BY = "delay.person_hours", "arrived.by"
HALF = 0.5
FEWER_IS_BETTER = (DELAY, "clearance", "gap", "left_behind")


class Gain(NamedTuple):
    """What relaxing a constraint by a tenth gains in one indicator."""

    of: str
    """`arrivals`, or the code of a sector."""
    constraint: str
    paths: str
    indicator: str
    unit: str
    as_told: float
    """The indicator in the median run as told."""
    band: Band


@dataclass(frozen=True)
class Binding:
    """What limits in each hour, by replication, and the runs in which it is relaxed."""

    scenario: Scenario
    found: Paired
    relaxed: tuple[Relaxation, ...]
    seed: int

    @property
    def pairs(self) -> int:
        """Replications of the scenario as told."""
        return len(self.found.both(AS_TOLD, AS_TOLD))

    def arrivals(self) -> dict[str, Array]:
        """Share of the runs in which each constraint limits arrivals, by hour."""
        share = self.found.arrays("constraints", AS_TOLD, AS_TOLD).mean(axis=0)
        return dict(zip(CONSTRAINTS, share, strict=True))

    def supply(self) -> dict[str, dict[str, Array]]:
        """The same of what limits the supply of each sector."""
        share = self.found.arrays("supply", AS_TOLD, AS_TOLD).mean(axis=0)
        codes = sectors(self.scenario)
        return {code: dict(zip(LIMITS, rows, strict=True)) for code, rows in zip(codes, share, strict=True)}

    @property
    def half(self) -> int:
        """The hour by which half of those who come have come, in the median run as told."""
        arrived = np.median(self._arrived(AS_TOLD), axis=0)
        return int(np.searchsorted(arrived, HALF * arrived[-1])) if arrived[-1] > 0 else 0

    def _arrived(self, name: str, beside: str = AS_TOLD) -> Array:
        return self.found.arrays("curves", name, beside)[:, CURVES.index("arrived")]

    def gains(self) -> list[Gain]:
        """What a tenth more of each constraint gains."""
        return [gain for one in self.relaxed for gain in self._gains(one)]

    def _gains(self, one: Relaxation) -> list[Gain]:
        units = indicators.units(self.scenario)
        if one.of == "arrivals":
            hour = self.half
            there = self._arrived(AS_TOLD, one.name)[:, hour]
            more, before = self._arrived(one.name)[:, hour] - there, band(there).p50
            told = [("arrivals", name) for name in (DELAY, "clearance.p95", "arrived.total")]
            if one.constraint == FUEL.item and f"gap.{FUEL.item}.total" in self.found.indicators:
                told.append((FUEL.sector_code, f"gap.{FUEL.item}.total"))
            rows = [self._gain(one, of, name, unit(name, units)) for of, name in told]
            return [
                *rows,
                Gain("arrivals", one.constraint, one.paths, f"{BY}_hour_{hour}", "people", before, band(more)),
            ]
        known = set(self.found.indicators)
        items = dict.fromkeys((r.figure.sector_code, r.figure.item) for r in layout(self.scenario) if r.counted)
        items.pop((FUEL.sector_code, FUEL.item), None)
        names = [(of, f"gap.{item}.{what}") for of, item in items for what in ("total", "peak_day")]
        return [self._gain(one, of, name, unit(name, units)) for of, name in names if name in known]

    def _gain(self, one: Relaxation, of: str, name: str, unit: str) -> Gain:
        sign = -1.0 if name.startswith(FEWER_IS_BETTER) else 1.0
        more = sign * self.found.differences(name, one.name)
        before = band(self.found.values(name, AS_TOLD, one.name)).p50
        return Gain(of, one.constraint, one.paths, name, unit, before, band(more))


def unit(name: str, items: dict[str, str]) -> str:
    """The unit of an indicator."""
    return "person-hours" if name == DELAY else indicators.unit(name, items)


def binds(
    scenario: Scenario,
    replications: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Binding:
    """Run a scenario as told, and with each of its constraints relaxed by a tenth."""
    relaxed = tuple(relaxations(scenario))
    sides = {AS_TOLD: Variant(scenario)}
    sides |= {one.name: Variant(scenario, one.changes, one.factors) for one in relaxed}
    seed = scenario.run.seed if seed is None else seed
    return Binding(scenario, run_paired(sides, replications, seed, workers, kept, progress=progress), relaxed, seed)


def kept(record: Record) -> Kept:
    """What comes back of one run: indicators, arrivals, and what limits them and each sector by the hour."""
    found = outcome(record)
    arrays = {name: found.arrays[name] for name in ("curves", "constraints")}
    arrays["supply"] = supply_limits(record)
    return Kept(record.replication, record.drawn, {**found.indicators, DELAY: delay(record)}, arrays)


def delay(record: Record) -> float:
    """Person-hours from the start until people have arrived, or to the horizon for those who have not."""
    horizon = record.scenario.horizon
    hours, people, _ = record.counts["arrived"]
    return float(record.first.sum() * horizon - (np.maximum(horizon - hours, 0.0) * people).sum())
