"""The medical chain in numbers: who waits where hour by hour, how long it took them, and beds short."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from sim.model.care import clocks as clocks_of
from sim.model.patient import STAGES
from sim.results import clocks, treatments
from sim.results.curves import weighted
from sim.results.dates import full_hours
from sim.scenario.response import BETWEEN

if TYPE_CHECKING:
    from sim.model.record import Array, CareLog, Record, Visits
    from sim.scenario.schema import Scenario

ALL, PARTY = "all", "with_party"
"""All groups, or all places, together; and the place of those who travel with their party."""
EVACUATED, WITHOUT_BED, PAST, BACK = "evacuated", "without_bed", "past_safe_interval", "back_in_care"
TO_BE_SEEN, SEEN = "waiting_to_be_seen", "seen"
"""At the health posts: those who wait, and all who have been seen so far."""
LEVELS = {"p50": 0.5, "p95": 0.95}
OF_WAITS = {"p05": 0.05, **LEVELS}
"""What is told of how long patients waited to be seen."""
Row = tuple[str, str, str]
"""Group, stage, place."""


def groups(scenario: Scenario) -> tuple[str, ...]:
    """All groups of patients a scenario tells of."""
    hurt = [one.group for one in scenario.fuel.explosions.values() if one.injured] if scenario.fuel else []
    return tuple(dict.fromkeys([*scenario.population.patients, *scenario.medical.groups, *hurt]))


def layout(scenario: Scenario) -> tuple[Row, ...]:
    """Rows of the table, fixed for every run; none where no hospital is told of."""
    hospitals, posts = tuple(scenario.medical.hospitals), tuple(one.at for one in scenario.medical.posts.values())
    if not hospitals and not posts:
        return ()
    homes = tuple(scenario.population.settlements) or ("home",)
    places = {
        "waiting_for_transport": (*homes, *hospitals),
        "on_the_way": (BETWEEN, PARTY),
        "waiting_for_bed": hospitals,
        "in_bed": hospitals,
        BACK: (PARTY,),
        TO_BE_SEEN: posts,
        SEEN: posts,
    }
    walk = ("on_the_way", BACK, *((TO_BE_SEEN, SEEN) if posts else ()), PAST)
    every = tuple(dict.fromkeys((*STAGES, *walk[:-1], EVACUATED, WITHOUT_BED, PAST)))
    stages = {name: every if lies(scenario, name) else walk for name in groups(scenario)} | {ALL: every}
    rows = [
        (group, stage, place) for group in stages for stage in stages[group] for place in (*places.get(stage, ()), ALL)
    ]
    return (*rows, *clocks.layout(scenario))


def lies(scenario: Scenario, group: str) -> bool:
    """Whether any of a group are transported or given a bed: those injured at a depot are, where a hospital is told."""
    told = scenario.medical.groups.get(group)
    hurt = scenario.fuel.explosions.values() if scenario.fuel else ()
    return (told is not None and told.transported + told.admitted > 0) or any(one.group == group for one in hurt)


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
        if not len(slot):
            return
        change = people * np.bincount(slot, minlength=self.shape[1])
        for its in dict.fromkeys(((group, stage, place), (group, stage, ALL), (ALL, stage, place), (ALL, stage, ALL))):
            at = self.row[its] * self.shape[1]
            self.flat[at : at + self.shape[1]] += change

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
    of, done = np.array(log.group), treatments.treated(record, log)
    for name in dict.fromkeys(log.group):
        lying, its = (of == name) & ~log.walked, of == name
        counted.add((name, EVACUATED, ALL), log.landed[lying], 1)
        _between((name, WITHOUT_BED, ALL), counted, log.ready[lying], np.minimum(log.cared, log.taken)[lying])
        _between((name, WITHOUT_BED, ALL), counted, log.landed[its], log.in_bed[its])
        _between((name, PAST, ALL), counted, log.began[lying] + log.limits[name], done.lying[lying])
    for name in log.with_party:
        _travellers(log, name, counted, done.with_party[name])
    _visits(log, counted)
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


def _travellers(log: CareLog, name: str, counted: Counted, treated: Array) -> None:
    """Patients who travel with their party: their clock runs until they are treated where it arrives."""
    its = log.with_party[name]
    hours = (its.departed, its.arrived, its.cared, treated)
    left, came, cared, done = (np.nan_to_num(hour, nan=np.inf) for hour in hours)
    _between((name, "on_the_way", PARTY), counted, left, came)
    counted.add((name, BACK, PARTY), cared, 1)
    if log.limits[name] < np.inf:
        _between((name, PAST, ALL), counted, np.maximum(left, left + log.limits[name] - its.at_leaving), done)


def _visits(log: CareLog, counted: Counted) -> None:
    """Those who wait at health posts, and who has been seen there."""
    seen = log.visits
    for group, place in dict.fromkeys(zip(seen.group.tolist(), seen.place.tolist(), strict=True)):
        its = (seen.group == group) & (seen.place == place)
        _between((group, TO_BE_SEEN, place), counted, seen.came[its], seen.begun[its])
        counted.add((group, SEEN, place), seen.begun[its], 1)


def not_out(record: Record) -> int:
    """Patients in care who never reached a hospital outside, in one inside or on the way; and those counted before.

    Who was admitted at a health post had crossed with a party.
    """
    log = record.chain
    if log is None:
        return 0
    away = np.isinf(log.landed) & ~log.walked
    waits = sum(more for _, _, stage, place, more in log.changes if _at_home(record, stage, place))
    return int(away.sum() + log.walked.sum()) - waits


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
    taken_out = np.isfinite(log.landed) & ~log.walked
    found = {"care.evacuated": float(taken_out.sum()), "care.beds_short.peak": _most_without(log)}
    for name, its in {"all": np.ones(len(out), bool), **parts}.items():
        lying = its & ~log.walked
        if lying.any():
            found |= {f"care.{name}.hours_to_leave.{level}": _wait(out[lying], p) for level, p in LEVELS.items()}
        if its.any():
            found |= {f"care.{name}.hours_to_bed.{level}": _wait(to_bed[its], p) for level, p in LEVELS.items()}
    return found | (_at_posts(record.scenario, log.visits) if record.scenario.medical.posts else {})


def _at_posts(scenario: Scenario, visits: Visits) -> dict[str, float]:
    """Most who waited at a time to be seen, how many were, and how long each group and priority waited."""
    wait, ever = visits.begun - visits.came, np.isfinite(visits.begun)
    found = {"care.seen": float(ever.sum()), "care.waiting_to_be_seen.peak": _most(visits.came, visits.begun)}
    parts = {"all": np.ones(len(wait), bool)} | {name: visits.group == name for name in groups(scenario)}
    parts |= {name: visits.triage == level for level, name in enumerate(("red", "yellow", "green"))}
    for name, its in parts.items():
        if its.any():
            found |= {f"care.{name}.hours_to_be_seen.{level}": _wait(wait[its], p) for level, p in OF_WAITS.items()}
    return found


def past_limits(record: Record) -> dict[str, dict[str, float]]:
    """Patients past each safe interval when treated, by group, and how many there are; late where a stock is empty."""
    log, scenario = record.chain, record.scenario
    given = treatments.received(record) if log is not None else {}
    if log is None or not given:
        return record.care
    done, found = treatments.treated(record, log, given), dict(record.care)
    for name in dict.fromkeys(group for group, _ in given):
        lying = (np.array(log.group) == name) & ~log.walked
        hours, running = done.lying[lying] - log.began[lying], scenario.horizon - log.began[lying]
        hours = np.where(np.isfinite(hours), hours, np.nan)
        if name in log.with_party:
            its, at = log.with_party[name], done.with_party[name]
            seen = ~np.isnan(its.cared)
            hours = np.append(its.at_leaving + at - its.departed, hours)
            running = np.append(np.where(seen, its.at_leaving + scenario.horizon - its.departed, 0.0), running)
        past = clocks_of(hours, running, _limits_of(record, name)).past
        found[name] = {**past, "in care": record.care[name]["in care"]}
    return found


def _limits_of(record: Record, group: str) -> dict[str, float]:
    """The safe intervals of a group."""
    regular, told = record.scenario.population.patients.get(group), record.scenario.medical.groups.get(group)
    return {**(regular.safe_intervals if regular else {}), **(told.safe_intervals if told else {})}


def waits_layout(scenario: Scenario) -> tuple[Row, ...]:
    """Rows of the hours waited to be seen, of those who came in each hour; none where no health post is told."""
    names = (*groups(scenario), ALL) if scenario.medical.posts else ()
    return tuple((group, f"hours_to_be_seen_{level}", ALL) for group in names for level in OF_WAITS)


def waits(record: Record) -> Array:
    """Hours waited to be seen by those who came in the hour that ends then, shape (rows, hours + 1); nan for none."""
    rows, hours = waits_layout(record.scenario), full_hours(record.scenario)
    found = np.full((len(rows), hours + 1), np.nan)
    if record.chain is None or not rows:
        return found
    visits = record.chain.visits
    for number, name in enumerate((*groups(record.scenario), ALL)):
        its = np.full(len(visits.came), True) if name == ALL else visits.group == name
        slot = np.clip(np.ceil(visits.came[its] - 1e-9).astype(int), 0, hours)
        wait = (visits.begun - visits.came)[its]
        order = np.lexsort((wait, slot))
        begins = np.searchsorted(slot[order], np.arange(hours + 2))
        count, some = np.diff(begins), np.flatnonzero(np.diff(begins))
        for k, share in enumerate(OF_WAITS.values()):
            at = begins[some] + np.maximum(np.ceil(share * count[some] - 1e-9).astype(int) - 1, 0)
            found[number * len(OF_WAITS) + k, some] = wait[order][at]
    return found


def _wait(hours: Array, share: float) -> float:
    return weighted(hours, np.ones(len(hours)), share)


def _most_without(log: CareLog) -> float:
    """Most patients at a time outside who lie in no bed of their specialty."""
    short = np.isfinite(log.landed)
    return _most(log.landed[short], np.where(log.in_own_bed, log.in_bed, np.inf)[short])


def _most(begins: Array, ends: Array) -> float:
    """Most at a time of those who are there from one hour to another."""
    change = np.concatenate([np.ones(len(begins)), -np.ones(len(ends))])
    order = np.lexsort((change, np.concatenate([begins, ends])))
    return float(np.cumsum(change[order]).max(initial=0.0))
