"""Lanes of the road, and the queues of those who want onto it: who came in which order, and who has left."""

from __future__ import annotations

from math import ceil, inf, nan
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.passing.tables import QUEUE, plainly, widened
from sim.model.record import LinkLog

if TYPE_CHECKING:
    from sim.model.corridor import Road
    from sim.model.node import Node
    from sim.model.passing.tables import Array, Tables
    from sim.scenario.route import Link


RECENT = 100
"""Vehicles by which the pace of a queue is judged."""


class Lane:
    """A link between two nodes: who entered, in order, and who has left; its row in the road's tables."""

    def __init__(self, road: Road, link: Link, km: tuple[float, float], storage: int, number: int) -> None:
        self.road, self.name, self.link, self.km, self.number = road, link.name, link, km, number
        self.length, self.storage = km[1] - km[0], storage
        self.free_flow = self.length / link.speed
        self.wave = storage / link.jam_density / link.wave_speed
        self.headway = 1 / link.capacity
        self.stalled: list[int] = []
        self.shut: list[tuple[float, float]] = []
        self.origin: Node | None = None
        self.end: Node | None = None
        self.row = -1

    def tabled(self) -> Array:
        """The lane as it is at first, for the table of queues."""
        row = np.zeros((), QUEUE)
        row["lane"], row["length"], row["storage"] = True, self.length, self.storage - 1e-9
        row["free_flow"], row["wave"], row["headway"] = self.free_flow, self.wave, self.headway
        row["dropped"] = self.headway / (1 - self.link.capacity_drop)
        row["priority"], row["slow"] = self.link.priority, 1.0
        for hour in ("free", "cleared", "next_entry", "next_dropped", "slow_until"):
            row[hour] = -inf
        return row

    @property
    def count(self) -> int:
        """Vehicles that have entered."""
        return int(self.road.tables.queues["count"][self.row])

    @property
    def gone(self) -> int:
        """Vehicles that have left."""
        return int(self.road.tables.queues["gone"][self.row])

    @property
    def _passages(self) -> Any:
        return self.road.tables.passages[self.row]

    @property
    def begins(self) -> float:
        """Kilometres from its beginning to the end of the road."""
        return self.length + (self.end.to_end if self.end is not None else 0.0)

    def entered_at(self, place: int) -> float:
        """When the vehicle at that place in the order entered."""
        return float(self._passages["entered"][place])

    def ready_at(self, place: int) -> float:
        """When the vehicle at that place in the order could leave."""
        return float(self._passages["ready"][place])

    def left_at(self, place: int) -> float:
        """When the vehicle at that place in the order left."""
        return float(self._passages["left"][place])

    def stop(self, people: int, hour: float) -> None:
        """The next vehicle stops on the lane: it has left the stream by then, or with the one ahead."""
        passages, place = self._passages, self.gone
        self.stalled.append(place)
        passages["aboard"][place] = people
        passages["left"][place] = max(hour, passages["left"][place - 1]) if place else hour
        self.road.tables.queues["gone"][self.row] = place + 1

    def block(self, share: float, hour: float, clearing: float, full: bool, residual: float) -> None:
        """A stall, at that share of the link, of the last who left: both rules, at its true position."""
        lane, cleared = self.road.tables.queues[self.row], hour + clearing
        if not full:
            lane["slow_until"], lane["slow"] = cleared, 1 / max(residual, 0.01)
            return
        lane["cleared"] = max(lane["cleared"], cleared + (1 - share) * self.free_flow)
        position = self._passages["before"][self.gone - 1] + ceil(share * self.storage)
        self._let_in_later(position, cleared + share * self.wave)

    def _let_in_later(self, behind: float, hour: float) -> None:
        """The second rule of a blockage: who stands behind it when the link is full enters only after its wave."""
        road = self.road
        floors, count = road.tables.floors, int(road.tables.queues["floors"][self.row])
        last = self._passages["entered"][self.count - 1]
        kept = [*(floor for floor in floors[self.row, :count].tolist() if floor[1] > last), (behind, hour)]
        if len(kept) > floors.shape[1]:
            road.tables = road.tables._replace(floors=widened(floors, 2 * len(kept), 1))
        road.tables.floors[self.row, : len(kept)] = kept
        road.tables.queues["floors"][self.row] = len(kept)

    def wait_beside(self) -> None:
        """People wait beside it for a lift."""
        self.road.tables.queues["waiting"][self.row] = True

    def log(self) -> LinkLog:
        """Everything that passed."""
        passages, gone = self._passages[: self.count], self.gone
        vehicle, aboard, left = (passages[name].copy() for name in ("vehicle", "aboard", "left"))
        left[gone:], aboard[gone:] = nan, self.road.tables.cars["people"][vehicle[gone:]]
        stalled = np.zeros(self.count, bool)
        stalled[self.stalled] = True
        leads_out = self.end is not None and self.end.out is None
        ends, entered = (self.link.km + self.km[0], self.link.km + self.km[1]), passages["entered"].copy()
        return LinkLog(self.name, ends, self.free_flow, vehicle, aboard, entered, left, stalled, leads_out)


class Source:
    """The queue of those who want onto the road at a node, or go on from what stands there."""

    name = ""

    def __init__(self) -> None:
        self.row = -1
        self.shut: list[tuple[float, float]] = []

    def tabled(self) -> Array:
        """The queue as it is at first, for the table of queues."""
        row = np.zeros((), QUEUE)
        row["priority"], row["free"] = 1.0, -inf
        return row

    def view(self, tables: Tables) -> None:
        """See the tables anew: they have been laid, or made wider."""
        self._count, self._gone = plainly(tables.queues["count"]), plainly(tables.queues["gone"])
        vehicle, ready, left = (tables.passages[self.row][name] for name in ("vehicle", "ready", "left"))
        self._vehicle, self._ready, self._left = plainly(vehicle), plainly(ready), plainly(left)

    def join(self, vehicle: int, hour: float) -> None:
        """Join the queue."""
        count = self._count[self.row]
        self._vehicle[count], self._ready[count] = vehicle, hour
        self._count[self.row] = count + 1

    def expected_wait(self, hour: float) -> float:
        """Hours of waiting in sight: the queue over the pace at which the last of those who left did."""
        gone = self._gone[self.row]
        queue = self._count[self.row] - gone
        if queue <= 0:
            return 0.0
        waited, first = hour - self._ready[gone], max(gone - RECENT, 0)
        since = hour - self._left[first] if gone else inf
        pace = (gone - first) / max(since, 1e-6)
        return float(max(waited, queue / pace if pace else waited))


Queue = Lane | Source
