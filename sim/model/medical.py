"""The medical chain: patients leave their party, wait, are taken out, and are given a bed.

Clocks run, hazards do not: nothing here says who lives. Patients of a group whom somebody must transport are in the
hospital of their settlement from the start, or wait at their settlement where there is none; the injured of an accident
from its hour on. The others travel with their party and are back in care when it arrives,
or where a health post is told when they have been seen there.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from sim.model.evacuation import Evacuation
from sim.model.hospitals import Hospitals
from sim.model.patient import GREEN, RED, YELLOW, Patient, patients
from sim.model.triage import Triage
from sim.scenario.medical import CareGroup
from sim.scenario.response import BETWEEN, CARE

if TYPE_CHECKING:
    from sim.model.fuel import Depot
    from sim.model.record import Array
    from sim.model.world import World
    from sim.scenario.people import Explosion, Patients

NOBODY = -1
"""The party of whom has left it."""


class Chain:
    """All patients whom somebody must transport, and everything that happens to them."""

    def __init__(self, world: World) -> None:
        self.world, self.env, self.journal = world, world.env, world.journal
        told = world.scenario.medical
        self.told, homes = told, set(world.parties.settlements)
        self.of = patients(world.scenario)
        self.inside = {one.at: name for name, one in told.hospitals.items() if one.at in homes and one.at}
        self.hospitals = Hospitals(world.env, told.hospitals, set(self.inside.values()), self.step)
        self.evacuation = Evacuation(self)
        self.patients: list[Patient] = []
        self.changes: list[tuple[float, str, str, str, int]] = []
        """Hour, group, stage, place, and how many more are there."""
        self.lying: dict[str, int] = {}
        """Patients of each group who must be transported."""
        self.with_party: dict[str, tuple[Array, Array]] = {}
        """Group: party of each patient who travels with it, and hours since the last treatment at hour 0."""
        self.triage: Triage | None = None

    @property
    def acts(self) -> bool:
        """Whether any hospital is told of: without one, care is at the end of the way."""
        return bool(self.told.hospitals)

    def start(self) -> None:
        """Draw the patients; take those who must be transported from their parties, and send for them."""
        deal = dealer(self.world) if self.of else None
        for name, told in self.of.items():
            assert deal is not None
            party, since = deal(name, told)
            lying = round(self.group(name).transported * len(party)) if self.acts else 0
            self.lying[name], self.with_party[name] = lying, (party[lying:], since[lying:])
            self._from_home(name, party[:lying].tolist(), since[:lying].tolist())
        if self.acts:
            self.evacuation.start()
        if self.told.posts:
            self.triage = self.world.reception.triage = Triage(self)

    def end(self) -> None:
        """Time is over."""
        if self.triage is not None:
            self.triage.end()

    def group(self, name: str) -> CareGroup:
        """What is told of a group."""
        return self.told.groups.get(name) or CareGroup()

    def limits(self, name: str) -> dict[str, float]:
        """The safe intervals of a group."""
        regular = self.of[name].safe_intervals if name in self.of else {}
        return {**regular, **self.group(name).safe_intervals}

    def _from_home(self, group: str, parties: list[int], since: list[float]) -> None:
        """One person each of some parties, or of the next one that has somebody and does not stay."""
        world = self.world
        for drawn, hours, own in zip(parties, since, self._luck(group, len(parties)), strict=True):
            party = self._next_with_somebody(drawn)
            if party is None:
                return
            world.people[party] -= 1
            world.traffic.people[party] -= 1
            settlement = world.journeys.settlement[party]
            spot = self._take_in(group, settlement, -hours, own)
            self.journal.settle(world.journeys.home[settlement], -1)
            self.journal.settle(spot, 1)

    def _next_with_somebody(self, party: int) -> int | None:
        """This party or the next one drawn that has somebody and does not stay; None where there is none."""
        people, parties = self.world.people, self.world.parties
        if people[party] > 0 and not parties.stays[party]:
            return party
        after = np.argsort((parties.number - parties.number[party]) % len(people))
        return next((n for n in after.tolist() if people[n] > 0 and not parties.stays[n]), None)

    def _luck(self, group: str, count: int) -> list[tuple[int, float]]:
        """Priority and stay of so many patients of a group."""
        told, luck = self.group(group), self.world.luck
        stay = np.full(count, inf) if told.stay is None else told.stay.draw(luck.of(f"{group} stay"), count)
        return list(zip(self.priorities(group, count).tolist(), stay.tolist(), strict=True))

    def priorities(self, group: str, count: int) -> Array:
        """Priority of the first so many patients of a group."""
        told, drawn = self.group(group), self.world.luck.of(f"{group} priority").random(count)
        found: Array = np.where(drawn < told.red, RED, np.where(drawn < told.red + told.yellow, YELLOW, GREEN))
        return found

    def hurt(self, told: Explosion, depot: Depot) -> Callable[[int, int], None]:
        """What becomes of people injured at a depot: a function of the party and the spot each is taken from."""
        if not self.acts:
            care = self.journal.spot("in_care", CARE)
            return lambda party, spot: self.journal.move(self.env.now, party, 1, spot, care)
        luck = iter(self._luck(told.group, round(told.injured)))
        homes = self.world.journeys.settlement

        def take(party: int, spot: int) -> None:
            to = self._take_in(told.group, depot.told.at or homes[party], self.env.now, next(luck))
            self.journal.move(self.env.now, party, 1, spot, to)

        return take

    def _take_in(self, group: str, settlement: str, began: float, luck: tuple[int, float]) -> int:
        """A person becomes a patient in the hospital there, else in the first inside, else waits there; the spot."""
        if settlement not in self.inside and self.inside:
            settlement = next(iter(self.inside))
        told, hospital = self.group(group), self.inside.get(settlement)
        place = hospital or settlement
        spot, number = self._spot("waiting_for_transport", place), len(self.patients)
        patient = Patient(number, group, settlement, luck[0], began, told.specialty, luck[1], self.env.now, spot)
        self.patients.append(patient)
        if hospital is not None:
            self.hospitals.admit(patient, hospital)
        self.step(patient, "waiting_for_transport", place)
        self.evacuation.call(patient)
        return spot

    def step(self, patient: Patient, stage: str, place: str = BETWEEN) -> None:
        """A patient is in another stage from now on."""
        now = self.env.now
        if patient.stage[0]:
            self.changes.append((now, patient.group, *patient.stage, -1))
        patient.stage = stage, place
        self.changes.append((now, patient.group, stage, place, 1))
        to = self._spot(stage, place)
        if to != patient.spot:
            self.journal.move(now, NOBODY, 1, patient.spot, to)
            patient.spot = to

    def _spot(self, stage: str, place: str) -> int:
        """Where the ledger has those in a stage."""
        if stage == "discharged":
            return self.journal.spot("onward", "onward")
        if stage == "waiting_for_transport" and place not in self.told.hospitals:
            return self.journal.spot("waiting_transport", place)
        return self.journal.spot("in_care", place)

    def board(self, patient: Patient) -> None:
        """A patient is taken aboard: whatever bed it had is free."""
        patient.taken = self.env.now
        self.hospitals.leave(patient)
        self.step(patient, "on_the_way")

    def deliver(self, patient: Patient, hospital: str) -> None:
        """A patient reaches a hospital outside."""
        patient.landed = self.env.now
        self.hospitals.admit(patient, hospital)


def dealer(world: World) -> Callable[[str, Patients], tuple[Array, Array]]:
    """Deals patients of a group to parties by the number of their people.

    Given a group and what is told of it, the party of each patient and its hours since the last treatment at hour 0,
    shape (patients,).
    """
    parties = world.parties
    share = np.cumsum(parties.as_drawn(parties.people)) / max(int(parties.people.sum()), 1)
    stands = np.argsort(parties.number)

    def deal(name: str, told: Patients) -> tuple[Array, Array]:
        number = round(told.people.of(world.scenario.present)) if len(parties) else 0
        party = np.searchsorted(share, world.luck.of(f"{name} patients").random(number))
        since = told.since.draw(world.luck.of(f"{name} since"), number)
        return stands[np.minimum(party, len(parties) - 1)], since

    return deal
