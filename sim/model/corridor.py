"""The road: every vehicle's passage of every node, exact by the kinematic-wave recursion, window by window."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from functools import partial
from math import ceil, inf
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from sim.model import stalls
from sim.model.gate import Start
from sim.model.lane import Lane, Source
from sim.model.laying import Layer, grown
from sim.model.node import Node
from sim.model.passing import stream, turns
from sim.model.record import LinkLog, PostLog, Stall
from sim.model.service import Factors
from sim.model.traffic import Traffic, Trip
from sim.scenario.route import joined

if TYPE_CHECKING:
    from sim.model.passing.tables import Tables
    from sim.model.setting_off import SettingOff
    from sim.scenario.route import Link, Route
    from sim.scenario.schema import Scenario

SLOWEST = 0.05
"""Least share of the usual speed: no weather stops time."""
LEAST_PIECE = 2.0
"""Kilometres below which a piece of a link cut by a closure does not set the window: its ends take turns within one."""
LEAST_PLACES = 2.0
"""Vehicles: a closure with less room than that between it and a node acts at the node."""


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
        self._changes, self._factors = self._light_and_weather()
        self.paces = np.array([self._changes, self._factors]).T.copy()
        self.opens = inf if corridor.never_opens else corridor.opens or 0.0
        self.burnt_by_stalled = 0.0
        """Litres burnt on the links on which vehicles stopped."""
        self.events: dict[int, simpy.Event] = {}
        self.stalls: list[Stall] = []
        self.lanes: list[Lane] = []
        self.nodes: dict[str, Node] = {}
        self._build()
        self.lay_out()
        long = [node.window for node in self.nodes.values() if node.out is None or not self._is_scrap(node.out)]
        self.window = min(long, default=inf)
        self.close = self._close()
        self._joined: simpy.Event | None = None
        self.inside = 0
        self.setting_off: SettingOff | None = None
        """Who will join at hours that are known."""
        self.out: tuple[list[int], list[float]] = [], []
        """Vehicles whose drive is over and which nobody waits for, and when they left the road."""
        self.strands: Callable[[int, Trip], None] = _nobody
        """What becomes of a vehicle that stops on the way."""
        self.is_met: Callable[[int], bool] = _nobody_waits
        """Whether somebody at the other end has to know at once that a vehicle has come, and what then happens."""
        self.meet: Callable[[int], object] = _nobody_waits

    def _build(self) -> None:
        stored = 0.0
        for link in joined(self.route, self._fixed()):
            first = stored if not link.feeder else 0.0
            stored = first + link.length * link.jam_density if not link.feeder else stored
            self._lay(link, first)
        joins = {told.at or name for name, told in self.scenario.population.settlements.items()} | {self.route.trunk[0]}
        for name, node in self.nodes.items():
            node.finish(name in joins, name == self.route.count_at)
            posts = [(n, post) for n, post in sorted(self.corridor.checkpoints.items()) if post.at == name]
            node.place(posts, [one for _, one in sorted(self.corridor.crossings.items()) if one.at == name])
            way: Node | None = node
            while way is not None and way.out is not None:
                node.to_end += way.out.length
                way = way.out.end

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

    def _fixed(self) -> set[str]:
        """Nodes at which something stands, joins or is counted."""
        corridor = self.corridor
        nodes = {post.at for post in corridor.checkpoints.values()} | {self.route.count_at, self.route.trunk[0]}
        nodes |= {crossing.at for crossing in corridor.crossings.values()}
        nodes |= {told.at or name for name, told in self.scenario.population.settlements.items()}
        nodes |= {feeder.to for feeder in corridor.feeders.values()}
        nodes |= {one.at for one in self.scenario.medical.hospitals.values() if one.at is not None}
        shut = {closure.segment for closure in corridor.closures.values()}
        return nodes | {node for link in self.route.links if link.name in shut for node in (link.origin, link.to)}

    def _lay(self, link: Link, stored: float) -> None:
        """Lay a link, cut where closures act."""
        cuts: dict[float, list[tuple[float, float]]] = {}
        for closure in self.corridor.closures.values():
            if closure.segment == link.name:
                cuts.setdefault(acts_at(closure.km, link, cuts), []).append((closure.begins, closure.until))
        begin, at = 0.0, link.origin
        for number, km in enumerate(sorted({*cuts, link.length} - {0.0})):
            to = link.to if km == link.length else f"{link.name} km {km:g}"
            one, other = stored + begin * link.jam_density, stored + km * link.jam_density
            lane = Lane(self, link, (begin, km), max(round(other) - round(one), 1), number)
            self.lanes.append(lane)
            lane.origin, lane.end = self._node(at), self._node(to)
            lane.origin.out = lane
            lane.end.lanes.append(lane)
            lane.shut = cuts.get(km, [])
            begin, at = km, to
        self._node(link.origin).closures.extend(cuts.get(0.0, []))

    def _is_scrap(self, lane: Lane) -> bool:
        """Whether a lane is a short piece of a link cut by a closure."""
        return lane.length < min(lane.link.length, LEAST_PIECE)

    def _close(self) -> list[Node]:
        """Nodes at the ends of links too short for a window: they take turns until none can go on."""
        ends: dict[str, Node] = {}
        for lane in self.lanes:
            assert lane.origin is not None
            assert lane.end is not None
            if lane.origin.window < self.window:
                ends |= {lane.origin.name: lane.origin, lane.end.name: lane.end}
        return list(ends.values())

    def _node(self, name: str) -> Node:
        if name not in self.nodes:
            self.nodes[name] = Node(self, name)
        return self.nodes[name]

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
        self.inside += 1

    def _awaited(self, vehicle: int, node: Node, source: Source | None) -> simpy.Event:
        assert source is not None, "nobody can join there"
        self._in_turn()
        if self.traffic.cars is not self.tables.cars:
            self.tables = grown(self.tables, self.traffic.cars)
            self._view()
        self.events[vehicle] = event = self.env.event()
        self.traffic.joined_at[vehicle] = node.to_end
        source.join(vehicle, self.env.now)
        self.inside += 1
        return event

    def _in_turn(self) -> None:
        """Who comes now stands behind those who were ready before; the road rests no longer."""
        self.catch_up(self.env.now)
        if self._joined is not None:
            self._joined.succeed()
            self._joined = None

    def catch_up(self, hour: float) -> None:
        """Let those join who are ready by then."""
        if self.setting_off is not None and self.setting_off.next_hour <= hour:
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
            _, happened, _, row, vehicle, began, hour = self.tables.told[0].tolist()
            happened = happened if first < last else stream.NOTHING
            if happened == stream.LIFTS:
                self._offer_lift(row, vehicle, hour)
            self._let_go()
            if happened == stream.STOPS:
                self._stop(row, vehicle, hour)
            elif happened == stream.OVER:
                self.end(vehicle, Trip("over", began, hour, self.services[row].node, 0.0))

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
        told = self.tables.told["left"]
        for vehicle, stage, hour in self.tables.leaving[: told[0]].tolist():
            self.leave(vehicle, hour, self.at[stage])
        told[0] = 0

    def end(self, vehicle: int, trip: Trip) -> None:
        """A drive is over: wake at that hour who waits for it."""
        self.inside -= 1
        event = self.events.pop(vehicle, None)
        if event is None:
            self.strands(vehicle, trip)
            return
        event._ok, event._value = True, trip  # noqa: SLF001 - the same as succeed(), at a later hour
        self.env.schedule(event, delay=max(trip.hour - self.env.now, 0.0))

    def leave(self, vehicle: int, hour: float, node: Node) -> None:
        """A vehicle leaves the road at a node."""
        if vehicle in self.events:
            self.end(vehicle, node.trip(vehicle, hour))
            return
        self.inside -= 1
        if self.is_met(vehicle):
            at_the_end = self.env.timeout(max(hour - self.env.now, 0.0))
            at_the_end.callbacks.append(partial(self._met, vehicle))
            return
        vehicles, hours = self.out
        vehicles.append(vehicle)
        hours.append(hour)

    def _met(self, vehicle: int, _at_the_end: simpy.Event) -> None:
        self.meet(vehicle)

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

    def _light_and_weather(self) -> tuple[list[float], list[float]]:
        """Hours at which the speed changes, and the share of the usual speed from then on."""
        weather, horizon = self.scenario.weather, self.scenario.horizon
        changes = {-inf}
        for spell in weather.spells.values():
            changes |= {spell.begins, spell.until}
        night = weather.night
        if night is not None:
            days = range(-1, ceil(horizon / 24) + 2)
            changes |= {24.0 * day + hour - self.midnight for day in days for hour in (night.opens, night.closes)}
        hours = sorted(changes)
        return hours, [self._factor(hour) for hour in hours]

    def _factor(self, hour: float) -> float:
        weather, factor = self.scenario.weather, 1.0
        if weather.night is not None and hour > -inf:
            night, of_day = weather.night, (hour + 1e-9 + self.midnight) % 24
            if (of_day - night.opens) % 24 < (night.closes - night.opens) % 24:
                factor = weather.night_speed
        for spell in weather.spells.values():
            if spell.begins <= hour < spell.until:
                factor *= spell.speed
        return max(factor, SLOWEST)

    def logs(self) -> tuple[LinkLog, ...]:
        """Everything that passed each link."""
        return tuple(lane.log() for lane in self.lanes)

    def posts(self) -> tuple[PostLog, ...]:
        """Service at each post."""
        return tuple(post.log() for post in self.services)


def _nobody(_vehicle: int, _trip: Trip) -> None:
    """Nobody minds."""


def _nobody_waits(_vehicle: int) -> bool:
    """Nobody has to know."""
    return False


def acts_at(km: float, link: Link, cuts: Iterable[float]) -> float:
    """Where on a link a closure acts: at its place, or at a node or another closure within a few metres."""
    near = [other for other in (0.0, link.length, *cuts) if abs(other - km) * link.jam_density < LEAST_PLACES]
    return near[0] if near else km
