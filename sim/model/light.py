"""Night and weather on the road: the share of the usual speed, hour by hour."""

from __future__ import annotations

from math import ceil, inf
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.model.passing.tables import Array
    from sim.scenario.schema import Scenario

SLOWEST = 0.05
"""Least share of the usual speed: no weather stops time."""


def paces(scenario: Scenario, midnight: float) -> Array:
    """From which hour what share of the usual speed holds, shape (n, 2); `midnight` is the hour of day at hour 0."""
    weather, changes = scenario.weather, {-inf}
    for spell in weather.spells.values():
        changes |= {spell.begins, spell.until}
    night = weather.night
    if night is not None:
        days = range(-1, ceil(scenario.horizon / 24) + 2)
        changes |= {24.0 * day + hour - midnight for day in days for hour in (night.opens, night.closes)}
    return np.array([(hour, factor(scenario, midnight, hour)) for hour in sorted(changes)])


def factor(scenario: Scenario, midnight: float, hour: float) -> float:
    """The share that holds from an hour on."""
    weather, share = scenario.weather, 1.0
    if weather.night is not None and hour > -inf:
        night, of_day = weather.night, (hour + 1e-9 + midnight) % 24
        if (of_day - night.opens) % 24 < (night.closes - night.opens) % 24:
            share = weather.night_speed
    for spell in weather.spells.values():
        if spell.begins <= hour < spell.until:
            share *= spell.speed
    return max(share, SLOWEST)
