"""Health posts at places of reception: who comes with a party is seen by priority, and admitted where it needs a bed.

Red goes before yellow before green, and nobody is left half seen. A party stays until its last patient has been seen,
but for those who are admitted: they leave it on arrival. While a post is shut nobody's turn comes, and who is being
seen is seen to the end. Where no post is told, patients are in care on arrival.
"""

from __future__ import annotations

from collections.abc import Generator
from heapq import heapify, heappop, heappush, heapreplace
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import simpy

from sim.model.passing.hours import next_open
from sim.model.patient import Patient
from sim.model.record import Visits
from sim.model.service import hours

if TYPE_CHECKING:
    from sim.model.medical import Chain
    from sim.model.people import Luck
    from sim.model.record import Array
    from sim.scenario.medical import HealthPost

Story = Generator[simpy.Event, Any, None]
Came = tuple[float, int, int, int]
"""A party that comes to the other end: hour, party, people, the spot they come from."""


class Visitor(NamedTuple):
    """Someone who travels with a party and asks for care on arrival."""

    group: str
    number: int
    """Which of the group's patients who travel with their party."""
    triage: int
    admitted: bool
    """Whether it needs a bed."""
    stay: float


class Waiting(NamedTuple):
    """A visitor who has come to a post: red before yellow before green, then by the hour."""

    triage: int
    came: float
    entry: int
    """Its place in the log."""
    visitor: Visitor
    party: int
    """The party that stays for it."""
    spot: int
    """Where the ledger has who is to be admitted; -1 for those who are with their party."""


class Post:
    """One health post, its clinicians, and those who wait there."""

    def __init__(self, triage: Triage, told: HealthPost) -> None:
        self.triage, self.env, self.told = triage, triage.env, told
        self.free = [max(told.begins or 0.0, 0.0)] * round(told.clinicians)
        """When each clinician is free."""
        heapify(self.free)
        self.open = (*hours(told.hours), triage.chain.world.scenario.hour_of_day)
        """Its hours of the day, and the hour of day at hour 0."""
        self.waiting: list[Waiting] = []
        luck, visit = triage.chain.world.luck, told.visit
        groups = {} if visit.is_fixed else triage.chain.with_party
        self.hours = {name: visit.draw(luck.of(f"{name} visit"), len(who)) for name, (who, _) in groups.items()}
        """Hours that each patient of a group would be seen for, where they differ."""

    @property
    def is_free(self) -> bool:
        """Whether who comes now is seen at once."""
        return not self.waiting and self.next_turn() <= self.env.now

    def next_turn(self) -> float:
        """The hour at which a clinician is free and the post open."""
        return float(next_open(float(max(self.free[0], self.env.now)), *self.open))

    def come(self, who: Waiting) -> None:
        """Somebody comes: is seen at once, or waits."""
        if self.is_free:
            self.see(who)
            return
        heappush(self.waiting, who)
        if len(self.waiting) == 1:
            self.env.process(self.work())

    def work(self) -> Story:
        """See one after another while somebody waits."""
        while self.waiting:
            yield self.env.timeout(self.next_turn() - self.env.now)
            self.see(heappop(self.waiting))

    def see(self, who: Waiting) -> None:
        """A clinician takes somebody in now."""
        self.triage.see(self, who, self.take(who.visitor))

    def take(self, visitor: Visitor) -> float:
        """Keep a clinician for somebody from now on; the hour until which."""
        own = self.hours[visitor.group][visitor.number] if self.hours else self.told.visit.centre
        ends = self.env.now + float(own)
        heapreplace(self.free, ends)
        return ends


def _some(luck: Luck, purpose: str, share: float, count: int) -> Array:
    """Which of so many patients something holds for, by each one's own luck, shape (count,)."""
    if share in (0.0, 1.0):
        return np.full(count, share == 1.0)
    found: Array = luck.of(purpose).random(count) < share
    return found


class Triage:
    """All health posts, and everybody who asks for care there."""

    def __init__(self, chain: Chain) -> None:
        self.chain, self.world = chain, chain.world
        self.env: simpy.Environment = chain.env
        self.places = self.world.reception.ways.names
        posts = {told.at: Post(self, told) for told in chain.told.posts.values()}
        self.posts = [posts.get(name) for name in self.places]
        """The post at each place of reception."""
        self.first: list[int] = self.world.reception.ways.first.tolist()
        """Number of the place that each party comes to first."""
        self.visitors, self.took = self._drawn(), self.world.lifts.took
        self.held: dict[int, list[Came]] = {}
        """Parties that stay for their patients."""
        self.unseen: dict[int, int] = {}
        """How many patients each of them stays for."""
        self.ready: dict[int, float] = {}
        """When the last of those who were seen so far is."""
        self.log: list[tuple[float, int, Visitor]] = []
        """Hour, place and visitor, of everybody who came to a post."""
        self.begun: list[float] = []
        """When each was seen, inf so far."""

    def _drawn(self) -> dict[int, list[Visitor]]:
        """Those who ask for care on arrival, by party; all luck goes by the patient."""
        chain, luck, found = self.chain, self.world.luck, dict[int, list[Visitor]]()
        for name, (party, _) in chain.with_party.items():
            told, count, lying = chain.group(name), len(party), chain.lying[name]
            asks = _some(luck, f"{name} asks for care", told.asks_on_arrival, count)
            admitted = _some(luck, f"{name} admitted", told.admitted, count)
            stays = np.full(count, inf) if told.stay is None else told.stay.draw(luck.of(f"{name} bed"), count)
            ranks = chain.priorities(name, lying + count)[lying:]
            who = np.flatnonzero(asks)
            rows = zip(*(values[who].tolist() for values in (party, ranks, admitted, stays)), strict=True)
            for number, (of, rank, needs_bed, stay) in zip(who.tolist(), rows, strict=True):
                found.setdefault(of, []).append(Visitor(name, number, rank, needs_bed, stay))
        return found

    def concerns(self, party: int) -> bool:
        """Whether a party comes with anybody who asks for care."""
        return party in self.visitors or party in self.took

    def look_out(self) -> None:
        """Have vehicles met at the end of the road that bring anybody who asks for care, taken along or not."""
        self.world.lifts.met = True
        for party in self.visitors:
            self.world.traffic.met[party] = True

    def meet(self, came: Came) -> None:
        """A party comes, which those who are admitted leave; it stays until the others have been seen."""
        hour, party, people, origin = came
        visitors = self.visitors.pop(party, [])
        for taken_along in self.took.pop(party, ()):
            visitors += self.visitors.pop(taken_along, [])
        place = self.first[party]
        post = self.posts[place]
        if not visitors or post is None or not people:
            self.world.reception.release(came, hour)
            return
        if len(visitors) == 1 and not visitors[0].admitted and post.is_free:
            self.log.append((hour, place, visitors[0]))
            self.begun.append(hour)
            self.world.reception.release(came, post.take(visitors[0]))
            return
        beds = min(sum(visitor.admitted for visitor in visitors), people)
        spot = self._leave(came, place, beds) if beds else -1
        self.held.setdefault(party, []).append((hour, party, people - beds, origin))
        self.unseen[party] = self.unseen.get(party, 0) + len(visitors) - beds
        for visitor in visitors:
            is_admitted = visitor.admitted and beds > 0
            beds -= is_admitted
            self._come(post, place, visitor, party, spot if is_admitted else -1)
        if party in self.held and not self.unseen[party]:
            self._let_go(party, hour)

    def _leave(self, came: Came, place: int, people: int) -> int:
        """So many leave their party to be admitted; the spot at which they wait to be seen."""
        spot = self.world.journal.spot("reception", self.places[place])
        self.world.journal.move(came[0], came[1], people, came[3], spot)
        return spot

    def _come(self, post: Post, place: int, visitor: Visitor, party: int, spot: int) -> None:
        entry, now = len(self.log), self.env.now
        self.log.append((now, place, visitor))
        self.begun.append(inf)
        post.come(Waiting(visitor.triage, now, entry, visitor, party, spot))

    def see(self, post: Post, who: Waiting, ends: float) -> None:
        """Somebody is seen from now on until an hour: goes back to the party, or is brought to hospital."""
        self.begun[who.entry] = self.env.now
        if who.spot >= 0:
            self.env.process(self.admit(post, who, ends))
            return
        self.unseen[who.party] -= 1
        self.ready[who.party] = max(self.ready.get(who.party, 0.0), ends)
        if not self.unseen[who.party]:
            self._let_go(who.party, self.ready.pop(who.party))

    def _let_go(self, party: int, ready: float) -> None:
        """A party is free to go on from an hour on."""
        for came in self.held.pop(party):
            self.world.reception.release(came, ready)

    def admit(self, post: Post, who: Waiting, ends: float) -> Story:
        """Bring somebody who has been seen to hospital, where beds are given as to all."""
        chain, visitor, seen = self.chain, who.visitor, self.env.now
        yield self.env.timeout(ends - seen)
        specialty = chain.group(visitor.group).specialty
        patient = Patient(
            len(chain.patients), visitor.group, "", who.triage, who.came, specialty, visitor.stay, who.came, who.spot
        )
        patient.walked, patient.cared = True, seen
        chain.patients.append(patient)
        chain.step(patient, "on_the_way")
        yield self.env.timeout(post.told.travel)
        chain.deliver(patient, post.told.to or chain.hospitals.outside[0])

    def end(self) -> None:
        """Time is over: parties that still stay for a patient are where they are."""
        for party in list(self.held):
            self._let_go(party, inf)

    def visits(self) -> Visits:
        """Everybody who came to a post."""
        hours, places, visitors = zip(*self.log, strict=True) if self.log else ((), (), ())
        return Visits(
            group=np.array([who.group for who in visitors], str),
            number=np.array([who.number for who in visitors], int),
            triage=np.array([who.triage for who in visitors], int),
            place=np.array([self.places[place] for place in places], str),
            came=np.array(hours, float),
            begun=np.array(self.begun, float),
        )
