"""The other end: a chain of places, registration, and a place to sleep."""

from __future__ import annotations

from itertools import count
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from sim.model.beds import NOWHERE_KEPT, Beds
from sim.model.passing.desks import serve_all
from sim.model.ways import BY_THEMSELVES, Ways
from sim.scenario.response import BETWEEN

if TYPE_CHECKING:
    import simpy

    from sim.model.journal import Journal
    from sim.model.party import Parties
    from sim.model.people import Luck
    from sim.model.record import Array
    from sim.model.triage import Triage
    from sim.scenario.response import Registration
    from sim.scenario.schema import Scenario


class Desks:
    """Registration: one after another, at a rate all together or at desks."""

    def __init__(self, told: Registration, luck: Luck, parties: Parties) -> None:
        self.told, count, dealt = told, len(parties), parties.dealt
        self.free = np.full(1 if told.desks is None else round(told.desks), told.opens or 0.0)
        """When each desk is free, in rising order; without any, nobody is registered there."""
        self.hours = dealt(told.service.draw(luck.of("desks"), count)) if told.service else np.zeros(count)
        elsewhere = luck.of("registers elsewhere").random(count) < told.elsewhere.draw(luck.of("elsewhere"), count)
        self.elsewhere = dealt(elsewhere)
        self.later = dealt(told.elsewhere_delay.draw(luck.of("registers later"), count))

    def registered(self, hours: Array, party: Array, people: Array) -> Array:
        """Hours at which parties are registered that come in order of time, shape (n,)."""
        ends, here = hours + self.later[party], ~self.elsewhere[party]
        takes = people / self.told.rate if self.told.rate else self.hours[party]
        done = np.full(int(here.sum()), inf)
        if len(self.free):
            serve_all(self.free, hours[here], takes[here], done)
        ends[here] = done
        return ends


class Visits:
    """Parties at the other end, one element each: who, where, and what is still to come."""

    def __init__(self, came: Array, registers: Array, ready: Array) -> None:
        self.hour, self.people, self.registers = came[0], came[2], registers
        self.party, self.spot = came[1].astype(int), came[3].astype(int)
        self.place = np.zeros(len(self.party), int)
        self.registered = np.zeros(len(self.party), bool)
        self.kept = np.full(len(self.party), NOWHERE_KEPT)
        """The place at hand where one to sleep in is kept for them."""
        self.ready = ready
        """When their patients, if they stay for any, have been seen."""
        self.there = np.full(len(self.party), -inf)
        """When those on their way to a place are there."""


class Reception:
    """Everything that happens to parties from the end of the road on, worked out each day for all who came in it."""

    def __init__(
        self, env: simpy.Environment, scenario: Scenario, luck: Luck, journal: Journal, parties: Parties
    ) -> None:
        self.env, self.journal, self.horizon = env, journal, scenario.horizon
        told = scenario.reception
        self.places, self.ways = told.places, Ways(told.places, luck, parties)
        self.desks = Desks(told.registration, luck, parties) if told.registration else None
        self.queues = ~self.desks.elsewhere if self.desks else np.zeros(len(parties), bool)
        """Whether a party waits for its registration before it moves on."""
        self.beds = Beds(told, luck, parties)
        self.came: list[tuple[float, int, int, int, bool]] = []
        """Who came since it was last worked out: hour, party, people, the spot they come from, if they stay a while."""
        self.came_together: list[Array] = []
        self.triage: Triage | None = None
        """Health posts, where any are told."""
        self.released: list[tuple[float, int, int, int, float]] = []
        """Those whose patients have been seen since then, and from when on they are free to go on."""
        self.registers: dict[tuple[float, int], float] = {}
        """When parties that stay for patients are registered, by the hour they came and their number."""
        self.asking = np.zeros((8, 0))
        """Those who are still to be given a place: the hour they ask, party, people, spot, place, when they are
        registered (inf if not to come), when they are there, and the place kept for them; beds are all that parties
        compete for here."""
        self._spots: dict[str, Array] = {}

    def receive(self, party: int, people: int, origin: int) -> None:
        """Take in a party that comes now."""
        came = (self.env.now, party, people, origin)
        stays = self.triage is not None and self.triage.concerns(party)
        self.came.append((*came, stays))
        if self.triage is not None and stays:
            self.triage.meet(came)

    def release(self, came: tuple[float, int, int, int], ready: float) -> None:
        """A party whose patients have been seen is free to go on from an hour on."""
        self.released.append((*came, ready))

    def receive_all(self, hours: Array, parties: Array, people: Array, origin: int) -> None:
        """The same for many, at hours since then."""
        self.came_together.append(np.array([hours, parties, people, np.full(len(hours), origin), np.zeros(len(hours))]))

    def catch_up(self, now: float) -> None:
        """Note where those go who came; give a place, or none, to those whose hour has come, in order of time."""
        if self.came or self.came_together or self.released:
            self._lead(self._visits())
            self.came, self.came_together, self.released = [], [], []
        due = self.asking[0] <= now
        if due.any():
            self._house(self.asking[:, due])
            self.asking = self.asking[:, ~due]

    def _visits(self) -> Visits:
        """Those who came and stay for nobody, and those who no longer do; the desks take all as they come."""
        came = np.concatenate([np.array(self.came, float).reshape(-1, 5).T, *self.came_together], axis=1)
        came = came[:, np.argsort(came[0], kind="stable")]
        registers, stays = self._registered(came), came[4] > 0
        self.registers |= dict(zip(zip(*came[:2, stays].tolist(), strict=True), registers[stays].tolist(), strict=True))
        released = np.array(self.released, float).reshape(-1, 5).T
        later = [self.registers[hour, party] for hour, party in zip(*released[:2].tolist(), strict=True)]
        return Visits(
            np.concatenate([came[:4, ~stays], released[:4]], axis=1),
            np.concatenate([registers[~stays], later]),
            np.concatenate([came[0, ~stays], released[4]]),
        )

    def _registered(self, came: Array) -> Array:
        """When those who came, in order of time, are registered."""
        if self.desks is None:
            return np.full(came.shape[1], inf)
        return self.desks.registered(came[0], came[1].astype(int), came[2])

    def _lead(self, visits: Visits) -> None:
        """Where parties register, and move by themselves: known when they come, for only beds depend on others."""
        after, visits.kept = self.beds.keep(visits.party, visits.people)
        asks = np.maximum(visits.hour + after, visits.ready)
        until, everyone = np.minimum(asks, self.horizon), np.arange(len(asks))
        visits.place[:] = self.ways.first[visits.party]
        self._go(visits, everyone, visits.hour, "reception")
        ready = np.maximum(visits.hour + self.ways.stay(visits.place, visits.party), visits.ready)
        moves_on = self._free_at(visits, everyone, ready)
        known = visits.registers < self.horizon
        self.journal.count_all("registered", visits.registers[known], visits.people[known])
        visits.registers[~known] = inf
        for stops in count(1):
            self._register(visits, np.flatnonzero(visits.registers <= np.minimum(moves_on, until)))
            leaving = np.flatnonzero(moves_on < until)
            if not len(leaving):
                break
            moves_on[leaving] = self._move_on(visits, leaving, moves_on[leaving], (asks < inf, stops))
        will_ask = np.flatnonzero(asks < self.horizon)
        self._ask(asks[will_ask], visits, will_ask)

    def _free_at(self, visits: Visits, who: Array, ready: Array) -> Array:
        """When parties can leave a place: ready, and registered where they wait for that."""
        registers = visits.registers[who]
        waits = self.queues[visits.party[who]] & (registers < inf)
        return np.maximum(ready, np.where(waits, registers, -inf))

    def _register(self, visits: Visits, who: Array) -> None:
        visits.registered[who] = True
        self._go(visits, who, visits.registers[who], "registered")
        visits.registers[who] = inf

    def _move_on(self, visits: Visits, who: Array, hour: Array, luck: tuple[Array, int]) -> Array:
        """Parties go to their next place, or on by themselves; when they move again."""
        asking, stops = luck
        following = self.ways.following(visits.place[who], visits.party[who], stops)
        alone = following == BY_THEMSELVES
        gone, on = who[alone & ~asking[who]], who[~alone]
        self._go(visits, gone, hour[alone & ~asking[who]], "onward")
        visits.registers[gone] = inf
        visits.place[on] = following[~alone]
        ready = self._travel(visits, on, hour[~alone])
        again = np.full(len(who), inf)
        stay = self.ways.stay(visits.place[on], visits.party[on])
        again[~alone] = self._free_at(visits, on, ready + stay)
        return again

    def _travel(self, visits: Visits, who: Array, hour: Array) -> Array:
        """Parties go to the place each is to be at next; when they are there."""
        there: Array = hour + self.ways.travel[visits.place[who]]
        for state, its in (("reception", ~visits.registered[who]), ("registered", visits.registered[who])):
            far = its & (there > hour)
            self._go(visits, who[far], hour[far], state, between=True)
            visits.there[who[far]] = there[far]
            self._go(visits, who[its], there[its], state)
        return there

    def _go(self, visits: Visits, who: Array, hour: Array, state: str, between: bool = False) -> None:
        """Some parties go to a state where each is to be; who is on the way to a place, once it is there."""
        hour = np.maximum(hour, visits.there[who])
        who, hour = who[hour < self.horizon], hour[hour < self.horizon]
        to = self._spots_of(state, between)[visits.place[who]]
        self.journal.move_all(hour, visits.party[who], visits.people[who], visits.spot[who], to)
        visits.spot[who] = to

    def _spots_of(self, state: str, between: bool) -> Array:
        """Numbers of the spots of a state by place; between places, and for those gone on, one for all."""
        key = f"{state} {between}"
        if key not in self._spots:
            names = [BETWEEN if between else state if state == "onward" else name for name in self.ways.names]
            self._spots[key] = np.array([self.journal.spot(state, name) for name in names])
        return self._spots[key]

    def _ask(self, hours: Array, visits: Visits, who: Array) -> None:
        """Parties will ask for a place to sleep; until then nothing else happens to them."""
        told = (visits.party, visits.people, visits.spot, visits.place, visits.registers, visits.there, visits.kept)
        self.asking = np.concatenate([self.asking, [hours, *(of[who] for of in told)]], axis=1)

    def _house(self, asking: Array) -> None:
        """Move in, in order of time, where there is room; else stay, and be registered there."""
        order = np.argsort(asking[0], kind="stable")
        hours, party, people, spot, place, registers, there, kept = asking[:, order]
        asked = zip(people.astype(int).tolist(), kept.astype(int).tolist(), strict=True)
        names = [self.beds.place(number, where) for number, where in asked]
        has_room = np.array([name is not None for name in names], bool)
        to = np.array([-1 if name is None else self.journal.spot("accommodated", name) for name in names], int)
        to[~has_room] = self._spots_of("registered", False)[place.astype(int)][~has_room]
        for at in np.flatnonzero(~has_room).tolist():
            here = self.ways.names[int(place[at])]
            self.journal.note(float(max(hours[at], there[at])), "no place to sleep", int(party[at]), here, people[at])
        goes = np.maximum(np.where(has_room, hours, registers), there)
        known = goes < self.horizon
        self.journal.move_all(goes[known], party[known], people[known], spot[known], to[known])
        self.journal.count_all("accommodated", goes[known & has_room], people[known & has_room])
