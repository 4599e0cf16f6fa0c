"""The medical chain in numbers: who waits where hour by hour, how long it took them, and beds short."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from sim.model.medical import STAGES
from sim.results.curves import weighted
from sim.results.dates import full_hours
from sim.scenario.response import BETWEEN

if TYPE_CHECKING:
    from sim.model.record import Array, CareLog, Record
    from sim.scenario.schema import Scenario

ALL, PARTY = "all", "with_party"
"""All groups, or all places, together; and the place of those who travel with their party."""
EVACUATED, WITHOUT_BED, PAST, BACK = "evacuated", "without_bed", "past_safe_interval", "back_in_care"
LEVELS = {"p50": 0.5, "p95": 0.95}
Row = tuple[str, str, str]
"""Group, stage, place."""


def groups(scenario: Scenario) -> tuple[str, ...]:
    """All groups of patients a scenario tells of."""
    hurt = [one.group for one in scenario.fuel.explosions.values() if one.injured] if scenario.fuel else []
    return tuple(dict.fromkeys([*scenario.population.patients, *scenario.medical.groups, *hurt]))


def layout(scenario: Scenario) -> tuple[Row, ...]:
    """Rows of the table, fixed for every run; none where no hospital is told of."""
    hospitals = tuple(scenario.medical.hospitals)
    if not hospitals:
        return ()
    homes = tuple(scenario.population.settlements) or ("home",)
    places = {
        "waiting_for_transport": (*homes, *hospitals),
        "on_the_way": (BETWEEN, PARTY),
        "waiting_for_bed": hospitals,
        "in_bed": hospitals,
        BACK: (PARTY,),
    }
    told = [(stage, place) for stage in (*STAGES, BACK) for place in (*places.get(stage, ()), ALL)]
    told += [(stage, ALL) for stage in (EVACUATED, WITHOUT_BED, PAST)]
    return tuple((group, stage, place) for group in (*groups(scenario), ALL) for stage, place in told)


@cache
def _numbers(rows: tuple[Row, ...]) -> dict[Row, int]:
    return {row: number for number, row in enumerate(rows)}


class Counted:
    """Changes of people in rows, each also in those of all places and of all groups."""

    def __init__(self, rows: tuple[Row, ...], hours: int) -> None:
        self.row, self.shape = _numbers(rows), (len(rows), hours + 2)
        self.flat = np.zeros(self.shape[0] * self.shape[1])

    def add(self, row: Row, hour: Array, people: float) -> None:
        """So many more are in a row from each of these hours on."""
        group, stage, place = row
        known = hour[hour < np.inf]
        slot = np.clip(np.ceil(known - 1e-9).astype(int), 0, self.shape[1] - 1)
        for its in dict.fromkeys(((group, stage, place), (group, stage, ALL), (ALL, stage, place), (ALL, stage, ALL))):
            at = self.row[its] * self.shape[1]
            self.flat[at : at + self.shape[1]] += people * np.bincount(slot, minlength=self.shape[1])

    def at_full_hours(self) -> Array:
        """People in each row at each full hour, shape (rows, hours + 1)."""
        found: Array = np.cumsum(self.flat.reshape(self.shape), axis=1)[:, :-1]
        return found


def people(record: Record) -> Array:
    """People in each row of the layout at each full hour, shape (rows, hours + 1)."""
    log, hours = record.chain, full_hours(record.scenario)
    counted = Counted(layout(record.scenario), hours)
    if log is None:
        return counted.at_full_hours()
    _steps(log, counted)
    of = np.array(log.group)
    for name in dict.fromkeys(log.group):
        its = of == name
        counted.add((name, EVACUATED, ALL), log.landed[its], 1)
        _between((name, WITHOUT_BED, ALL), counted, log.ready[its], np.minimum(log.cared, log.taken)[its])
        _between((name, WITHOUT_BED, ALL), counted, log.landed[its], log.in_bed[its])
        _between((name, PAST, ALL), counted, log.began[its] + log.limits[name], log.cared[its])
    for name in log.with_party:
        _travellers(log, name, counted)
    return counted.at_full_hours()


def _steps(log: CareLog, counted: Counted) -> None:
    """From stage to stage."""
    by_row: dict[tuple[str, str, str, int], list[float]] = {}
    for hour, group, stage, place, more in log.changes:
        by_row.setdefault((group, stage, ALL if stage == "discharged" else place, more), []).append(hour)
    for (group, stage, place, more), hours in by_row.items():
        counted.add((group, stage, place), np.array(hours), more)


def _between(row: Row, counted: Counted, begins: Array, ends: Array) -> None:
    """Each is in a row from one hour to another."""
    some = np.maximum(begins, 0.0) < ends
    counted.add(row, np.maximum(begins, 0.0)[some], 1)
    counted.add(row, ends[some], -1)


def _travellers(log: CareLog, name: str, counted: Counted) -> None:
    """Patients who travel with their party: their clock runs until it arrives."""
    its = log.with_party[name]
    left, came = (np.nan_to_num(hour, nan=np.inf) for hour in (its.departed, its.arrived))
    _between((name, "on_the_way", PARTY), counted, left, came)
    counted.add((name, BACK, PARTY), came, 1)
    if log.limits[name] < np.inf:
        _between((name, PAST, ALL), counted, np.maximum(left, left + log.limits[name] - its.at_leaving), came)


def not_out(record: Record) -> int:
    """Patients in care who never reached a hospital outside: in one inside, or on the way."""
    log = record.chain
    if log is None:
        return 0
    away = np.isinf(log.landed)
    waits = sum(more for _, _, stage, place, more in log.changes if _at_home(record, stage, place))
    return int(away.sum()) - waits


def _at_home(record: Record, stage: str, place: str) -> bool:
    return stage == "waiting_for_transport" and place not in record.scenario.medical.hospitals


def indicators(record: Record) -> dict[str, float]:
    """How many were taken out, how long they waited, by priority and group, and most without a bed of their own."""
    log = record.chain
    if log is None:
        return {}
    out, to_bed = log.landed - log.ready, log.in_bed - log.ready
    parts = {name: np.array(log.group) == name for name in groups(record.scenario)}
    parts |= {name: log.triage == level for level, name in enumerate(("red", "yellow", "green"))}
    found = {"care.evacuated": float(np.isfinite(log.landed).sum()), "care.beds_short.peak": _most_without(log)}
    for name, its in {"all": np.ones(len(out), bool), **parts}.items():
        if its.any():
            found |= {f"care.{name}.hours_to_leave.{level}": _wait(out[its], p) for level, p in LEVELS.items()}
            found |= {f"care.{name}.hours_to_bed.{level}": _wait(to_bed[its], p) for level, p in LEVELS.items()}
    return found


def _wait(hours: Array, share: float) -> float:
    return weighted(hours, np.ones(len(hours)), share)


def _most_without(log: CareLog) -> float:
    """Most patients at a time outside who lie in no bed of their specialty."""
    short = np.isfinite(log.landed)
    ends = np.where(log.in_own_bed, log.in_bed, np.inf)
    hours = np.concatenate([log.landed[short], ends[short]])
    change = np.concatenate([np.ones(int(short.sum())), -np.ones(int(short.sum()))])
    order = np.lexsort((change, hours))
    return float(np.cumsum(change[order]).max(initial=0.0))
