"""How inputs vary from run to run: distributions by dotted path."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from sim.scenario.distributions import Distribution
from sim.scenario.faults import Fault
from sim.scenario.fields import HeadcountOf, Unit, Varying
from sim.scenario.paths import unit_at
from sim.scenario.wording import in_words


class Relative(BaseModel):
    """A factor by which the value at a path is multiplied."""

    model_config = ConfigDict(frozen=True)

    factor: Distribution


def varying(told: Any) -> tuple[dict[str, Any], list[Fault]]:
    """Distributions by path, and what is wrong with the others."""
    result: dict[str, Any] = {}
    faults: list[Fault] = []
    for path, value in (told if isinstance(told, dict) else {}).items():
        try:
            result[path] = distribution(path, value)
        except KeyError as fault:
            faults.append(Fault(f"uncertainty.{path}", f"no such path: {fault.args[0]}"))
        except ValueError as fault:
            faults.append(Fault(f"uncertainty.{path}", _first_line(fault)))
    return result, faults


def _first_line(fault: ValueError) -> str:
    if isinstance(fault, ValidationError):
        return in_words(fault)[0][1].message
    return str(fault)


def distribution(path: str, value: Any) -> Any:
    """How the input at a path varies, as told; KeyError without such a path."""
    if isinstance(value, (Distribution, Relative)):
        return value
    if isinstance(value, dict) and value.get("relative"):
        unit_at(path)
        told = {key: item for key, item in value.items() if key != "relative"}
        return Relative(factor=Varying("1").distribution(told, written=True))
    marker = unit_at(path)
    if "*" in path:
        raise ValueError("a path with `*` takes a relative distribution; add `relative: yes`")
    if marker is None:
        raise ValueError("has no quantity that could vary")
    if isinstance(marker, HeadcountOf):
        return _headcount(value)
    assert isinstance(marker, Unit)
    return Varying(marker.unit, marker.low, marker.high, marker.above).distribution(value, written=True)


def _headcount(value: Any) -> Distribution:
    """A distribution of people, or of a share of them."""
    text = " ".join(str(item) for item in value.values()) if isinstance(value, dict) else str(value)
    unit = "people" if "people" in text or "person" in text else "1"
    return Varying(unit).distribution(value, written=True)
