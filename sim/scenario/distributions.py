"""Random quantities: one plain quantity, or a distribution with its parameters in that unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

Kind = Literal["fixed", "uniform", "loguniform", "triangular", "normal", "lognormal", "gamma", "beta", "exponential"]

PARAMETERS: dict[str, tuple[set[str], ...]] = {
    "fixed": ({"value"},),
    "uniform": ({"low", "high"},),
    "loguniform": ({"low", "high"},),
    "triangular": ({"low", "mode", "high"},),
    "normal": ({"mean", "sd"},),
    "lognormal": ({"mean", "cv"}, {"median", "sigma"}),
    "gamma": ({"mean", "shape"},),
    "beta": ({"a", "b"},),
    "exponential": ({"mean"},),
}
IN_UNIT = {"value", "low", "high", "mode", "mean", "sd", "median"}
"""Parameters that carry the unit of the quantity; the others are plain numbers."""


class Distribution(BaseModel):
    """How a quantity varies; parameters in the quantity's own unit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    distribution: Kind = "fixed"
    value: float | None = None
    low: float | None = None
    high: float | None = None
    mode: float | None = None
    mean: float | None = None
    sd: float | None = None
    median: float | None = None
    cv: float | None = None
    sigma: float | None = None
    shape: float | None = None
    a: float | None = None
    b: float | None = None

    @model_validator(mode="after")
    def complete(self) -> Distribution:
        """Exactly the parameters of its kind, in an order that makes sense."""
        given = self.parameters()
        wanted = PARAMETERS[self.distribution]
        if set(given) not in wanted:
            choices = " or ".join(", ".join(sorted(names)) for names in wanted)
            raise ValueError(f"{self.distribution} takes {choices}; found {', '.join(sorted(given)) or 'nothing'}")
        order = [given[name] for name in ("low", "mode", "high") if name in given]
        if order != sorted(order):
            raise ValueError(f"low, mode and high must rise; found {', '.join(f'{x:g}' for x in order)}")
        positive = {"cv", "sigma", "shape", "a", "b"} | ({"low"} if self.distribution == "loguniform" else set())
        positive |= {"mean", "median"} if self.distribution in ("lognormal", "gamma", "exponential") else set()
        for name in sorted(positive & set(given)):
            if given[name] < 0 or (given[name] == 0 and name not in ("cv", "sigma")):
                raise ValueError(f"{name} must be more than 0; found {given[name]:g}")
        return self

    def parameters(self) -> dict[str, float]:
        """The parameters that were given."""
        data = self.model_dump(exclude_none=True)
        data.pop("distribution")
        return data

    @property
    def is_fixed(self) -> bool:
        """Whether every draw gives the same value."""
        return (
            self.distribution == "fixed"
            or self.cv == 0
            or self.sigma == 0
            or (self.low is not None and self.low == self.high)
            or self.sd == 0
        )

    @property
    def centre(self) -> float:
        """The expected value (the median for those given by median)."""
        p = self.parameters()
        if "mean" in p:
            return p["mean"]
        if "a" in p:
            return p["a"] / (p["a"] + p["b"])
        for name in ("value", "median"):
            if name in p:
                return p[name]
        if self.distribution == "loguniform":
            return float((p["low"] * p["high"]) ** 0.5)
        return sum(p.values()) / len(p)

    def draw(self, rng: Generator, size: int) -> NDArray[Any]:
        """That many values, shape (size,); a fixed one takes nothing from the stream's luck."""
        import numpy as np

        p = self.parameters()
        if self.is_fixed:
            return np.full(size, p.get("low", self.centre))
        match self.distribution:
            case "uniform":
                return rng.uniform(p["low"], p["high"], size)
            case "loguniform":
                return np.exp(rng.uniform(np.log(p["low"]), np.log(p["high"]), size))
            case "triangular":
                return rng.triangular(p["low"], p["mode"], p["high"], size)
            case "normal":
                return rng.normal(p["mean"], p["sd"], size)
            case "lognormal":
                return rng.lognormal(*self.log_parameters(), size)
            case "gamma":
                return rng.gamma(p["shape"], p["mean"] / p["shape"], size)
            case "beta":
                return rng.beta(p["a"], p["b"], size)
            case _:
                return rng.exponential(p["mean"], size)

    def log_parameters(self) -> tuple[float, float]:
        """Mean and spread of the logarithm of a lognormal one."""
        from math import log, sqrt

        if self.median is not None and self.sigma is not None:
            return log(self.median), self.sigma
        assert self.mean is not None
        assert self.cv is not None
        variance = log(1 + self.cv**2)
        return log(self.mean) - variance / 2, sqrt(variance)
