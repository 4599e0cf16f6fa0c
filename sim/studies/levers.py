"""Levers: what planners can choose, in steps from the value now, with what each step costs; and packages of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from sim.scenario.distributions import Distribution
from sim.scenario.faults import Fault, ScenarioError, did_you_mean
from sim.scenario.fields import Headcount, HeadcountOf
from sim.scenario.paths import change, fields, keys_in, settled, unit_at
from sim.scenario.references import plain

if TYPE_CHECKING:
    from sim.scenario.response import Lever as Told
    from sim.scenario.schema import Scenario

Package = tuple[int, ...]
"""Steps bought of each lever, in their order."""
SLACK = 1e-9


@dataclass(frozen=True)
class Lever:
    """One lever: the values it takes after 0, 1, 2 ... steps, and the cost of a step."""

    path: str
    unit: str
    values: tuple[float, ...]
    cost: float | None
    """US dollars a step; None where none is told."""
    factor: bool
    """Whether a step multiplies what each run has drawn, since the input varies."""
    note: str

    @property
    def most(self) -> int:
        """Steps there are."""
        return len(self.values) - 1


@dataclass(frozen=True)
class Bought:
    """What a package changes: values told anew, and factors on what each run has drawn."""

    changes: Mapping[str, Any]
    factors: Mapping[str, float]


def levers(scenario: Scenario, only: Sequence[str] = ()) -> tuple[Lever, ...]:
    """The levers of a scenario, or those named; ScenarioError where there are none, or one cannot be moved."""
    if not scenario.levers:
        text = "no levers are told; tell them under `levers`: a dotted path with low, high, step and the cost of a step"
        raise ScenarioError([Fault("levers", text)])
    missing = [name for name in only if name not in scenario.levers]
    if missing:
        raise ScenarioError(
            Fault("", f"no such lever: {name!r}; {did_you_mean(name, scenario.levers)}", "--lever") for name in missing
        )
    names, found, faults = only or tuple(scenario.levers), list[Lever](), list[Fault]()
    for path in dict.fromkeys(names):
        try:
            found.append(_lever(scenario, path, scenario.levers[path]))
        except ValueError as fault:
            faults.append(Fault(f"levers.{path}", str(fault)))
    if faults:
        raise ScenarioError(faults)
    return tuple(found)


def _lever(scenario: Scenario, path: str, told: Told) -> Lever:
    """A lever with its values; they go from the value now to the high end, or to the low end from there."""
    marker = unit_at(path)
    now = value_at(scenario, path)
    low, high = (_read(marker, end) for end in (told.low, told.high))
    if not isfinite(now):
        raise ValueError("its value now is not known, so that no step can be taken from it: tell it in the scenario")
    end = high if now < high - SLACK else low
    width = abs(end - now) if told.step is None else _read(marker, told.step)
    if width <= SLACK:
        raise ValueError(f"a step of {width:g} leads nowhere; must be more than 0")
    number = int(abs(end - now) / width + SLACK)
    if number < 1:
        raise ValueError(f"is at {now:g}, from where no whole step of {width:g} stays within {low:g} to {high:g}")
    sign = 1 if end > now else -1
    values = tuple(now + sign * width * k for k in range(number + 1))
    varies = bool(settled(scenario.uncertainty, [path])) and now > 0
    return Lever(path, marker.unit, values, told.cost, varies, told.note)


def _read(marker: Any, told: Any) -> float:
    """An end or a step of a lever, in the unit of its path."""
    if isinstance(marker, HeadcountOf):
        return _people(marker.read(told, True))
    return plain(told, marker)


def _people(told: Headcount) -> float:
    return told.people if told.people is not None else told.share or 0.0


def value_at(scenario: Scenario, path: str) -> float:
    """The value at a path, the middle of what varies; nan where nothing is told there."""
    found: Any = scenario
    for key in keys_in(path):
        if isinstance(found, BaseModel):
            info = fields(type(found)).get(key)
            name = next((name for name, field in type(found).model_fields.items() if field is info), key)
            found = getattr(found, name, None)
        else:
            found = found.get(key) if isinstance(found, Mapping) else None
    if isinstance(found, Distribution):
        return found.centre
    if isinstance(found, Headcount):
        return _people(found)
    return float(found) if isinstance(found, (int, float)) and not isinstance(found, bool) else float("nan")


def cost(known: Sequence[Lever], package: Package) -> float:
    """US dollars of a package; what has no cost told counts as nothing, and is never bought for money."""
    return sum((lever.cost or 0.0) * steps for lever, steps in zip(known, package, strict=True))


def bought(known: Sequence[Lever], package: Package) -> Bought:
    """What a package changes in a scenario."""
    moved = [(lever, lever.values[steps]) for lever, steps in zip(known, package, strict=True) if steps]
    changes = {lever.path: value for lever, value in moved if not lever.factor}
    return Bought(changes, {lever.path: value / lever.values[0] for lever, value in moved if lever.factor})


def checked(scenario: Scenario, known: Sequence[Lever]) -> None:
    """Whether the scenario can be told each lever's last value; ScenarioError where it cannot."""
    for number, lever in enumerate(known):
        whole = bought(known, tuple(lever.most if k == number else 0 for k in range(len(known))))
        change(scenario, dict(whole.changes))


def priced(known: Sequence[Lever], budget: float | None) -> None:
    """Whether a budget can buy anything; ScenarioError says what the cheapest step costs."""
    costs = {lever.path: lever.cost for lever in known if lever.cost is not None}
    if budget is None:
        return
    if not (isfinite(budget) and budget >= 0):
        raise ScenarioError([Fault("", f"{budget:g} USD is not possible; must be 0 USD or more", "--budget")])
    if not costs:
        text = "no lever tells what a step costs, so that nothing can be bought; tell `cost` under each of `levers`"
        raise ScenarioError([Fault("", text, "--budget")])
    cheapest = min(costs, key=lambda path: costs[path])
    if costs[cheapest] > budget + SLACK:
        text = f"{budget:,.0f} USD buys nothing; the cheapest step, of {cheapest}, costs {costs[cheapest]:,.0f} USD"
        raise ScenarioError([Fault("", text, "--budget")])
