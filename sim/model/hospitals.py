"""Hospitals: who has which bed, who waits for one, and who is sent on to a place with free beds.

A patient is given a bed of the own specialty where it is brought, else at the nearest other hospital outside that has
one free, else a general bed, again here before elsewhere; else it waits where it is, red before yellow before green.
A bed is kept from the decision on for who is on the way to it. Who lies in a general bed stays there.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import simpy

from sim.scenario.medical import GENERAL

if TYPE_CHECKING:
    from sim.model.patient import Patient
    from sim.scenario.medical import Hospital

Story = Generator[simpy.Event, Any, None]
Bed = tuple[str, str]
"""A hospital and a specialty."""


class Hospitals:
    """All hospitals of a world and their beds."""

    def __init__(
        self, env: simpy.Environment, told: dict[str, Hospital], inside: set[str], step: Callable[..., None]
    ) -> None:
        self.env, self.told, self.inside, self.step = env, told, inside, step
        self.free = {(name, kind): round(n) for name, one in told.items() for kind, n in one.beds.items()}
        self.outside = sorted((name for name in told if name not in inside), key=lambda name: told[name].travel)
        self.waiting: dict[str, list[tuple[int, float, int, Patient]]] = {}
        """Those without a bed, in the order in which they are given one: by hospital inside, outside all together."""

    def admit(self, patient: Patient, hospital: str) -> None:
        """Take in a patient who is brought now."""
        patient.hospital = hospital
        bed = self.bed_for(patient)
        if bed is None:
            insort(self.line(hospital), (patient.triage, self.env.now, patient.number, patient))
            if hospital not in self.inside:
                self.step(patient, "waiting_for_bed", hospital)
        else:
            self.give(patient, bed)

    def line(self, hospital: str) -> list[tuple[int, float, int, Patient]]:
        """Those who wait for a bed that is free there."""
        return self.waiting.setdefault(hospital if hospital in self.inside else "", [])

    def bed_for(self, patient: Patient) -> Bed | None:
        """The bed a patient is given, where one is free that it can be brought to."""
        here = patient.hospital
        others = [] if here in self.inside else [name for name in self.outside if name != here]
        for kind in dict.fromkeys((patient.specialty, GENERAL)):
            for name in (here, *others):
                if self.free.get((name, kind), 0) > 0:
                    return name, kind
        return None

    def give(self, patient: Patient, bed: Bed) -> None:
        """Keep a bed for a patient, who lies down or is driven to it."""
        self.free[bed] -= 1
        patient.bed = bed
        if bed[0] == patient.hospital:
            self.lie(patient)
        else:
            self.env.process(self.refer(patient))

    def refer(self, patient: Patient) -> Story:
        """Drive a patient from one hospital outside to the next."""
        assert patient.bed is not None
        way = abs(self.told[patient.bed[0]].travel - self.told[patient.hospital].travel)
        self.step(patient, "on_the_way")
        yield self.env.timeout(way)
        patient.hospital = patient.bed[0]
        self.lie(patient)

    def lie(self, patient: Patient) -> None:
        """Put a patient to bed: care begins."""
        now = self.env.now
        if now < patient.cared:
            patient.cared, patient.cared_at = now, patient.hospital
        if patient.hospital in self.inside:
            return
        patient.in_bed = now
        patient.in_own_bed = patient.bed is not None and patient.bed[1] == patient.specialty
        self.step(patient, "in_bed", patient.hospital)
        if now + patient.stay < float("inf"):
            self.env.process(self.discharge(patient))

    def discharge(self, patient: Patient) -> Story:
        """Let a patient go when the stay is over."""
        yield self.env.timeout(patient.stay)
        self.step(patient, "discharged")
        self.leave(patient)

    def leave(self, patient: Patient) -> None:
        """A patient goes: its bed is for the first in line who can lie in it."""
        line, bed = self.line(patient.hospital), patient.bed
        if bed is None:
            line[:] = [entry for entry in line if entry[3] is not patient]
            return
        patient.bed = None
        self.free[bed] += 1
        following = next((n for n, entry in enumerate(line) if bed[1] in (entry[3].specialty, GENERAL)), None)
        if following is not None:
            self.give(line.pop(following)[3], bed)
