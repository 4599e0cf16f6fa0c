"""How late a truck is on segments it shares with the people: as the vehicle ahead of it, which nobody passes."""

from __future__ import annotations

from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from sim.model.record import Array
from sim.model.sharing_road import joins_at
from sim.scenario.route import resolve

if TYPE_CHECKING:
    from sim.model.record import LinkLog, Record
    from sim.scenario.supplies import SupplySource

ALONE: tuple[float, Array, Array] = (-inf, np.zeros(0), np.zeros(0))


class Behind:
    """The shared segments of a source as people passed them in one replication.

    Where its trucks can join the road, a truck stands behind those who wait there already. It is served as long as the
    vehicle ahead was where a post stands behind a segment. Room and time that it takes itself come on top.
    Who had not come through at the horizon comes through then: from there on nobody is on the road.
    """

    def __init__(self, record: Record, source: SupplySource) -> None:
        logs = [log for log in record.links if source.shared.get(log.name)]
        through = [_by_vehicle(log.party, then.party, then.entered) for log, then in pairwise(logs)]
        through += [_out(record, log) for log in logs[-1:]]
        self.horizon = record.scenario.horizon
        self.paces = np.array([[-inf, 1.0]]) if record.paces is None else record.paces
        self.links = [
            (log.entered, self._known(log.left), np.nan_to_num(np.maximum(then - log.left, 0.0)), log.free_flow)
            for log, then in zip(logs, through, strict=True)
        ]
        """Of each: when vehicles entered, and left, how long they then stood at a post, and its time on a free road."""
        route = resolve(record.scenario.corridor) if record.scenario.corridor else None
        node = joins_at(record.scenario, route, source)
        self.joins = node is not None
        """Whether trucks of the source are among the people's vehicles."""
        self.opens, self.came, entered = _queue(record, node, logs[0]) if logs and node else ALONE
        self.entered = np.maximum.accumulate(self._known(entered))

    def late(self, hours: Array) -> Array:
        """Hours later than on a free road, of trucks that come to the shared road at given hours."""
        now, ahead = np.maximum(hours, self.opens), np.searchsorted(self.came, hours, side="right") - 1
        now = np.maximum(now, _of(self.entered, ahead, -inf))
        free = 0.0
        for entered, left, served, hours_free in self.links:
            ahead = np.searchsorted(entered, now, side="right") - 1
            now = np.maximum(now + hours_free / self._pace(now), _of(left, ahead, -inf)) + _of(served, ahead, 0.0)
            free += hours_free
        late: Array = now - hours - free
        return late

    def _pace(self, hours: Array) -> Array:
        """Share of the usual speed at which who enters a segment then drives on it, by light and weather."""
        changes, factors = self.paces.T
        pace: Array = factors[np.searchsorted(changes, hours, side="right") - 1]
        return pace

    def _known(self, hours: Array) -> Array:
        """Hours at which vehicles passed, of those who never did the end."""
        known: Array = np.where(np.isnan(hours), self.horizon, hours)
        return known


def _of(values: Array, ahead: Array, alone: float) -> Array:
    """What is known of the vehicle ahead; where there is none, what is so for who is alone."""
    return np.where(ahead >= 0, values[ahead], alone) if len(values) else np.full(np.shape(ahead), alone)


def _out(record: Record, log: LinkLog) -> Array:
    """When each vehicle of the last segment had been served by all that stands at the road's end, nan if it was not."""
    ends = record.posts if log.leads_out else ()
    served = [_by_vehicle(log.party, post.party, post.ended) for post in ends if post.node == _end(record)]
    return np.fmax.reduce(served) if served else np.full(len(log.party), np.nan)


def _end(record: Record) -> str:
    assert record.scenario.corridor is not None
    return resolve(record.scenario.corridor).end


def _by_vehicle(wanted: Array, known: Array, values: Array) -> Array:
    """Values that are known of vehicles, for the vehicles wanted; nan where none is."""
    if not len(known):
        return np.full(len(wanted), np.nan)
    order = np.argsort(known, kind="stable")
    at = np.minimum(np.searchsorted(known[order], wanted), len(known) - 1)
    found: Array = np.where(known[order][at] == wanted, values[order][at], np.nan)
    return found


def _queue(record: Record, node: str, first: LinkLog) -> tuple[float, Array, Array]:
    """When the road opens, and when vehicles joined the queue for it at a node, and got onto it (nan: never)."""
    scenario, parties = record.scenario, record.parties
    assert scenario.corridor is not None
    told, start = scenario.population.settlements, resolve(scenario.corridor).trunk[0]
    here = [((told[name].at or name) if name in told else start) == node for name in parties.settlements]
    mine = np.flatnonzero(np.array(here)[parties.settlement] & (parties.vehicles > 0) & ~np.isnan(parties.departed))
    mine = mine[np.argsort(parties.departed[mine], kind="stable")]
    opens = scenario.horizon if scenario.corridor.never_opens else scenario.corridor.opens or 0.0
    return opens, parties.departed[mine], _by_vehicle(mine, first.party, first.entered)
