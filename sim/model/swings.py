"""Slow swings of a checkpoint's rate: a first-order autoregression of its logarithm, step by step."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from sim.model.record import Array

if TYPE_CHECKING:
    from sim.model.people import Luck
    from sim.scenario.road import Variation
    from sim.scenario.schema import Scenario


def swings(variation: Variation, hours: float, luck: np.random.Generator) -> Array:
    """Factors on the rate in each step, shape (steps,); stationary with mean 1."""
    steps = max(ceil(hours / variation.step), 1)
    noise = luck.normal(0.0, 1.0, steps)
    sd, keep = variation.sd, variation.persistence
    logs = np.empty(steps)
    logs[0] = sd * noise[0]
    for step in range(1, steps):
        logs[step] = keep * logs[step - 1] + sd * np.sqrt(1 - keep**2) * noise[step]
    factors: Array = np.exp(logs - sd**2 / 2)
    return factors


def rate_factors(scenario: Scenario, luck: Luck) -> dict[str, tuple[float, list[float]]]:
    """Checkpoint: length of a step and the factors on its rate, for those whose rate swings."""
    posts = scenario.corridor.checkpoints if scenario.corridor else {}
    return {
        name: (post.variation.step, swings(post.variation, scenario.horizon, luck.of(f"swings at {name}")).tolist())
        for name, post in posts.items()
        if post.variation.sd > 0
    }
