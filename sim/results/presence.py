"""Who is where, hour by hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model import whereabouts
from sim.model.record import Array, Record

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


def places(scenario: Scenario) -> tuple[str, ...]:
    """All places of a scenario in the order of the way, fixed for every run."""
    return whereabouts.places(scenario)


def at_full_hours(record: Record) -> Array:
    """People at each place at each full hour, shape (places, hours + 1)."""
    return record.there.at_full_hours()
