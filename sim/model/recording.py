"""What a world hands on when its time is over: the journal and the road's logs, as arrays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from sim.model.care import arrivals, cared_for
from sim.model.party import VEHICLE, Array
from sim.model.record import FuelBook, LinkLog, PartyTable, Record

if TYPE_CHECKING:
    from sim.model.corridor import Road
    from sim.model.fuel import Depot
    from sim.model.world import World


def record(world: World) -> Record:
    """The record of a world that has run."""
    journal, road = world.journal, world.road
    links = road.logs() if road else ()
    moves = dict(zip(("hour", "party", "people", "origin", "destination"), journal.moved(), strict=True))
    reached = arrivals(world)
    past, hours, chain = cared_for(world, reached)
    return Record(
        scenario=world.scenario,
        replication=world.replication,
        seed=world.seed,
        drawn={},
        parties=party_table(world, reached),
        spots=tuple(journal.spots),
        first=np.array(journal.first, np.int64),
        move_hour=moves["hour"],
        move_party=moves["party"].astype(np.int64),
        move_people=moves["people"].astype(np.int64),
        move_origin=moves["origin"].astype(np.int64),
        move_destination=moves["destination"].astype(np.int64),
        counts=counts(world),
        links=links,
        posts=road.posts() if road else (),
        fuel=fuel_book(world, links),
        stalls=tuple(road.stalls) if road else (),
        blockade=world.blockade,
        entries=tuple(journal.entries),
        care=past,
        care_hours=hours,
        chain=chain,
        trucks=world.trucks.passed,
        paces=road.paces if road else None,
    )


def party_table(world: World, reached: Array) -> PartyTable:
    """One row a party."""
    parties, journeys = world.parties, world.journeys
    return PartyTable(
        people=parties.people,
        vehicles=parties.vehicles,
        settlement=parties.settlement,
        vehicle_class=parties.vehicle_class,
        pce=parties.pce,
        settlements=parties.settlements,
        classes=parties.classes,
        carried_water=parties.carried_water,
        carried_food=parties.carried_food,
        departed=np.array(journeys.departed),
        arrived=np.array(journeys.arrived),
        reached=reached,
        joined=np.array(journeys.joined),
        fuel_asked=np.array(world.refuelling.asked),
        fuel_wanted=np.array(world.refuelling.wanted),
        fuel_given=np.array(world.refuelling.given),
        number=parties.number,
    )


def counts(world: World) -> dict[str, tuple[Array, Array, Array]]:
    """Series: hours in rising order, people, vehicles."""
    journal, result = world.journal, {}
    for series, noted in journal.count_hour.items():
        hours = np.array(noted, float)
        order = np.argsort(hours, kind="stable")
        people, vehicles = (
            np.array(log[series], np.int64)[order] for log in (journal.count_people, journal.count_vehicles)
        )
        result[series] = (hours[order], people, vehicles)
    return result


def fuel_book(world: World, links: Iterable[LinkLog]) -> FuelBook | None:
    """Litres of private vehicles and depots: what tanks hold at last and, apart from that, what the logs say burnt."""
    if world.scenario.fuel is None:
        return None
    depots, hours = list(world.depots.values()), int(np.ceil(world.scenario.horizon))
    drives = world.parties.mode == VEHICLE
    left = world.traffic.cars["litres"][: len(world.parties)][drives]
    handed = np.zeros(hours)
    for depot in depots:
        for hour, litres in depot.handed_out:
            handed[min(int(hour), hours - 1)] += litres
    return FuelBook(
        held_first=float(world.parties.litres[drives].sum()),
        stock_first=float(sum(depot.told.stock for depot in depots)),
        delivered=float(sum(depot.delivered for depot in depots)),
        burnt=burnt(world.road, links) if world.road else 0.0,
        lost=float(sum(depot.lost for depot in depots)),
        held_last=float(left.sum()) + sum(depot.delivering for depot in depots),
        stock_last=float(sum(depot.stock for depot in depots)),
        out_hour={depot.name: depot.out_hour for depot in depots},
        stock_hour={depot.name: levels(depot, hours) for depot in depots},
        handed_out=handed,
    )


def burnt(road: Road, links: Iterable[LinkLog]) -> float:
    """Litres burnt by distance and idling, link by link, of those who left each link and of those who stopped on it."""
    use, idle, total = road.traffic.cars["use"], road.traffic.cars["idle"], road.burnt_by_stalled
    for log in links:
        drove = ~log.stalled & ~np.isnan(log.left)
        vehicle, late = log.party[drove], np.maximum(log.left - log.entered - log.free_flow, 0.0)[drove]
        total += float((use[vehicle] * (log.km[1] - log.km[0]) + idle[vehicle] * late).sum())
    return total


def levels(depot: Depot, hours: int) -> Array:
    """Litres in stock at each full hour, shape (hours + 1,)."""
    if not depot.levels:
        return np.zeros(hours + 1)
    when, stock = np.array(depot.levels).T
    index = np.searchsorted(when, np.arange(hours + 1) + 1e-9, side="right") - 1
    known: Array = np.where(index >= 0, stock[np.maximum(index, 0)], 0.0)
    return known
