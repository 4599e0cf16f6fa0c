"""Hours since the start as calendar times and days, for tables."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np

from sim.model.record import Array

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

DAY = 24


def full_hours(scenario: Scenario) -> int:
    """Full hours until the horizon, a last part of one counted as one."""
    return ceil(scenario.horizon - 1e-9)


def midnight(scenario: Scenario) -> float:
    """The hour of the day at which the scenario starts; 0 without a start."""
    start = scenario.start
    return 0.0 if start is None else start.hour + start.minute / 60 + start.second / 3600


def first_midnight(scenario: Scenario) -> int:
    """Whole hours from the start to the first midnight (24 when it starts at midnight)."""
    return DAY - floor(midnight(scenario))


def stamp(scenario: Scenario, hour: float) -> str:
    """An hour as ISO 8601 with offset, or as `day 3 04:00` when the scenario has no start."""
    when = scenario.when(hour)
    if when is not None:
        return when.isoformat(timespec="seconds")
    minutes = round(hour * 60)
    return f"day {minutes // (60 * DAY)} {minutes // 60 % DAY:02d}:{minutes % 60:02d}"


def stamps(scenario: Scenario, count: int) -> list[str]:
    """The stamps of hours 0, 1, 2 ..."""
    return [stamp(scenario, hour) for hour in range(count)]


def day_of(scenario: Scenario, hours: Array) -> Array:
    """The calendar day each hour lies in, 0 for the day of the start."""
    days: Array = np.floor((hours + midnight(scenario)) / DAY + 1e-12).astype(int)
    return days


def date(scenario: Scenario, day: int) -> str:
    """A day as a date, or as `day 3` when the scenario has no start."""
    when = scenario.when(DAY * day - midnight(scenario) + 1e-6)
    return f"day {day}" if when is None else when.date().isoformat()
