"""People of whom only the arrival is known: over a duration, by a table, or as counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.party import Array
from sim.scenario.fields import hour_of

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


def knots(scenario: Scenario) -> tuple[Array, Array]:
    """Hours and cumulative people of the arrival curve, straight lines between."""
    told = scenario.arrivals
    assert told is not None
    if told.over is not None:
        return np.array([0.0, max(told.over, 1e-9)]), np.array([0.0, float(scenario.present)])
    rows = sorted((hour_of(when, scenario.start), people.of(scenario.present)) for when, people in told.table.items())
    hours, people = np.array(rows).T
    return hours, people


def hours(scenario: Scenario, people: Array) -> Array:
    """Hour at which each party comes, in order of its number, so that the counts follow the curve; inf beyond it."""
    when, counted = knots(scenario)
    middle = np.cumsum(people) - people / 2
    rising = np.concatenate([[True], np.diff(counted) > 0])
    come = np.interp(middle, counted[rising], when[rising])
    return np.where(middle <= counted[-1], come, np.inf)
