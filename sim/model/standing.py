"""What stands at a place and serves whoever is there: room, tents, latrines, beds, staff, kits for so many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model import needs

if TYPE_CHECKING:
    from sim.model.record import Array
    from sim.model.whereabouts import Whereabouts
    from sim.scenario.standards import Figure

STANDING = ("held", "facility", "staff", "kit", "throughput")
"""Kinds of figures whose supply is not used up by the hour."""
LEVELS = ("held", "facility", "staff")
"""Kinds among them of which as many are needed as people are there, for as long as they are."""
DAY = 24


def serves_for(figure: Figure) -> float | None:
    """Hours for which a unit serves from when it comes: a kit its time, a thing its life; None for ever."""
    if figure.kind == "kit":
        return figure.hours
    return None if figure.life_days is None else figure.life_days * DAY


def in_service(come: Array, hours: float | None) -> Array:
    """Units in service in each hour, when so many come in each, shape (hours,)."""
    there: Array = np.cumsum(come)
    if hours is not None and hours < len(come):
        there[int(hours) :] -= there[: len(come) - int(hours)].copy()
    return there


def shared(there: Whereabouts, figure: Figure, units: Array, places: Array) -> Array:
    """Units for each place they serve, as people are there who need them, shape (places, hours)."""
    people = needs.present_for(there, figure) * places[:, None]
    whole = people.sum(axis=0)
    found: Array = people * np.divide(units, whole, out=np.zeros(there.hours), where=whole > 0)
    return found
