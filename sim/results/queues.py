"""Queues on the road: who waits where, how many at most, and the jam as a picture over distance and time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.record import Array, LinkLog, Record
from sim.results.dates import full_hours
from sim.scenario.route import Route, resolve

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

WAIT = 1 / 60
"""Hours later than free flow beyond which a vehicle waits: one minute."""
STRETCHES = 80
"""Stretches the road is divided into for the picture: as many in every run, though its length may be uncertain."""


def slowest(scenario: Scenario) -> float:
    """The lowest share of the usual speed that night and weather bring: driving slowly then is not waiting."""
    weather = scenario.weather
    night = weather.night_speed if weather.night is not None else 1.0
    return max(min([night, 1.0]) * min([spell.speed for spell in weather.spells.values()], default=1.0), 0.05)


def waiting(due: Array, end: Array, at: Array) -> Array:
    """How many wait at given hours: due more than a minute ago, and not gone."""
    late = end > due + WAIT
    came, gone = np.sort(due[late] + WAIT), np.sort(end[late])
    count: Array = np.searchsorted(came, at, side="right") - np.searchsorted(gone, at, side="right")
    return count


def on_link(log: LinkLog, scenario: Scenario) -> tuple[Array, Array]:
    """Hours at which vehicles were due to leave a link at free flow, and did (inf: still there)."""
    return log.entered + log.free_flow / slowest(scenario), np.nan_to_num(log.left, nan=np.inf)


def first_entered(record: Record) -> tuple[Array, Array]:
    """Hour each vehicle got onto the road (inf: never), and number of the link it did so on; shape (vehicles,)."""
    count = max([len(record.parties.people), *(int(log.party.max()) + 1 for log in record.links if len(log.party))])
    entered, link = np.full(count, np.inf), np.full(count, -1)
    for number, log in enumerate(record.links):
        sooner = log.entered < entered[log.party]
        entered[log.party[sooner]], link[log.party[sooner]] = log.entered[sooner], number
    return entered, link


def peak(record: Record) -> float:
    """Most vehicles waiting at a time: due where people are counted, at free flow, and not yet there."""
    if record.scenario.corridor is None or not record.links:
        return 0.0
    due, end, vehicles = _due(record, resolve(record.scenario.corridor))
    late = end > due + WAIT
    hours = np.concatenate([end[late], due[late]])
    change = np.concatenate([-vehicles[late], vehicles[late]])
    order = np.argsort(hours, kind="stable")
    return float(np.cumsum(change[order]).max(initial=0.0))


def _due(record: Record, route: Route) -> tuple[Array, Array, Array]:
    """When each vehicle was due at the count, when it stopped queueing for it, and how many vehicles it stands for."""
    parties, factor = record.parties, slowest(record.scenario)
    entered, link = first_entered(record)
    extra = len(entered) - len(parties.people)
    ways = np.array([_way(route, log.name) for log in record.links] or [0.0]) / factor
    begin = np.concatenate([parties.departed, entered[len(parties.people) :]])
    crossed = np.concatenate([np.nan_to_num(parties.arrived, nan=np.inf), np.full(extra, np.inf)])
    for log in record.links:
        if route.ends_at(log.name, log.km[1], route.count_at):
            bus = log.party >= len(parties.people)
            crossed[log.party[bus]] = np.nan_to_num(log.left[bus], nan=np.inf)
    for stall in record.stalls:
        crossed[stall.party] = min(crossed[stall.party], stall.hour)
    number = np.concatenate([parties.vehicles, np.ones(extra, int)])
    drives = np.isfinite(entered) | (np.isfinite(begin) & (number > 0))
    way = np.where(link >= 0, ways[link], _free_flow(route, route.trunk[0]) / factor)
    return (begin + way)[drives], crossed[drives], number[drives]


def _way(route: Route, name: str) -> float:
    """Hours at free flow from the beginning of a link to where people are counted."""
    return _free_flow(route, next(link.origin for link in route.links if link.name == name))


def _free_flow(route: Route, node: str) -> float:
    return sum(link.free_flow for link in route.way(node, route.count_at))


def edges(scenario: Scenario) -> Array:
    """Kilometres at which the road is divided for the picture."""
    if scenario.corridor is None:
        return np.zeros(0)
    route = resolve(scenario.corridor)
    return np.linspace(0.0, route.km_of(route.end), STRETCHES + 1)


def density(record: Record) -> Array:
    """Vehicles a kilometre on each stretch of the trunk at each full hour, in cars; shape (stretches, hours + 1).

    Newell's three detectors: N(x, t) is the lesser of what entered in time to have come so far at free flow, and of
    what left in time for its wave to have run back, with the jam between. Newell, Transp. Res. B 27 (1993).
    """
    cuts, last = edges(record.scenario), full_hours(record.scenario)
    if not len(cuts) or record.scenario.corridor is None:
        return np.zeros((0, last + 1), np.float32)
    links = {link.name: link for link in resolve(record.scenario.corridor).links}
    counts = np.full((len(cuts), last + 1), np.nan)
    total = np.zeros((len(cuts) - 1, last + 1))
    size = _passenger_cars(record)
    for log in sorted((log for log in record.links if not links[log.name].feeder), key=lambda log: log.km):
        inside = np.unique(np.concatenate([[log.km[0]], cuts[(cuts > log.km[0]) & (cuts < log.km[1])], [log.km[1]]]))
        link = links[log.name]
        drive = np.minimum(np.nan_to_num(log.left - log.entered, nan=np.inf), log.free_flow / slowest(record.scenario))
        figures = (link.wave_speed, link.jam_density, last)
        counts = _passed(log, size[log.party], (inside - log.km[0], drive), figures)
        rows = np.searchsorted(cuts, (inside[1:] + inside[:-1]) / 2) - 1
        np.add.at(total, rows, np.maximum(counts[:-1] - counts[1:], 0.0))
    return (total / np.diff(cuts)[:, None]).astype(np.float32)


def jam(record: Record, vehicles: Array) -> Array:
    """Where and when vehicles stand closer than they do at full flow, shape of the density given.

    Above the critical density (capacity over speed, Daganzo, Transp. Res. B 28, 1994) by more than one vehicle, as
    vehicles are counted whole; on a stretch that is hardly longer than a vehicle, by half the way to the jam density.
    """
    if record.scenario.corridor is None or not vehicles.size:
        return np.zeros(vehicles.shape, np.float32)
    cuts, slow = edges(record.scenario), slowest(record.scenario)
    one = max(_passenger_cars(record).max(initial=1.0), 1.0) / float(cuts[1] - cuts[0])
    least = np.zeros(len(cuts) - 1)
    for link in resolve(record.scenario.corridor).links:
        if not link.feeder:
            critical = min(link.capacity / (link.speed * slow), link.jam_density)
            on_it = (cuts[:-1] < link.km + link.length - 1e-9) & (cuts[1:] > link.km + 1e-9)
            least[on_it] = np.maximum(least[on_it], critical + min(one, (link.jam_density - critical) / 2))
    return (vehicles > least[:, None]).astype(np.float32)


def _passed(log: LinkLog, size: Array, way: tuple[Array, Array], figures: tuple[float, float, int]) -> Array:
    """N(x, t): vehicles that had passed points of a link at each full hour, shape (points, hours + 1).

    `way` is the points, and each vehicle's hours on the link where nothing is in its way.
    """
    (at, drive), (wave_speed, jam_density, last) = way, figures
    length, hours = log.km[1] - log.km[0], np.arange(last + 1)
    sums = np.concatenate([[0.0], np.cumsum(size)])
    left = np.nan_to_num(log.left, nan=np.inf)
    came, due = np.empty((len(at), last + 1)), np.empty(len(drive))
    for number, point in enumerate(at.tolist()):
        np.multiply(drive, point / length, out=due)
        due += log.entered
        came[number] = sums[np.searchsorted(np.maximum.accumulate(due, out=due), hours, side="right")]
    behind = (length - at)[:, None]
    gone = sums[np.searchsorted(left, hours - behind / wave_speed, side="right")]
    passed: Array = np.minimum(came, gone + jam_density * behind)
    return passed


def _passenger_cars(record: Record) -> Array:
    """Road space of each vehicle in passenger cars, shape (vehicles,); buses are numbered after the parties."""
    parties, scenario = record.parties, record.scenario
    told = scenario.vehicles.classes.get("bus")
    fleets = [fleet.pce for fleet in scenario.transport.buses.values()]
    bus = told.pce if told is not None else fleets[0] if fleets else 1.0
    count = max([0, *(int(log.party.max()) + 1 for log in record.links if len(log.party))])
    return np.concatenate([parties.pce * parties.vehicles, np.full(max(count - len(parties.pce), 0), bus)])
