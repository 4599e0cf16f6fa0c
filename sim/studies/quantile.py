"""Quantiles of the distributions a scenario may tell: the other way to the values that `draw` gives."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.model.record import Array
from sim.scenario.distributions import Distribution


def quantile(told: Distribution, shares: Array) -> Array:
    """The values below which a distribution has these shares."""
    p = told.parameters()
    if told.is_fixed:
        return np.full(len(shares), p.get("low", told.centre))
    if told.distribution == "uniform":
        between: Array = p["low"] + shares * (p["high"] - p["low"])
        return between
    if told.distribution == "loguniform":
        even: Array = p["low"] * (p["high"] / p["low"]) ** shares
        return even
    found: Array = _frozen(told, p).ppf(shares)
    return found


def _frozen(told: Distribution, p: dict[str, float]) -> Any:
    """The same distribution in scipy's words."""
    from scipy import stats  # a second and a half: only where it is needed

    match told.distribution:
        case "triangular":
            width = p["high"] - p["low"]
            return stats.triang((p["mode"] - p["low"]) / width, p["low"], width)
        case "normal":
            return stats.norm(p["mean"], p["sd"])
        case "lognormal":
            median, sigma = told.log_parameters()
            return stats.lognorm(sigma, scale=np.exp(median))
        case "gamma":
            return stats.gamma(p["shape"], scale=p["mean"] / p["shape"])
        case "beta":
            return stats.beta(p["a"], p["b"])
        case _:
            return stats.expon(scale=p["mean"])
