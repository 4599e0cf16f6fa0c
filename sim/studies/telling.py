"""The stages of a scenario in words: what each can pass, when, and what holds people up."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from sim.scenario.route import joined, standing
from sim.scenario.standards import profiles
from sim.scenario.standards.told import reported
from sim.studies.stages import booths_pass, passes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.model.party import Array, Parties
    from sim.scenario.fields import OpeningHours
    from sim.scenario.people import Depot
    from sim.scenario.road import Checkpoint, Crossing
    from sim.scenario.route import Link, Route
    from sim.scenario.schema import Scenario

MINUTES = 60
ENDLESS = 1000
"""Trips that are as good as without end."""


def when(scenario: Scenario, hour: float) -> str:
    """An hour as people say it: on a day, or after the start."""
    time = scenario.when(hour)
    return f"hour {hour:,.4g}" if time is None else f"{time:%d %b %H:%M}"


def of_day(hours: OpeningHours) -> str:
    """Hours of the day."""
    return " to ".join(f"{int(at):02d}:{round(at % 1 * MINUTES):02d}" for at in (hours.opens, hours.closes))


def pregnant(scenario: Scenario) -> Iterator[str]:
    """Pregnant women as reported, by the country's births and by global ones; which counts stands first."""
    country, planned = scenario.population.profile, scenario.population.total
    own = reported(scenario).get("pregnant")
    row = profiles.pregnancies(planned, country, None if own is None else own * scenario.present)
    told = {"own": "as reported", "country": f"by the births of {country}", "default": "by global births"}
    if country == profiles.GLOBAL:
        del told["country"]
    shown = [f"{getattr(row, name):,.0f} {text}" for name, text in told.items() if getattr(row, name) is not None]
    yield f"pregnant: {', '.join([f'{shown[0]} (counts)', *shown[1:]])}; births are of the {planned:,.0f} planned for"


def leaving(scenario: Scenario, parties: Parties) -> Iterator[str]:
    """When people may and are ready to leave."""
    goes = np.isfinite(parties.ready)
    people, ready = parties.people[goes], parties.ready[goes]
    stay = int(parties.people[parties.stays].sum())
    never = int(parties.people[~goes & ~parties.stays].sum())
    half, most = (_reached(ready, people, share) for share in (0.5, 0.95))
    by = f"half are ready by {when(scenario, half)}, nearly all (95 %) by {when(scenario, most)}"
    yield f"leaving: {by}; {stay:,} stay"
    if never:
        yield f"leaving: {never:,} people are never let go"
    for name, phase in scenario.departure.permission.items():
        yield f"may leave, {name}: from {when(scenario, phase.opens)}{_over(phase.over)}"


def _reached(ready: Array, people: Array, share: float) -> float:
    """The hour by which so large a share of people is ready."""
    if not len(ready):
        return 0.0
    order = np.argsort(ready, kind="stable")
    sums = np.cumsum(people[order])
    return float(ready[order][np.searchsorted(sums, share * sums[-1] - 1e-9)])


def _over(hours: float) -> str:
    return f", over {hours:g} h" if hours else ""


def fuel(scenario: Scenario) -> Iterator[str]:
    """Depots: pumps, vehicles an hour, litres."""
    told = scenario.fuel
    for name, depot in told.depots.items() if told else ():
        yield f"fuel at {name}: {_depot(scenario, depot)}"


def _depot(scenario: Scenario, depot: Depot) -> str:
    ration = scenario.fuel.ration if scenario.fuel else 0.0
    rate = max(round(depot.pumps), 1) / max(depot.service.centre, 1e-9)
    later = sum(delivery.litres for delivery in depot.deliveries.values())
    litres = depot.stock + later
    text = f"{depot.pumps:g} pumps pass {rate:,.0f} vehicles/h; {litres:,.0f} L"
    text += f" ({later:,.0f} L of it delivered later)" if later else ""
    text += f" for {litres / ration:,.0f} vehicles at {ration:g} L each" if ration else ""
    closes = "" if depot.closes is None else f" until {when(scenario, depot.closes)}"
    return f"{text}; from {when(scenario, depot.opens)}{closes}"


def roads(scenario: Scenario, route: Route) -> Iterator[str]:
    """Stretches of road, checkpoints and crossings."""
    corridor = scenario.corridor
    assert corridor is not None
    for link in route.links:
        kind = "feeder" if link.feeder else "segment"
        yield f"{kind} {link.name}: {link.length:g} km at {link.speed:,.3g} km/h, {link.capacity:,.0f} vehicles/h"
    for name, closure in corridor.closures.items():
        span = f"{when(scenario, closure.begins)} to {when(scenario, closure.until)}"
        yield f"closure {name}: {closure.segment} is shut {span}"
    for name, crossing in corridor.crossings.items():
        yield f"crossing {name}: {_crossing(scenario, crossing)}"
    for name, post in corridor.checkpoints.items():
        yield f"checkpoint {name}: {_post(scenario, post)}"


def _crossing(scenario: Scenario, told: Crossing) -> str:
    if told.kind == "ferry":
        parts = [f"{told.vehicles:g} vehicles"] if told.vehicles else []
        parts += [f"{told.people:g} people"] if told.people else []
        text = f"a ferry, {' or '.join(parts)} every {(told.round_trip or 0) * MINUTES:g} min"
        text += f", {passes(told):,.3g} vehicles/h" if told.vehicles else ""
    else:
        text = f"a bridge, {passes(told):,.0f} vehicles/h"
    if told.alternate is not None:
        text += f" in turns, ours {told.alternate.green / told.alternate.cycle:.0%} of the time"
    if told.weight_limit is not None:
        text += f", up to {told.weight_limit:g} t"
    return text + _hours(scenario, told)


def _post(scenario: Scenario, told: Checkpoint) -> str:
    regimes = sorted(told.regimes.values(), key=lambda regime: regime.begins)
    first = [] if regimes and regimes[0].begins <= 0 else [f"{booths_pass(told, -1.0):,.0f} vehicles/h"]
    if told.booth_rate is None and told.service is None:
        first = []
    later = [f"{booths_pass(told, r.begins):,.0f} vehicles/h from {when(scenario, r.begins)}" for r in regimes]
    text = ", ".join([*first, *later])
    if told.convoy is not None:
        group, every = told.convoy.vehicles, told.convoy.every
        text += f"; in groups of {group:g} every {every:g} h, so at most {group / every:,.0f} vehicles/h"
    if told.secondary is not None:
        text += f"; {told.secondary.share:.0%} are taken aside"
    return text + _hours(scenario, told)


def _hours(scenario: Scenario, told: Crossing | Checkpoint) -> str:
    text = f"; {of_day(told.hours)} only" if told.hours else ""
    text += f"; from {when(scenario, told.opens)}" if told.opens is not None else ""
    return text + (f"; until {when(scenario, told.closes)}" if told.closes is not None else "")


def buses(scenario: Scenario) -> Iterator[str]:
    """Fleets of buses."""
    for name, fleet in scenario.transport.buses.items():
        where = f" at {fleet.at}" if fleet.at else ""
        most = "" if fleet.trips >= ENDLESS else f", {fleet.trips:g} trip{'' if fleet.trips == 1 else 's'} each at most"
        seats = f"{fleet.buses:g} with {fleet.buses * fleet.seats:,.0f} seats in all"
        yield f"buses {name}: {seats}{where} from {when(scenario, fleet.begins)}{most}"


def other_end(scenario: Scenario) -> Iterator[str]:
    """Desks and places."""
    desks = scenario.reception.registration
    if desks is not None and desks.rate is not None:
        yield f"registration: {desks.rate:,.0f} people/h"
    elif desks is not None and desks.desks is not None and desks.service is not None:
        rate = max(round(desks.desks), 1) / max(desks.service.centre, 1e-9)
        yield f"registration: {desks.desks:g} desks, {rate:,.0f} parties/h"
    for name, place in scenario.reception.places.items():
        room = "room not told" if place.capacity is None else f"room for {place.capacity:,.0f} people"
        yield f"place {name}: {room}, {place.stay.centre:,.3g} h of stay on average"
    yield from _sleep(scenario)


def _sleep(scenario: Scenario) -> Iterator[str]:
    """Who is given a place to sleep, where, and when."""
    told, places = scenario.reception.accommodation, scenario.reception.places
    if told.share.centre == 0:
        return
    soon = {name: place for name, place in places.items() if place.delay is not None}
    later = [name for name, place in places.items() if place.houses and name not in soon]
    parts = [
        f"in {name} after {place.delay.centre:,.3g} h while there is room"
        for name, place in soon.items()
        if place.delay
    ]
    where = " or ".join(later) if later else "nowhere"
    parts.append(f"{'else ' if soon else ''}in {where} after {told.delay.centre:,.3g} h on average")
    yield f"places to sleep, for {told.share.centre:.0%} of parties: {', '.join(parts)}"


def cold(scenario: Scenario) -> Iterator[str]:
    """What is taken for the weather after the horizon."""
    weather, period = scenario.weather, scenario.needs.period
    if not period or (weather.night_temperature is None and not weather.months):
        return
    if weather.months:
        yield f"cold after the horizon: of the month, {len(weather.months)} of 12 months told"
    else:
        yield f"cold after the horizon: {weather.night_temperature:g} degC every day, as at night before it (assumed)"


def window(scenario: Scenario, route: Route) -> str:
    """The stretch of road that sets how far the road is worked out at a time."""
    assert scenario.corridor is not None
    homes = {told.at or name for name, told in scenario.population.settlements.items()}
    hospitals = {one.at for one in scenario.medical.hospitals.values() if one.at is not None}
    links = joined(route, standing(route, scenario.corridor, homes | hospitals))
    starts = homes | {route.trunk[0]}
    link = min(links, key=lambda one: _window(one, starts))
    minutes = _window(link, starts) * MINUTES
    return f"the road is worked out {minutes:,.3g} min at a time: {link.name} ({link.length:g} km) sets it"


def _window(link: Link, starts: set[str]) -> float:
    return min(link.free_flow / (2 if link.origin in starts else 1), link.length / link.wave_speed)


def before(scenario: Scenario, hour: float) -> str:
    """An hour, or that it does not come within the horizon."""
    if not isfinite(hour):
        return f"within the {scenario.horizon:g} h looked at"
    return f"before {when(scenario, hour)}" + ("" if scenario.start is None else f", {hour:,.1f} h after the start")
