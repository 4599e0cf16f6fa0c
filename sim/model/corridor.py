"""The road: every vehicle's passage of every node, exact by the kinematic-wave recursion, window by window."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from sim.model import later, stalls
from sim.model.gate import Start
from sim.model.lane import Lane, Source
from sim.model.laying import Layer, grown
from sim.model.light import paces
from sim.model.network import Network
from sim.model.passing import stream, turns
from sim.model.passing.hours import open_from
from sim.model.record import LinkLog, PostLog, Stall
from sim.model.service import Factors
from sim.model.traffic import Traffic, Trip

if TYPE_CHECKING:
    from sim.model.node import Node
    from sim.model.passing.tables import Array, Tables
    from sim.model.setting_off import SettingOff
    from sim.scenario.route import Route
    from sim.scenario.schema import Scenario


class Road:
    """All nodes and links of a route; one process advances them, parties only drive."""

    def __init__(
        self,
        env: simpy.Environment,
        scenario: Scenario,
        route: Route,
        traffic: Traffic,
        factors: dict[str, Factors],
        lift: Callable[[str, int, float], bool],
    ) -> None:
        self.env, self.scenario, self.route, self.traffic, self.lift = env, scenario, route, traffic, lift
        self.factors = factors
        corridor = scenario.corridor
        assert corridor is not None
        self.corridor = corridor
        start = scenario.start
        self.midnight = 0.0 if start is None else start.hour + start.minute / 60
        self.paces = paces(scenario, self.midnight)
        self.opens = inf if corridor.never_opens else corridor.opens or 0.0
        self.burnt_by_stalled = 0.0
        """Litres burnt on the links on which vehicles stopped."""
        self.events: dict[int, simpy.Event] = {}
        self.stalls: list[Stall] = []
        network = Network(self)
        self.lanes, self.nodes = network.lanes, network.nodes
        self.window, self.close = network.window, network.close
        self.lay_out()
        self._joined: simpy.Event | None = None
        self._alone = self.received = 0
        """Vehicles on the road of those that joined it or left it one by one; those that left it and were received."""
        self.setting_off: SettingOff | None = None
        """Who will join at hours that are known."""
        self.strands: Callable[[int, Trip], None] = _nobody
        """What becomes of a vehicle that stops on the way."""
        self.meet: Callable[[int], object] = _nobody_waits
        """What happens when a vehicle has come of which somebody at the other end has to know at once."""

    def lay_out(self) -> None:
        """Lay the tables, whose nodes take turns within a window in the order in which they stand."""
        laid = Layer(self)
        self.tables: Tables = laid.tables()
        self.rows, self.services, self.at = laid.rows, laid.services, laid.at
        """The queue of each row, the post of each row, the node of each stage."""
        self._view()

    def _view(self) -> None:
        for queue in self.rows:
            if isinstance(queue, Source):
                queue.view(self.tables)

    def drive(self, vehicle: int, node: str) -> simpy.Event:
        """Join the queue for the road at a node, now; the event's value is the Trip."""
        return self._awaited(vehicle, self.nodes[node], self.nodes[node].source)

    def board(self, people: int, node: str) -> simpy.Event:
        """People on foot join the queue for the ferries at a node, now; the event's value is the Trip."""
        return self._awaited(self.traffic.add(people, 0.0, 0.0, vehicles=0), self.nodes[node], self.nodes[node].foot)

    def set_off(self, vehicle: int, node: str) -> None:
        """Join the queue for the road at a node, now, without anybody who waits for the end of the drive."""
        self._in_turn()
        self.join(vehicle, node, self.env.now)

    def join(self, vehicle: int, node: str, hour: float) -> None:
        """Stand in the queue for the road at a node since an hour that is not after now."""
        at = self.nodes[node]
        assert at.source is not None, "nobody can join there"
        self.traffic.joined_at[vehicle] = at.to_end
        at.source.join(vehicle, hour)
        self._alone += 1

    def _awaited(self, vehicle: int, node: Node, source: Source | None) -> simpy.Event:
        assert source is not None, "nobody can join there"
        self._in_turn()
        if self.traffic.cars is not self.tables.cars:
            self.tables = grown(self.tables, self.traffic.cars)
            self._view()
        self.events[vehicle] = event = self.env.event()
        self.traffic.joined_at[vehicle] = node.to_end
        source.join(vehicle, self.env.now)
        self.traffic.met[vehicle] = True
        self._alone += 1
        return event

    def _in_turn(self) -> None:
        """Who comes now stands behind those who were ready before; the road rests no longer."""
        self.catch_up(self.env.now)
        if self._joined is not None:
            self._joined.succeed()
            self._joined = None

    @property
    def inside(self) -> int:
        """Vehicles on the road or in the queues for it."""
        told = self.tables.told
        return self._alone + int(told["joined"][0] - told["out"][0])

    def catch_up(self, hour: float) -> None:
        """Let those join who are ready by then."""
        if self.setting_off is not None:
            self.setting_off.until(hour)

    def flow(self) -> Generator[simpy.Event, Any, None]:
        """Advance every node by one window after another; rest while nobody is on the road.

        Nodes where parties join are a window behind, so that who joins within a window is never late.
        """
        env, nodes, window, stages = self.env, list(self.nodes.values()), self.window, len(self.at)
        if self.opens == inf:
            return
        while True:
            self.catch_up(env.now)
            if self.inside == 0:
                yield from self._rest()
                for node in nodes:
                    node.decided = max(node.decided, env.now)
            now = env.now
            if self.close:
                self._take_turns(now, now + window)
                for node in nodes:
                    node.advance_as_known(now if node.joined else now + window)
            else:
                self.advance(0, stages, now, now + window)
            yield env.timeout(window)

    def advance(self, first: int, last: int, now: float, until: float) -> None:
        """Let everyone pass some stages before an hour, before now where parties join, and see to what happens."""
        while first < last:
            first = stream.advance(self.tables, first, last, now, until)
            if first == last:
                break
            happened, _, row, vehicle, began, hour = self.tables.told[0].tolist()[3:]
            if happened == stream.LIFTS:
                self._offer_lift(row, vehicle, hour)
            self._let_go()
            if happened == stream.STOPS:
                self._stop(row, vehicle, hour)
            elif happened == stream.OVER:
                self.end(vehicle, Trip("over", began, hour, self.services[row].node, 0.0))
        self._let_go()

    def _rest(self) -> Generator[simpy.Event, Any, None]:
        """Wait until somebody joins."""
        due = self.setting_off.next_hour if self.setting_off is not None else inf
        self._joined = joined = self.env.event()
        if due < inf:
            yield joined | self.env.timeout(max(due - self.env.now, 0.0))
        else:
            yield joined
        self._joined = None
        if not joined.triggered:
            self.catch_up(due)

    def _take_turns(self, now: float, until: float) -> None:
        """Nodes too close for a window advance in turns, each as far as it is known who comes."""
        known = -inf
        while (total := sum(node.decided for node in self.close)) > known:
            known = total
            for node in self.close:
                node.advance_as_known(now if node.joined else until)

    def _offer_lift(self, row: int, vehicle: int, hour: float) -> None:
        """People beside the road get on as far as there is room."""
        tables = self.tables
        tables.queues["waiting"][row] = self.lift(self.rows[row].name, vehicle, hour)
        tables.passages["aboard"][row, tables.queues["gone"][row]] = self.traffic.people[vehicle]

    def _stop(self, row: int, vehicle: int, hour: float) -> None:
        """A vehicle stops on a link, dry or broken down; it leaves the stream."""
        lane = self.rows[row]
        assert isinstance(lane, Lane)
        stall, trip = stalls.stop(self, lane, vehicle, hour)
        self.stalls.append(stall)
        self.end(vehicle, trip)

    def _let_go(self) -> None:
        """Let those go whose drive is over."""
        count = self.tables.told["left"][0]
        if count:
            self.tables.told["left"] = 0
            for vehicle, stage, hour in self.tables.leaving[:count].tolist():
                self.leave(vehicle, hour, self.at[stage])

    def end(self, vehicle: int, trip: Trip) -> None:
        """A drive is over: wake at that hour who waits for it."""
        self._alone -= 1
        event = self.events.pop(vehicle, None)
        if event is None:
            self.strands(vehicle, trip)
            return
        event._ok, event._value = True, trip  # noqa: SLF001 - the same as succeed(), at a later hour
        self.env.schedule(event, delay=max(trip.hour - self.env.now, 0.0))

    def leave(self, vehicle: int, hour: float, node: Node) -> None:
        """A vehicle that somebody has to meet leaves the road at a node."""
        if vehicle in self.events:
            self.end(vehicle, node.trip(vehicle, hour))
            return
        self._alone -= 1
        later.at(self.env, hour, partial(self.meet, vehicle))

    def gone_before(self, hour: float) -> Array:
        """Vehicles that left the road before that hour, met by nobody and not asked for yet, with the hour of each."""
        gone = self.tables.out[self.received : int(self.tables.told["out"][0])]
        gone = gone[: np.searchsorted(gone["hour"], hour)]
        self.received += len(gone)
        return gone

    def opens_behind(self, lane: Lane, hour: float) -> float:
        """The first hour from this one on that lies in no closure at the end of a lane or on the way on."""
        assert lane.end is not None
        return open_from(hour, [*lane.shut, *lane.end.closures])

    def behind(self, trip: Trip) -> Start:
        """Where those are who stopped on the way: how far beyond which node."""
        link = next(lane.link for lane in self.lanes if lane.name == trip.link)
        return Start(link.origin, trip.km - link.km)

    def wait_at(self, node: str) -> float:
        """Hours a party that joins now will wait to get onto the road, by the pace of late."""
        self.catch_up(self.env.now)
        source = self.nodes[node].source
        return source.expected_wait(self.env.now) if source is not None else 0.0

    def wait_for_lift(self, link: str) -> None:
        """People wait beside the road on that link."""
        for lane in self.lanes:
            if lane.name == link:
                lane.wait_beside()

    def pace(self, hour: float) -> float:
        """Share of the usual speed at that hour, by night and weather."""
        return turns.pace(self.tables, hour)

    def logs(self) -> tuple[LinkLog, ...]:
        """Everything that passed each link."""
        return tuple(lane.log() for lane in self.lanes)

    def posts(self) -> tuple[PostLog, ...]:
        """Service at each post."""
        return tuple(post.log() for post in self.services)


def _nobody(_vehicle: int, _trip: Trip) -> None:
    """Nobody minds."""


def _nobody_waits(_vehicle: int) -> None:
    """Nobody has to know."""
