"""Clocks of people on the way: hours without water and without a meal, never what becomes of them.

What a party carries lasts by the least that is told of an item for a day (`sphere.water.survival`); from then on its
clock runs until something is handed out on the way, or it arrives. Packages of the night hold for the hours they are
for, and what is drawn on the road for its hour; when that does not reach all, each party has its own luck.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model import needs
from sim.model.people import Luck
from sim.model.provided import covered
from sim.model.whereabouts import looked_after, on_the_way
from sim.scenario import standards
from sim.scenario.standards.handed import chosen
from sim.scenario.standards.packages import TRANSIT_NIGHT

if TYPE_CHECKING:
    from sim.model.record import Array, Record
    from sim.scenario.schema import Scenario
    from sim.scenario.standards import Figure

EVERYONE = "everyone"
HANDED = {"water": ("water",), "food": ("hot_meal", "biscuits")}
"""Lines of the package for a night that end a stretch without an item."""
TURN = 0.6180339887498949
"""The golden section: by so much the luck of a party moves on from hour to hour, and stays evenly spread."""
LEVELS = {"p50": 0.5, "p95": 0.95}


class Stretches(NamedTuple):
    """Times in which parties were without an item, one element each."""

    party: Array
    begins: Array
    ends: Array


class Handing(NamedTuple):
    """Something handed out on the way in one hour."""

    hour: int
    share: float
    """Share of those on the way who are given it."""
    until: float
    """Hour until which it lasts."""


def limits(scenario: Scenario) -> list[tuple[str, str, float]]:
    """Item, name and hours of each limit; none where nobody is on the way."""
    told = scenario.medical.without if scenario.corridor is not None else {}
    return [(item, name, hours) for item, named in told.items() for name, hours in named.items()]


def layout(scenario: Scenario) -> tuple[tuple[str, str, str], ...]:
    """Rows of the table of care: group, stage and place."""
    return tuple((EVERYONE, f"without_{item}_{name}", "all") for item, name, _ in limits(scenario))


def outcome(record: Record) -> tuple[Array, dict[str, float]]:
    """People past each limit at each full hour, shape (limits, hours + 1), and the indicators."""
    scenario, hours = record.scenario, record.there.hours
    told, people = limits(scenario), record.parties.people.astype(float)
    found, numbers = np.zeros((len(told), hours + 1)), dict[str, float]()
    known = {item: stretches(record, item) for item in dict.fromkeys(item for item, _, _ in told)}
    for item, its in known.items():
        longest = _longest(record, its)
        left = ~np.isnan(record.parties.departed)
        for name, without in zip(LEVELS, _levels(longest[left], people[left]), strict=True):
            numbers[f"care.{EVERYONE}.hours_without_{item}.{name}"] = without
        numbers |= {
            f"care.{EVERYONE}.without_{item}_{name}": float(people[longest > limit].sum())
            for of, name, limit in told
            if of == item
        }
    for row, (item, _, limit) in enumerate(told):
        found[row] = _past(known[item], people, limit, hours)
    return found, numbers


def _levels(longest: Array, people: Array) -> list[float]:
    """Hours that so large a share of people do not exceed, for each level; nan of nobody."""
    hour = longest.astype(int)
    reached = np.cumsum(np.bincount(hour, people))
    if not len(reached) or not reached[-1]:
        return [np.nan] * len(LEVELS)
    found = []
    for share in LEVELS.values():
        wanted = share * reached[-1] - 1e-9
        at = int(np.searchsorted(reached, wanted))  # sorted are only those of that hour
        its = np.flatnonzero(hour == at)
        its = its[np.argsort(longest[its])]
        before = reached[at - 1] if at else 0.0
        found.append(float(longest[its][np.searchsorted(before + np.cumsum(people[its]), wanted)]))
    return found


def _longest(record: Record, its: Stretches) -> Array:
    """Hours of the longest stretch of each party, up to the horizon, shape (parties,)."""
    longest = np.zeros(len(record.parties.people))
    np.maximum.at(longest, its.party, np.minimum(its.ends, record.scenario.horizon) - its.begins)
    return longest


def _past(its: Stretches, people: Array, limit: float, hours: int) -> Array:
    """People whose stretch has lasted longer than a limit at each full hour, shape (hours + 1,)."""
    past = its.begins + limit < its.ends
    change = np.zeros(hours + 2)
    for when, sign in ((its.begins + limit, 1), (its.ends, -1)):
        slot = np.ceil(np.minimum(when[past], hours + 1.0) - 1e-9).astype(int)
        change += sign * np.bincount(slot, people[its.party[past]], hours + 2)
    result: Array = np.cumsum(change)[:-1]
    return result


def stretches(record: Record, item: str) -> Stretches:
    """All stretches without an item, of parties on the way."""
    parties, figure = record.parties, least(record.scenario, item)
    departed, arrives = (np.nan_to_num(hour, nan=np.inf) for hour in (parties.departed, parties.reached))
    carried = needs.carried_until(record.there, figure)
    until = departed if carried is None else np.where(np.isinf(departed), np.inf, np.maximum(carried, departed))
    found, luck = list[Stretches](), None
    for handing in sorted(handings(record, item, figure)):
        luck = _luck(record, item) if luck is None else luck
        given = (departed <= handing.hour) & (handing.hour < arrives)
        given &= (luck + handing.hour * TURN) % 1.0 < handing.share
        found.append(_some(until, np.full(len(until), float(handing.hour)), given))
        until = np.where(given, np.maximum(until, handing.until), until)
    found.append(_some(until, arrives, departed < np.inf))
    return Stretches(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _some(begins: Array, ends: Array, of: Array) -> Stretches:
    some = np.flatnonzero(of & (begins < ends))
    return Stretches(some, begins[some], ends[some])


def _luck(record: Record, item: str) -> Array:
    """Each party's luck when what is handed out does not reach all, shape (parties,)."""
    parties = record.parties
    drawn: Array = Luck(record.seed, record.replication).of(f"{item} on the way").random(len(parties.people))
    return drawn[parties.number]


def least(scenario: Scenario, item: str) -> Figure:
    """The figure of an item by which least is used up."""
    return min(standards.of_item(item, scenario.needs.figures), key=lambda figure: figure.an_hour)


def handings(record: Record, item: str, figure: Figure) -> Iterator[Handing]:
    """What is handed out of an item on the way: drawn on the road for the hour, or a package for the night."""
    for hour, share in _shares(record, standards.drawn_at(item, record.scenario.needs.figures)):
        yield Handing(hour, share, hour + 1.0)
    off = frozenset(name for name, counts in record.scenario.needs.items.items() if not counts)
    lines = {f"{TRANSIT_NIGHT}_{line}" for line in HANDED[item]}
    for package in (one for one in chosen(frozenset(), off) if one.item in lines):
        lasts = package.value / figure.an_hour if package.unit == figure.unit else 0.0
        for hour, share in _shares(record, package):
            yield Handing(hour, share, hour + lasts)


def _shares(record: Record, figure: Figure | None) -> list[tuple[int, float]]:
    """Hours in which an item is handed out on the way, and the share of those there who are given it."""
    there, scenario = record.there, record.scenario
    if figure is None:
        return []
    way = set(on_the_way(scenario))
    rows = [there.names.index(place) for place in looked_after(scenario) if place in way]
    hosts = covered(scenario, figure.item)[rows]
    if figure.item not in record.supply.met and not hosts.any():
        return []
    wanted = needs.uncovered(there, figure)[rows] * figure.an_hour
    met = record.supply.met[figure.item][rows] if figure.item in record.supply.met else wanted * hosts[:, None]
    total, given = wanted.sum(axis=0), np.minimum(met, wanted).sum(axis=0)
    hours = np.flatnonzero((total > 1e-9) & (given > 1e-9))
    return list(zip(hours.tolist(), (given[hours] / total[hours]).tolist(), strict=True))
