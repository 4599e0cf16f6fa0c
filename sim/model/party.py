"""Parties: people who share a vehicle, or walk, ride or wait together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

VEHICLE, WAITS, FOOT, CART = 0, 1, 2, 3
"""Modes: drives, waits for a bus, walks, goes by cart."""


@dataclass
class Parties:
    """All parties of one replication, drawn before the clock starts; arrays of shape (parties,)."""

    settlements: tuple[str, ...]
    classes: tuple[str, ...]
    people: Array
    vehicles: Array
    settlement: Array
    vehicle_class: Array
    mode: Array
    ready: Array
    """Hour it is ready to leave; inf for those who stay."""
    stays: Array
    seats: Array
    pce: Array
    weight: Array
    litres: Array
    tank: Array
    """Litres it holds when full."""
    use: Array
    """Litres a kilometre."""
    idle: Array
    """Litres an hour lost in a queue, engines on for their share of it."""
    breaks_at: Array
    """Kilometres after which it breaks down."""
    clearing: Array
    blocks: Array
    speed: Array
    """Walking speed."""
    carried_water: Array
    carried_food: Array
    number: Array
    """Its number when people were drawn: all luck goes by that, whatever the order in which parties leave."""

    def __len__(self) -> int:
        return len(self.people)

    def pick(self, order: Array) -> Parties:
        """The same parties in another order, or some of them."""
        return Parties(
            self.settlements,
            self.classes,
            *(getattr(self, name)[order] for name in COLUMNS),
        )

    def dealt(self, luck: Array) -> Array:
        """Values by the number a party was drawn with, in the order in which parties stand here."""
        dealt: Array = luck[self.number]
        return dealt

    def as_drawn(self, values: Array) -> Array:
        """Values in the order in which parties stand here, by the number a party was drawn with."""
        return values[np.argsort(self.number)]


COLUMNS = tuple(name for name in Parties.__dataclass_fields__ if name not in ("settlements", "classes"))
SUMMED = ("people", "vehicles", "seats", "carried_water", "carried_food")
ALIKE = ("litres", "tank", "use", "idle")
"""The vehicles of a packet are like its first one in these: a mean would hide those who run dry."""


def take(parties: Parties, vehicles: Array) -> None:
    """Let each party move in so many vehicles like its own: it holds, burns and seats as many times as much."""
    parties.vehicles = vehicles
    several = np.maximum(vehicles, 1)
    for name in (*ALIKE, "seats"):
        setattr(parties, name, getattr(parties, name) * several)


def by_departure(parties: Parties) -> Parties:
    """The same parties in the order in which they are ready: those who meet on the road lie side by side in memory."""
    return parties.pick(np.argsort(parties.ready, kind="stable"))


def packed(parties: Parties, size: int) -> Parties:
    """Parties of like settlement and class that leave after one another, joined into packets of so many vehicles."""
    drives = parties.mode == VEHICLE
    order = np.lexsort((parties.ready, parties.vehicle_class, parties.settlement, ~drives, parties.stays))
    sorted_ = parties.pick(order)
    keys = np.stack([sorted_.settlement, sorted_.vehicle_class, sorted_.mode, sorted_.stays.astype(int)])
    begins = np.ones(len(order), bool)
    begins[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    within = np.arange(len(order)) - np.flatnonzero(begins)[np.cumsum(begins) - 1]
    head = np.flatnonzero(begins | (within % size == 0) | (sorted_.mode != VEHICLE))
    return _summed(sorted_, head)


def _summed(parties: Parties, head: Array) -> Parties:
    packets = parties.pick(head)
    packets.number = np.arange(len(head))
    first = np.maximum(packets.vehicles, 1)
    for name in SUMMED:
        setattr(packets, name, np.add.reduceat(getattr(parties, name), head))
    count = np.maximum(packets.vehicles, 1)
    packets.pce = np.add.reduceat(parties.pce * np.maximum(parties.vehicles, 1), head) / count
    for name in ALIKE:
        setattr(packets, name, getattr(packets, name) / first * count)
    finite = np.where(np.isfinite(parties.ready), parties.ready, 0)
    mean = np.add.reduceat(finite, head) / np.diff(np.append(head, len(parties)))
    packets.ready = np.where(np.isfinite(packets.ready), mean, packets.ready)
    return packets
