"""What a person needs, by item and level, from the standards; and the place a spot counts under."""

from __future__ import annotations

from sim.model.journal import Spot

NO_NEED = ("onward", "reported_dead")
"""States in which needs are not counted here: people gone on by themselves, and reported deaths."""


def place_of(spot: Spot) -> str:
    """The place under which people at a spot are counted."""
    if spot.state in ("fuel_queue", "onward"):
        return spot.state
    if spot.state in ("stranded", "walking") or spot == Spot("road", "road"):
        return "road"
    return spot.place
