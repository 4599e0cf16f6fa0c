"""The tables of a road, laid from its nodes: a row for each queue, post, crossing and thing that is passed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from sim.model.node import Node
from sim.model.passing.compiled import read_by_name
from sim.model.passing.tables import (
    CROSSING,
    LEAVING,
    LOOK,
    LUCK,
    PASSAGE,
    POST,
    QUEUE,
    SERVED,
    STAGE,
    TOLD,
    Array,
    Tables,
    widened,
)
from sim.model.service import Service, bridge_or_ferry

if TYPE_CHECKING:
    from sim.model.corridor import Road
    from sim.model.lane import Queue

FLOORS = 4
"""Blockages of a lane for which there is room at first."""


class Listed:
    """A table that grows row by row while it is laid."""

    def __init__(self) -> None:
        self.rows: list[Sequence[float]] = []

    def add(self, rows: Iterable[Sequence[float]]) -> tuple[int, int]:
        """Add rows; where they begin and end."""
        first = len(self.rows)
        self.rows.extend(rows)
        return first, len(self.rows)

    def table(self, columns: int) -> Array:
        """The rows, shape (rows, columns)."""
        return np.array(self.rows, float).reshape(-1, columns)


class Layer:
    """Lays the tables of one road."""

    def __init__(self, road: Road) -> None:
        self.road, self.nodes = road, list(road.nodes.values())
        self.shut, self.regimes, self.staff = Listed(), Listed(), Listed()
        self.factors, self.crossings, self.members = list[float](), list[Array](), list[int]()
        self.rows, self.services = every(self.nodes), services(self.nodes)
        self.queues = [self.queue(queue, row) for row, queue in enumerate(self.rows)]
        self.posts = [self.post(one, row) for row, one in enumerate(self.services)]
        self.stages, self.at = list[Array](), list[Node]()
        for node in self.nodes:
            node.first = len(self.stages)
            self.stages += self.passed(node)
            node.last = len(self.stages)
            self.at += [node] * (node.last - node.first)

    def queue(self, queue: Queue, row: int) -> Array:
        """The row of a queue."""
        queue.row, line = row, queue.tabled()
        line["shut"], line["shut_end"] = self.shut.add(queue.shut)
        return line

    def post(self, service: Service, row: int) -> Array:
        """The row of a post or of crossings side by side."""
        service.row, line, factors = row, service.tabled(), service.swings()
        line["done"], line["foot"] = service.done.row, service.foot.row if service.foot is not None else -1
        line["regime"], line["regime_end"] = self.regimes.add(service.mean_times())
        line["change"], line["change_end"] = self.staff.add(service.staff())
        line["factor"], line["factor_end"] = len(self.factors), len(self.factors) + len(factors)
        line["crossing"], line["crossing_end"] = len(self.crossings), len(self.crossings) + len(service.crossings)
        self.factors += factors
        self.crossings += [bridge_or_ferry(told, self.road.midnight) for told in service.crossings]
        return line

    def passed(self, node: Node) -> list[Array]:
        """The rows of what is passed at a node: what stands there, then the way on."""
        shut = self.shut.add(node.closures)
        stages = [self.stage(node, queues, service, shut) for queues, service in node.stages]
        return [*stages, self.stage(node, node.onward, None, shut)]

    def stage(self, node: Node, queues: list[Queue], service: Service | None, shut: tuple[int, int]) -> Array:
        """The row of one thing that is passed."""
        line, source = np.zeros((), STAGE), node.source
        line["first"], line["last"] = len(self.members), len(self.members) + len(queues)
        self.members += [queue.row for queue in queues]
        line["source"] = -1 if source is None else source.row
        line["post"] = -1 if service is None else service.row
        line["out"] = -1 if service is not None or node.out is None else node.out.row
        line["opens"] = self.road.opens if source is not None and service is None else -inf
        line["counts"], line["shuts"] = node.counts and service is None, node.shuts and service is None
        line["joined"], line["to_end"], (line["shut"], line["shut_end"]) = node.joined, node.to_end, shut
        return line

    def tables(self) -> Tables:
        """All of them, with room for the vehicles that are known."""
        traffic, queues, posts = self.road.traffic, len(self.queues), len(self.posts)
        most, booths = max(int(line["last"] - line["first"]) for line in self.stages), self.booths()
        laid = Tables(
            queues=np.array(self.queues, QUEUE),
            stages=np.array(self.stages, STAGE),
            members=np.array(self.members, np.int64),
            posts=np.array(self.posts, POST),
            crossings=np.array(self.crossings, CROSSING),
            shut=self.shut.table(2),
            pace=self.road.paces,
            regimes=self.regimes.table(2),
            factors=np.array(self.factors, float),
            staff=self.staff.table(2),
            booths=booths,
            spare=np.empty(booths.shape[1]),
            floors=np.empty((queues, FLOORS, 2)),
            looks=np.empty(most, LOOK),
            passages=np.empty((queues, traffic.room), PASSAGE),
            cars=traffic.cars,
            luck=self.luck(),
            served=np.empty((posts, traffic.room), SERVED),
            out=np.empty(traffic.room, LEAVING),
            leaving=np.empty(traffic.room, LEAVING),
            told=np.array([(0, 0, 0, 0, -1, 0, 0, 0.0, 0.0)], TOLD),
        )
        return readable(laid)

    def booths(self) -> Array:
        """When each booth is free at first, as many columns as any post ever has."""
        most = max([1, *(int(n) for one in self.services for n in (one.booths, *(n for _, n in one.staff())))])
        free = np.zeros((len(self.services), most))
        for row, line in enumerate(self.posts):
            free[row] = line["opens"]
        return free

    def luck(self) -> Array:
        """What is told of each vehicle at each post; at the mean, and not taken aside, where nothing is."""
        traffic = self.road.traffic
        luck = no_luck(len(self.posts), traffic.room)
        for row, one in enumerate(self.services):
            if one.told is not None:
                luck["factor"][row, : len(traffic.service[one.name])] = traffic.service[one.name]
                luck["aside"][row, : len(traffic.secondary[one.name])] = traffic.secondary[one.name]
        return luck


def every(nodes: list[Node]) -> list[Queue]:
    """Every queue of a road."""
    found: list[Queue] = []
    for node in nodes:
        found += [*node.lanes, *([node.source] if node.source is not None else [])]
        for _, service in node.stages:
            found += [service.done, *([service.foot] if service.foot is not None else [])]
    return found


def services(nodes: list[Node]) -> list[Service]:
    """Everything that stands at nodes and serves."""
    return [service for node in nodes for _, service in node.stages]


def no_luck(posts: int, room: int) -> Array:
    """Vehicles that take the mean time at each post and are not taken aside, shape (posts, room)."""
    luck = np.zeros((posts, room), LUCK)
    luck["factor"] = 1.0
    return luck


def readable(tables: Tables) -> Tables:
    """The tables as the compiled functions read them, whether they are compiled or not."""
    return Tables(*(read_by_name(table) for table in tables))


def grown(tables: Tables, cars: Array) -> Tables:
    """Tables with room for more vehicles."""
    room, luck = len(cars), no_luck(len(tables.posts), len(cars))
    luck[:, : tables.luck.shape[1]] = tables.luck
    wide = tables._replace(
        cars=cars,
        luck=luck,
        passages=widened(tables.passages, room, 1),
        served=widened(tables.served, room, 1),
        out=widened(tables.out, room, 0),
        leaving=widened(tables.leaving, room, 0),
    )
    return readable(wide)
