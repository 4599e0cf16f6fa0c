"""What a sweep varies: one dotted path, the values it may take, and how they change the scenario."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.record import Array
from sim.scenario.distributions import Distribution
from sim.scenario.paths import values_at
from sim.studies.quantile import quantile

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

ENDS = (0.05, 0.95)
"""Quantiles of a distribution that stand for its low and high."""
SURE = 1e-12
"""Keeps a drawn share off 0 and 1, where some distributions have no value."""

Value = float | str


@dataclass(frozen=True)
class Varied:
    """A path and what it may be: a range, a range in whole steps, some values, or a distribution."""

    path: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    step: float | None = None
    values: tuple[Value, ...] = ()
    distribution: Distribution | None = None
    factor: bool = False
    """Whether it multiplies what the scenario tells at the path."""
    people: str = ""
    """`people` or `share` where a head count stands at the path."""
    whole: bool = False

    @cached_property
    def levels(self) -> tuple[Value, ...]:
        """Every value it may take, where they can be listed."""
        if self.values or not self.step:
            return self.values
        assert self.low is not None
        assert self.high is not None
        count = int((self.high - self.low) / self.step + 1e-9) + 1
        return tuple(self.low + k * self.step for k in range(count))

    @property
    def ends(self) -> tuple[Value, ...]:
        """Its low and its high; for a choice, all it may be."""
        if self.values:
            return self.values
        if self.distribution is not None:
            return tuple(quantile(self.distribution, np.array(ENDS)).tolist())
        return (self.levels[0], self.levels[-1]) if self.levels else (self.low or 0.0, self.high or 0.0)

    def at(self, shares: Array) -> list[Value]:
        """Values at shares of the whole, from 0 to 1: each level as likely as any other."""
        if self.levels:
            which = np.minimum((shares * len(self.levels)).astype(int), len(self.levels) - 1)
            return [self.levels[k] for k in which.tolist()]
        if self.distribution is not None:
            values: list[Value] = quantile(self.distribution, np.clip(shares, SURE, 1 - SURE)).tolist()
            return values
        assert self.low is not None
        assert self.high is not None
        inside: list[Value] = (self.low + shares * (self.high - self.low)).tolist()
        return inside

    def spread(self, count: int) -> list[Value]:
        """So many values for a grid: both ends and evenly between; a distribution's at the middles of equal shares."""
        if self.distribution is not None:
            return self.at((np.arange(count) + 0.5) / count)
        if self.levels:
            return [self.levels[k] for k in np.linspace(0, len(self.levels) - 1, count).round().astype(int).tolist()]
        assert self.low is not None
        assert self.high is not None
        even: list[Value] = np.linspace(self.low, self.high, count).tolist()
        return even

    def told(self) -> dict[str, Any]:
        """As the store keeps it."""
        kept: dict[str, Any] = {
            "unit": self.unit,
            "low": self.low,
            "high": self.high,
            "step": self.step,
            "values": list(self.values),
        }
        if self.distribution is not None:
            kept["distribution"] = self.distribution.model_dump(exclude_none=True)
        return {
            name: value for name, value in {**kept, "factor": self.factor}.items() if value not in (None, [], False)
        }

    def changes(self, scenario: Scenario, value: Value) -> dict[str, Any]:
        """What a value changes in the scenario, by path."""
        if self.factor:
            assert isinstance(value, (int, float))
            return {at: told * value for at, told in values_at(scenario, self.path).items()}
        if self.people:
            return {self.path: {self.people: value}}
        return {self.path: int(value) if self.whole else value}
