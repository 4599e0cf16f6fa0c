"""What the weather makes of a need: winter items when it is cold, more heating in frost, more energy to eat."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, get_args

import numpy as np

from sim.scenario.road import Month
from sim.scenario.standards import cold

if TYPE_CHECKING:
    from sim.model.record import Array
    from sim.scenario.schema import Scenario
    from sim.scenario.standards import Figure

WINTER = "winter"
MONTHS = get_args(Month)
FREEZING = 0.0
"""Degrees Celsius at which water freezes."""


def temperature(scenario: Scenario, hours: int) -> Array:
    """Degrees Celsius in each hour from the start on, also after the horizon; nan when untold.

    Of its coldest spell that tells one; else, until the horizon, of the nights, or else of the month; after it of the
    month, or else of the nights.
    """
    weather, begins = scenario.weather, np.arange(hours, dtype=float)
    nights = np.full(hours, np.nan if weather.night_temperature is None else weather.night_temperature)
    usual = _of_months(scenario, hours)
    first = np.where(begins < scenario.horizon, nights, usual)
    told = np.full(hours, np.nan)
    for spell in weather.spells.values():
        if spell.temperature is not None:
            inside = (begins < spell.until) & (begins + 1 > spell.begins)
            told[inside] = np.fmin(told[inside], spell.temperature)
    for other in (first, usual, nights):
        told = np.where(np.isnan(told), other, told)
    return told


def _of_months(scenario: Scenario, hours: int) -> Array:
    """The usual temperature of the calendar month of each hour; nan where none is told."""
    begins = scenario.start.replace(tzinfo=None).isoformat() if scenario.start else scenario.month
    if not begins or not scenario.weather.months:
        return np.full(hours, np.nan)
    return _by_hour(begins, hours, tuple(scenario.weather.months.items()))


@lru_cache(maxsize=64)
def _by_hour(begins: str, hours: int, told: tuple[tuple[str, float], ...]) -> Array:
    month = (np.datetime64(begins, "h") + np.arange(hours)).astype("datetime64[M]").astype(int) % len(MONTHS)
    usual: Array = np.array([dict(told).get(name, np.nan) for name in MONTHS])[month]
    usual.flags.writeable = False
    return usual


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
