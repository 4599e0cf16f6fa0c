"""What the weather makes of a need: winter items when it is cold, more heating in frost, more energy to eat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.scenario.standards import cold

if TYPE_CHECKING:
    from sim.model.record import Array
    from sim.scenario.schema import Scenario
    from sim.scenario.standards import Figure

WINTER = "winter"
FREEZING = 0.0
"""Degrees Celsius at which water freezes."""


def temperature(scenario: Scenario, hours: int) -> Array:
    """Degrees Celsius in each hour: of its coldest spell that tells one, or else of the nights; nan when untold."""
    weather, begins = scenario.weather, np.arange(hours, dtype=float)
    nights = np.nan if weather.night_temperature is None else weather.night_temperature
    told = np.full(hours, np.nan)
    for spell in weather.spells.values():
        if spell.temperature is not None:
            inside = (begins < spell.until) & (begins + 1 > spell.begins)
            told[inside] = np.fmin(told[inside], spell.temperature)
    result: Array = np.where(np.isnan(told), nights, told)
    return result


def factor(scenario: Scenario, figure: Figure, hours: int) -> Array:
    """By how much the weather raises a need in each hour: 1 at all times for what is not of winter.

    Winter items are needed where it is as cold as the coldest step of the table of rations; what is used up there
    takes the high end of its range in frost.
    """
    if figure.phase != WINTER:
        return np.ones(hours)
    degrees, steps = temperature(scenario, hours), {name: at for at, name in cold.steps()}
    if figure.name in steps:
        colder = max((at for at in steps.values() if at < steps[figure.name]), default=-np.inf)
        holds = (degrees <= steps[figure.name]) & (degrees > colder)
    else:
        holds = degrees <= min(steps.values())
    if figure.hours is None:
        return np.maximum.accumulate(holds.astype(float))
    frost = figure.high / figure.value if figure.high is not None and figure.value > 0 else 1.0
    result: Array = holds * np.where(degrees < FREEZING, frost, 1.0)
    return result
