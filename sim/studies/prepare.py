"""Contingency: over several scenarios what must already lie where, what all of them need, and which trigger is in time.

The level planned on is a share of the runs: a stock at p80 is enough in 80 of 100 runs of its scenario, and what begins
is taken to begin no later than in all but 20 of them. Each item and place is judged by itself, so that quantities of
several places are not the level of their sum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from math import inf, isfinite, nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model import trucks
from sim.results import lateness, preposition, storing
from sim.results.dispatch import judged
from sim.results.gaps import SOME
from sim.results.lateness import Through
from sim.results.leads import Leads
from sim.results.preposition import Bridged, Lay
from sim.results.storing import Stored
from sim.results.summary import LEVELS
from sim.scenario.faults import Fault, ScenarioError
from sim.studies.run import PLANNING_FIGURE, PRESENT, Case, Failure, run_all
from sim.studies.workers import processes

if TYPE_CHECKING:
    from sim.model.record import Array
    from sim.scenario.schema import Scenario

Key = tuple[str, str]
"""An item and a place."""
Progress = Callable[[str, int, int], None]
LAY_IN, DOES_NOT_KEEP = "lay in", "does not keep"
NO_NEED, TOO_LATE, IN_TIME = "no need", "too late", "in time"


@dataclass(frozen=True)
class Asked:
    """One scenario at the level planned on."""

    scenario: Scenario
    quantity: dict[Key, float]
    begins: dict[Key, float]
    ends: dict[Key, float]
    lays: dict[Key, Lay]
    called: float
    triggers: Array
    """Hours by run at which the action of each trigger ends and its need begins, shape (runs, triggers, 2)."""
    shared: dict[str, Through]
    """Sources whose trucks share a road with the people, and when they came through it in the runs."""
    runs: int


class Lying(NamedTuple):
    """An item at a place: what must lie there beforehand, over all scenarios."""

    lay: Lay
    quantities: dict[str, float]
    """Quantity by scenario; what a scenario does not know of is 0."""
    no_regret: float
    """What every scenario needs."""
    quantity: float
    """What is enough in each of them."""
    most: str
    """The scenario that needs most."""
    stored: Stored
    no_regret_stored: Stored
    lies_there: float
    """What is there already, counted before; the least over the scenarios."""
    begins: float
    """Hour at which the need begins; the earliest over the scenarios that need something."""
    source: str
    """The next source that does not run out."""
    lead: float
    """Hours from the call until people have its first truckload; inf without such a source."""
    decide_by: float
    shelf: float
    """Hours for which the goods keep."""
    lay_in_from: float
    """Hour before which they would be laid in too early to last."""
    in_time: str
    status: str


class Fired(NamedTuple):
    """A trigger in one scenario; hours are those of the level planned on."""

    name: str
    scenario: str
    ends: float
    begins: float
    slack: tuple[float, float, float]
    """Hours between the end of the action and the beginning of the need: 5, 50 and 95 of 100 runs; inf without need."""
    latest: float
    """Hour at which the signal must be seen at the latest."""
    share: float
    """Share of the runs with a need in which the action ends before it begins."""
    status: str


@dataclass
class Contingency:
    """What was found: rows by item and place, triggers by scenario, and failures."""

    scenarios: dict[str, Scenario]
    lying: list[Lying]
    fired: list[Fired]
    warning: float
    called: dict[str, float]
    runs: dict[str, int]
    failures: dict[str, list[str]] = field(default_factory=dict)


def prepare(
    scenarios: Mapping[str, Scenario],
    replications: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    warning: float = 0.0,
    progress: Progress | None = None,
) -> Contingency:
    """Run each scenario and put together what they need; `warning` is hours of notice before the first arrival.

    ScenarioError where fewer than two scenarios are told, or the warning is below zero.
    """
    _checked(scenarios, warning)
    failures: dict[str, list[str]] = {}
    asked: dict[str, Asked] = {}
    for name, scenario in scenarios.items():
        found, failed = _runs(
            scenario, replications, seed, workers, partial(progress, name) if progress else None, warning
        )
        failures |= {name: failed} if failed else {}
        if found:
            asked[name] = _asked(scenario, found)
    if not asked:
        raise ScenarioError([Fault("", "no run of any scenario finished", next(iter(failures.values()))[0])])
    lying = [row for key in _keys(asked) if (row := _lying(asked, key)) is not None]
    fired = [row for name, one in asked.items() for row in _fired(name, one)]
    called, runs = ({name: getattr(one, what) for name, one in asked.items()} for what in ("called", "runs"))
    return Contingency(dict(scenarios), lying, fired, warning, called, runs, failures)


def _checked(scenarios: Mapping[str, Scenario], warning: float) -> None:
    faults = []
    if len(scenarios) < 2:
        what = (
            "needs two scenario files or more, such as best, likely and worst; what all of them need follows from them"
        )
        faults.append(Fault("", f"{what}; found {len(scenarios)}", "prepare"))
    if not (isfinite(warning) and warning >= 0):
        faults.append(Fault("", f"{warning:g} h is not possible; must be 0 h or more", "--warning"))
    if faults:
        raise ScenarioError(faults)


def _runs(
    scenario: Scenario,
    replications: int | None,
    seed: int | None,
    workers: int,
    progress: Callable[[int, int], None] | None,
    warning: float,
) -> tuple[list[Bridged], list[str]]:
    """What each run of a scenario must have lying where, and why some failed."""
    count = scenario.run.replications if replications is None else replications
    all_there = {PRESENT: scenario.population.total} if scenario.needs.plan_on == PLANNING_FIGURE else {}
    cases = [Case(number, number, all_there) for number in range(count)]
    found: list[Bridged] = []
    failed: list[str] = []
    with processes(min(workers, count)) as mapper:
        keep = partial(preposition.bridged, warning=warning)
        for done, result in enumerate(run_all(scenario, cases, keep, mapper, seed), 1):
            if isinstance(result, Failure):
                failed.append(f"run {result.case.replication} failed: {result.error}")
            else:
                found.append(result)
            if progress is not None:
                progress(done, count)
    return found, failed


def level(scenario: Scenario) -> float:
    """The share of runs for which a plan is to be enough; the middle where the planning figure is there."""
    return LEVELS.get(scenario.needs.plan_on, LEVELS["p50"])


def _asked(scenario: Scenario, found: list[Bridged]) -> Asked:
    share, lays = level(scenario), preposition.layout(scenario)
    keys = [(lay.figure.item, lay.place) for lay in lays]
    quantity = _late(np.array([one.quantity for one in found]), share)
    begins, ends = (np.array([getattr(one, name) for one in found]) for name in ("begins", "ends"))
    return Asked(
        scenario,
        dict(zip(keys, quantity.tolist(), strict=True)),
        dict(zip(keys, _early(begins, share).tolist(), strict=True)),
        dict(zip(keys, _late(ends, share).tolist(), strict=True)),
        dict(zip(keys, lays, strict=True)),
        float(_early(np.array([one.called for one in found]), share)),
        np.array([one.triggers for one in found]),
        {
            name: Through(np.array([one.late[number] for one in found]))
            for number, name in enumerate(lateness.layout(scenario))
        },
        len(found),
    )


def _early(hours: Array, share: float) -> Array:
    """The hour that a share of the runs lies at or after."""
    return _at(hours, 1 - share)


def _late(hours: Array, share: float) -> Array:
    """The hour or the quantity that a share of the runs lies at or before."""
    return _at(hours, share)


def _at(hours: Array, share: float) -> Array:
    """A quantile by run, of values that may never be: one of them, with no mean between two."""
    result: Array = np.quantile(hours, share, axis=0, method="inverted_cdf")
    return result


def _keys(asked: Mapping[str, Asked]) -> list[Key]:
    return list(dict.fromkeys(key for one in asked.values() for key in one.lays))


def _lying(asked: Mapping[str, Asked], key: Key) -> Lying | None:
    """A row of the table; None where no scenario needs anything to lie there beforehand."""
    quantities = {name: one.quantity.get(key, 0.0) for name, one in asked.items()}
    most = max(quantities, key=lambda name: quantities[name])
    if quantities[most] <= SOME:
        return None
    scenario, lay = asked[most].scenario, asked[most].lays[key]
    source, lead = _next(asked[most], lay)
    begins = min(one.begins[key] for name, one in asked.items() if quantities[name] > SOME)
    ends = max(one.ends[key] for name, one in asked.items() if quantities[name] > SOME)
    decide = _decide_by(asked[most], lay, source, quantities[most], begins)
    shelf = storing.shelf_hours(lay.goods.name)
    lasts = min(ends, scenario.horizon)
    least = min(quantities.values())
    return Lying(
        lay,
        quantities,
        least,
        quantities[most],
        most,
        storing.stored(scenario, lay, quantities[most]),
        storing.stored(scenario, lay, least),
        min((_lies(one.scenario, key) for one in asked.values()), default=0.0),
        begins,
        source,
        lead,
        decide,
        shelf,
        nan if shelf == inf else lasts - shelf,
        "" if decide != decide else judged(scenario, decide),
        LAY_IN if shelf >= lasts - begins else DOES_NOT_KEEP,
    )


def _lies(scenario: Scenario, key: Key) -> float:
    """What stands at a place at the start of a scenario and is fit then."""
    item, place = key
    found = preposition.standing_at(scenario, place, item)
    return 0.0 if found == inf else found


def _next(one: Asked, lay: Lay) -> tuple[str, float]:
    """The next source that does not run out, and the middle of its lead time; empty and inf where there is none."""
    told = []
    for source in preposition.reaching(one.scenario, lay.place):
        if preposition.standing_at(one.scenario, source[0], lay.figure.item) == inf:
            steps = preposition.first_truck(one.scenario, lay, source, one.called, trucks.centre)
            through = one.shared.get(source[0])
            late = through.late(one.called + steps.until_joining) if through is not None else 0.0
            told.append((steps.until_handed_out + late, source[0]))
    lead, name = min(told, default=(inf, ""))
    return name, lead


def _decide_by(one: Asked, lay: Lay, source: str, quantity: float, begins: float) -> float:
    """When laying it in has to be decided, so that all of it can be handed out when the need begins; nan without."""
    if not source or not isfinite(begins):
        return nan
    place = next(to for name, _, to in preposition.reaching(one.scenario, lay.place) if name == source)
    leads = Leads(one.scenario, one.scenario.run.seed, one.shared)
    return begins - leads.lead(source, place, preposition.weight(lay, quantity), begins).decide


def _fired(name: str, one: Asked) -> list[Fired]:
    share = level(one.scenario)
    rows = zip(one.scenario.triggers.items(), one.triggers.transpose(1, 2, 0), strict=True)
    return [_judged(name, key, told.at, hours, share) for (key, told), hours in rows]


def _judged(scenario: str, name: str, seen: float, hours: Array, share: float) -> Fired:
    """Whether an action ends before its need begins, in as many runs as the level planned on asks."""
    ends, begins = hours
    slack = begins - ends
    needed = np.isfinite(begins)
    in_time = float((slack[needed] >= 0).mean()) if needed.any() else nan
    usual = float(_early(slack, share))
    status = NO_NEED if not needed.any() else IN_TIME if usual >= 0 else TOO_LATE
    low, middle, high = (float(_at(slack, at)) for at in (0.05, 0.5, 0.95))
    return Fired(
        name,
        scenario,
        float(_late(ends, share)),
        float(_early(begins, share)),
        (low, middle, high),
        seen + usual if isfinite(usual) else nan,
        in_time,
        status,
    )
