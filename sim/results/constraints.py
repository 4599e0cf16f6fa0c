"""What limits arrivals, hour by hour: the most downstream bottleneck at work in the middle of the hour.

From the place where people are counted upstream, the first link on which vehicles wait for more than a minute beyond
free flow tells where. If it ends at a checkpoint that has vehicles waiting, the checkpoint limits; if a stall or a
closure blocks that link during the hour, the incident does; otherwise the road (its capacity, a merge, a crossing).
Vehicles that wait to get onto the road wait for the road, or for permission while it has not opened. Where nobody
waits on the road: permission, transport or fuel, by where most people wait: at home though they are to
leave, for a bus, or in a queue for fuel; the road while people are still on their way; then nobody is left. Where only
arrivals are told of, nobody is ever left to wait for anything: people come when they were told to come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.journal import STATES
from sim.model.network import acts_at
from sim.model.record import Array, LinkLog, Record
from sim.results import queues
from sim.results.dates import full_hours
from sim.results.indicators import moves
from sim.results.ledger import states
from sim.scenario.route import Route, resolve

if TYPE_CHECKING:
    from sim.scenario.road import Closure

CONSTRAINTS = ("permission", "fuel", "road", "checkpoint", "incident", "transport", "nobody_left")
MIDDLE = 0.5
ON_THE_WAY = ("road", "walking", "stranded")
WAITING = {"permission": "home", "transport": "waiting_transport", "fuel": "fuel_queue"}
"""The state in which people wait for what limits."""


def constraints(record: Record) -> Array:
    """What limits arrivals in each hour, one 1 a column, shape (constraints, hours)."""
    last = full_hours(record.scenario)
    found = np.full(last, CONSTRAINTS.index("nobody_left"))
    if not moves(record.scenario) or record.scenario.arrivals is not None:
        return _shares(found)
    people = states(record, MIDDLE)[:, :last]
    found[people[[STATES.index(state) for state in ON_THE_WAY]].sum(axis=0) > 0] = CONSTRAINTS.index("road")
    waiting = people[[STATES.index(state) for state in WAITING.values()]]
    most = np.array([CONSTRAINTS.index(name) for name in WAITING])[waiting.argmax(axis=0)]
    found = np.where(waiting.max(axis=0) > 0, most, found)
    if record.scenario.corridor is not None and record.links:
        _on_the_road(record, resolve(record.scenario.corridor), found)
    return _shares(found)


def _shares(found: Array) -> Array:
    """A 1 for what limits in each hour, shape (constraints, hours)."""
    result = np.zeros((len(CONSTRAINTS), len(found)))
    result[found, np.arange(len(found))] = 1.0
    return result


def _on_the_road(record: Record, route: Route, found: Array) -> None:
    """Where vehicles wait, from upstream to where people are counted; the most downstream has the last word."""
    corridor, at = record.scenario.corridor, np.arange(len(found)) + MIDDLE
    opens = (corridor.opens or 0.0) if corridor is not None else 0.0
    entered, _ = queues.first_entered(record)
    departed, drives = record.parties.departed, record.parties.vehicles > 0
    queued = queues.waiting(departed[drives], entered[: len(departed)][drives], at) > 0
    found[queued] = CONSTRAINTS.index("road")
    found[queued & (at < opens)] = CONSTRAINTS.index("permission")
    counted = route.km_of(route.count_at)
    for log in sorted(record.links, key=lambda log: log.km[1]):
        if log.km[1] <= counted + 1e-9:
            here = queues.waiting(*queues.on_link(log, record.scenario), at) > 0
            found[here] = _cause(record, route, log, at)[here]


def _cause(record: Record, route: Route, log: LinkLog, at: Array) -> Array:
    """What holds up those who wait on a link, in each hour."""
    post = _post(record, route, log)
    cause = np.full(len(at), CONSTRAINTS.index("road" if post is None else "checkpoint"))
    blocked = _blocked(record, route, log, len(at))
    if post:
        served = [queues.waiting(p.ready, p.begun, at) > 0 for p in record.posts if p.node == post]
        blocked &= ~np.any(served, axis=0) if served else True
    cause[blocked] = CONSTRAINTS.index("incident")
    return cause


def _post(record: Record, route: Route, log: LinkLog) -> str | None:
    """The node of the checkpoint at the end of a link, if one stands there."""
    corridor = record.scenario.corridor
    link = next(link for link in route.links if link.name == log.name)
    if corridor is None or abs(log.km[1] - link.km - link.length) > 1e-6:
        return None
    return link.to if any(post.at == link.to for post in corridor.checkpoints.values()) else None


def _next(route: Route, log: LinkLog, told: Closure) -> bool:
    """Whether a closure acts where a link ends and the next one begins."""
    links = {link.name: link for link in route.links}
    mine, other = links[log.name], links[told.segment]
    ends = abs(log.km[1] - mine.km - mine.length) <= 1e-6
    return ends and mine.to == other.origin and acts_at(told.km, other, {}) == 0.0


def _blocked(record: Record, route: Route, log: LinkLog, hours: int) -> Array:
    """Hours during which a stall or a closure blocks a link or, where the next begins, its end; shape (hours,)."""
    blocked = np.zeros(hours, bool)
    corridor = record.scenario.corridor
    times = [(s.hour, s.cleared) for s in record.stalls if s.link == log.name and log.km[0] <= s.km <= log.km[1]]
    closures = corridor.closures.values() if corridor is not None else ()
    times += [(told.begins, told.until) for told in closures if told.segment == log.name or _next(route, log, told)]
    for begins, ends in times:
        blocked[max(int(begins), 0) : max(int(np.ceil(ends)), 0)] = True
    return blocked
