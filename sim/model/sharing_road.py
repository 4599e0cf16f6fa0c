"""Trucks of supplies on the road that people take: vehicles like others, with room on it and time at booths.

Those of dated convoys are known before the run; those of orders once it is known what people drew (`living`).
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.model import trucks
from sim.model.coming import comes, counts_from
from sim.model.convoys import times
from sim.model.provided import ARRIVES
from sim.model.streams import stream
from sim.scenario import packing
from sim.scenario.route import resolve

if TYPE_CHECKING:
    import simpy

    from sim.model.world import World
    from sim.scenario.route import Route
    from sim.scenario.schema import Scenario
    from sim.scenario.supplies import Convoy, SupplySource

Story = Generator["simpy.Event", Any, None]
SAME = 1e-3
"""Hours by which a truck of an order may come to the road at another time, and be taken to come at the same."""
Key = tuple[str, str, int]
"""A convoy: its supply, its name, its number."""


class Truckload(NamedTuple):
    """One truck of an order."""

    store: str
    order: int
    """Number of the order of this store."""
    truck: int
    """Number of the truck in the order."""


class Ordered(NamedTuple):
    """A truck of an order that comes to the shared road."""

    load: Truckload
    source: str
    hour: float


class Passed(NamedTuple):
    """One convoy, or one truck of an order, on the shared road."""

    joined: float
    """Hour it came to it."""
    customs: float
    """Hours at borders before it."""
    slowest: float
    """Hours that the last of its trucks took longer than at free flow."""
    on_the_way: int
    """Trucks that have not come through."""

    def late(self, horizon: float) -> float:
        """Hours it is late; who is still on the way at the horizon comes through then, for nobody else is from then."""
        return self.slowest if self.on_the_way == 0 else max(self.slowest, horizon - self.joined)


def joins_at(scenario: Scenario, route: Route | None, source: SupplySource) -> str | None:
    """Where trucks of a source get onto the road: where its shared segments begin, if they lead to the road's end.

    None where they do not, or where nobody can join there: such trucks are as late as the vehicle ahead of them.
    """
    shared = [link for link in route.links if source.shared.get(link.name)] if route is not None else []
    if route is None or not shared:
        return None
    ends = {link.to for link in shared}
    first = [link.origin for link in shared if link.origin not in ends]
    nodes = {told.at or name for name, told in scenario.population.settlements.items()} | {route.trunk[0]}
    if len(first) != 1 or first[0] not in nodes:
        return None
    whole = {link.name for link in route.way(first[0], route.end)} == {link.name for link in shared}
    return first[0] if whole else None


def orders_share(scenario: Scenario) -> bool:
    """Whether trucks of any order take the road of the people."""
    told, sources = scenario.supply.provided.values(), scenario.supply.sources
    named = {one.reorder.source for one in told if one.reorder is not None and one.reorder.lead is None}
    sharing = [source for name, source in sources.items() if name in named and any(source.shared.values())]
    if scenario.corridor is None or not sharing:
        return False
    route = resolve(scenario.corridor)
    return any(joins_at(scenario, route, source) is not None for source in sharing)


class Trucks:
    """Convoys and trucks of orders, whose times are known before the run, on their way over the shared road."""

    def __init__(self, world: World, ordered: Sequence[Ordered]) -> None:
        self.world, self.ordered = world, ordered
        self.passed: dict[Key | Truckload, Passed] = {}

    def start(self) -> None:
        """Begin the drive of every convoy, and of every truck of an order."""
        scenario = self.world.scenario
        for ordered in self.ordered:
            self._send_ordered(*ordered)
        for name, told in scenario.supply.provided.items():
            for key, convoy in told.convoys.items():
                source = scenario.supply.sources.get(convoy.source or "")
                node = None if source is None else joins_at(scenario, self.world.route, source)
                if source is not None and node is not None and convoy.status in ARRIVES:
                    self._send((name, key), convoy, source, node)

    def _send_ordered(self, load: Truckload, name: str, hour: float) -> None:
        """One truck of an order."""
        source = self.world.scenario.supply.sources[name]
        node, fleet = (
            joins_at(self.world.scenario, self.world.route, source),
            trucks.fleet_of(self.world.scenario, source),
        )
        assert node is not None
        self.passed[load] = Passed(hour, 0.0, 0.0, 1)
        self.world.env.process(self._drive(load, hour, node, (fleet.pce, fleet.weight)))

    def _send(self, of: tuple[str, str], convoy: Convoy, source: SupplySource, node: str) -> None:
        """All convoys of a supply, each with the trucks that its quantity takes."""
        world, scenario = self.world, self.world.scenario
        told, fleet = scenario.supply.provided[of[0]], trucks.fleet_of(scenario, source)
        goods = packing.packed(told.item, told.goods)
        assert goods is not None
        amount = packing.amount_of(scenario, told, convoy.quantity)
        weight = packing.weight(goods, amount, packing.unit_of(scenario, told.item))
        number = trucks.loads(fleet, weight.tonnes, weight.m3)
        for turn, leaves in enumerate(times(convoy, scenario.horizon)):
            key = (*of, turn)
            if comes(world, named(key), convoy.chance):
                luck = stream(world.seed, world.replication, f"customs of {named(key)}")
                customs = max(float(source.customs.draw(luck, 1)[0]), 0.0)
                at = counts_from(scenario, convoy.status, leaves) + customs
                self.passed[key] = Passed(at, customs, 0.0, number)
                for _ in range(number):
                    world.env.process(self._drive(key, at, node, (fleet.pce, fleet.weight)))

    def _drive(self, key: Key | Truckload, at: float, node: str, size: tuple[float, float]) -> Story:
        """One truck: it joins the queue for the road, and leaves it at the other end."""
        world = self.world
        assert world.road is not None
        assert world.route is not None
        yield world.env.timeout(at)
        trip = yield world.road.drive(world.traffic.add(0, *size), node)
        if trip.status == "out":
            passed, late = self.passed[key], trip.hour - at - world.route.free_flow(node)
            self.passed[key] = passed._replace(slowest=max(passed.slowest, late), on_the_way=passed.on_the_way - 1)


def named(key: Key) -> str:
    """The name of a convoy's luck."""
    return f"convoy {key[2]} of {key[1]} of {key[0]}"
