"""People of stalled vehicles: lifts from those who pass, and walking when none comes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.model.journal import Journal
    from sim.model.traffic import Traffic


@dataclass
class Stranded:
    """People of one party beside the road."""

    party: int
    people: int
    since: float
    link: str
    km: float
    crossed: bool = False
    """Whether they have passed where people are counted."""


class Lifts:
    """Who waits on which link, and who takes them along."""

    def __init__(self, journal: Journal, traffic: Traffic) -> None:
        self.journal, self.traffic = journal, traffic
        self.waiting: dict[str, deque[Stranded]] = {}
        self.road = journal.spot("road", "road")
        self.counted: dict[int, int] = {}
        """Vehicle: people it took along who had been counted as arrived."""
        self.taken_by: dict[int, int] = {}
        """Party: the vehicle that took the last of its people along."""
        self.met = False
        """Whether vehicles that took people along have to be met at the end of the road."""
        self.took: dict[int, list[int]] = {}
        """Vehicle: parties of which it took people along."""

    def wait(self, stranded: Stranded) -> None:
        """Begin to wait for a lift."""
        self.waiting.setdefault(stranded.link, deque()).append(stranded)

    def give_up(self, stranded: Stranded) -> int:
        """Stop waiting; how many of the party still do."""
        left, stranded.people = stranded.people, 0
        return left

    def offer(self, link: str, vehicle: int, hour: float) -> bool:
        """A vehicle passes and takes along whom it has room for; whether anybody still waits there."""
        queue = self.waiting.get(link)
        if not queue:
            return False
        spare = max(self.traffic.seats[vehicle] - self.traffic.people[vehicle], 0)
        while queue and (spare > 0 or queue[0].people == 0):
            first = queue[0]
            if first.since > hour and first.people:
                break
            taken = min(spare, first.people)
            if taken:
                self.take(first, vehicle, taken, hour)
                spare -= taken
            if first.people == 0:
                queue.popleft()
        return bool(queue)

    def take(self, stranded: Stranded, vehicle: int, people: int, hour: float) -> None:
        """So many of them get on."""
        stranded.people -= people
        self.taken_by[stranded.party] = vehicle
        self.took.setdefault(vehicle, []).append(stranded.party)
        self.traffic.people[vehicle] += people
        self.traffic.met[vehicle] |= self.met
        if stranded.crossed:
            self.counted[vehicle] = self.counted.get(vehicle, 0) + people
        spot = self.journal.spot("stranded", stranded.link)
        self.journal.move(max(hour, stranded.since), stranded.party, people, spot, self.road)
        self.journal.note(hour, "lift", stranded.party, stranded.link, people)
