"""Supplies in words: sources with their chains, orders, who goes first, and what may be counted twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.model import trucks
from sim.model.sharing_road import joins_at, orders_share
from sim.scenario import packing, supplying
from sim.scenario.route import resolve
from sim.studies.telling import when

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

EQUAL = "equal"
TONNES = 10.0
"""A load to tell the hours of a chain by."""


def lines(scenario: Scenario) -> Iterator[str]:
    """What `check` says of supplies."""
    yield from _sources(scenario)
    yield from _sharing(scenario)
    yield from _orders(scenario)
    yield from _convoys(scenario)
    told = scenario.supply.allocation
    if told.rule != EQUAL:
        order = ", ".join(f"{name} {rank:g}" for name, rank in sorted(told.order.items(), key=lambda pair: pair[1]))
        paid = "" if told.budget is None else f"orders may cost {told.budget:,.0f} USD"
        yield f"when short: {told.rule.replace('_', ' ')} ({order or paid}), decided by {told.decided_by}"
    yield from doubles(scenario)


def _sources(scenario: Scenario) -> Iterator[str]:
    for name, source in scenario.supply.sources.items():
        fleet = trucks.fleet_of(scenario, source)
        for place, km in source.to.items():
            trip = trucks.Trip(place, TONNES, trucks.loads(fleet, TONNES, 0.0), 0.0)
            chain = trucks.steps(source, fleet, trip, trucks.centre)
            parts = f"{chain.call_out:,.3g} call-out, {chain.loading:,.3g} loading, {chain.customs:,.3g} customs, "
            parts += f"{chain.road:,.3g} for {km:g} km of road, {chain.unloading:,.3g} unloading"
            yield f"from {name} to {place}: {TONNES:g} t are on site after {chain.until_on_site:,.3g} h ({parts})"
        if source.convoy is not None:
            begin = when(scenario, source.convoy.begins)
            yield f"trucks leave {name} together every {source.convoy.every:g} h from {begin} on"


def _convoys(scenario: Scenario) -> Iterator[str]:
    for name, told in scenario.supply.provided.items():
        for convoy in told.convoys.values():
            whence = f" from {convoy.source}" if convoy.source else ""
            often = f"every {convoy.every:g} h from {when(scenario, convoy.begins)} on"
            yield f"convoys{whence} bring {convoy.quantity:g} t to {name} {often}"


def _sharing(scenario: Scenario) -> Iterator[str]:
    route = resolve(scenario.corridor) if scenario.corridor else None
    for name, source in scenario.supply.sources.items():
        if any(source.shared.values()):
            node = joins_at(scenario, route, source)
            behind = "are as late on the shared road as the vehicle ahead of them, and take no room"
            why = "the shared segments do not lead from a start to the end"
            joins = f"join the people's road at {node}, and take room and time at booths"
            yield f"trucks from {name} {joins if node else f'{behind} ({why})'}"
    if orders_share(scenario):
        yield "each run is repeated until trucks of orders leave at the hours at which they then hold people up"


def _orders(scenario: Scenario) -> Iterator[str]:
    for name, told in scenario.supply.provided.items():
        if told.reorder is not None:
            unit = told.unit or packing.unit_of(scenario, told.item)
            origin = f" from {told.reorder.source}" if told.reorder.source else ""
            yield f"{name} orders{origin} at {told.reorder.level:,g} {unit}, up to {told.reorder.up_to:,g} {unit}"


def doubles(scenario: Scenario) -> Iterator[str]:
    """Stocks and deliveries of like item, place, date and quantity."""
    for one, other in supplying.possible_doubles(scenario):
        who = " and ".join(told.organisation or "somebody" for told in (one, other))
        unit = packing.unit_of(scenario, one.item)
        what = f"{one.amount:,.6g} {unit} of {one.item} at {one.place}, {when(scenario, one.at)}"
        yield f"possible double count: {one.path} and {other.path} ({what}; {who})"
