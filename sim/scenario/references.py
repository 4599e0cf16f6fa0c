"""Names that must stand elsewhere: places and items of supplies, and the paths of uncertainties, levers and sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from sim.scenario import place_names, standards
from sim.scenario.distributions import Distribution
from sim.scenario.faults import Fault, ScenarioError, did_you_mean, near
from sim.scenario.fields import HeadcountOf, Unit
from sim.scenario.paths import fields, kind_at, unit_at
from sim.scenario.response import BETWEEN, CARE
from sim.scenario.standards import sectors
from sim.scenario.standards.births import CARED_FOR
from sim.scenario.standards.handed import handed
from sim.scenario.standards.packages import FEEDING

if TYPE_CHECKING:
    from sim.scenario.response import Lever
    from sim.scenario.schema import Scenario

PLACE = "place"
PATIENTS = "patients"
"""All items of people in care together, as `needs.hourly` names them."""


def places(scenario: Scenario) -> list[str]:
    """Where a supply can stand."""
    homes = list(scenario.population.settlements) or ["home"]
    road = [*scenario.corridor.feeders, *scenario.corridor.segments, "road"] if scenario.corridor else []
    fuel = ["fuel_queue", *scenario.fuel.depots] if scenario.fuel else []
    there = [*homes, "home", "everywhere", *road, *fuel, *(scenario.reception.places or ["reception"])]
    return list(dict.fromkeys([*there, *scenario.medical.hospitals, CARE, BETWEEN, *scenario.supply.sources]))


def besides(scenario: Scenario) -> list[str]:
    """Places that follow from what is told: hospitals, or care where injured are told; between places, on the way."""
    hurt = scenario.fuel is not None and any(told.injured for told in scenario.fuel.explosions.values())
    hospitals = list(scenario.medical.hospitals)
    travel = hospitals or any(place.travel for place in scenario.reception.places.values())
    return [*(hospitals or ([CARE] if hurt else [])), *([BETWEEN] if travel else [])]


def items() -> set[str]:
    """What can be needed and supplied."""
    return {figure.item for figure in (*standards.needed(), *handed())} | {"fuel", "births", *CARED_FOR}


def supplies(scenario: Scenario) -> Iterator[Fault]:
    """Supplies and needs that name no place, item, commodity of the blockade or planning figure."""
    inside = scenario.blockade.items if scenario.blockade else {}
    told: dict[str, tuple[str, Iterable[str], str]] = {}
    for name, supply in scenario.supply.provided.items():
        at = f"supply.provided.{name}"
        told |= {f"{at}.place": (supply.place, places(scenario), PLACE), f"{at}.item": (supply.item, items(), "item")}
        if supply.from_blockade is not None:
            told[f"{at}.from_blockade"] = (supply.from_blockade, inside, "commodity of the blockade")
    for name, part in scenario.supply.covered.items():
        at = f"supply.covered.{name}"
        told |= {f"{at}.place": (part.place, places(scenario), PLACE), f"{at}.item": (part.item, items(), "item")}
    known = {figure.name for figure in standards.needed()}
    told |= {f"needs.hourly.{name}": (name, items() | {PATIENTS}, "item") for name in scenario.needs.hourly}
    told |= {f"needs.figures.{name}": (name, known, "planning figure") for name in scenario.needs.figures}
    told |= {f"needs.sectors.{code}": (code, sectors.names(), "sector") for code in scenario.needs.sectors}
    told |= {f"needs.items.{name}": (name, items(), "item") for name in scenario.needs.items}
    told |= {f"needs.guidance.{name}": (name, {FEEDING}, "guidance") for name in scenario.needs.guidance}
    for path, (name, allowed, what) in told.items():
        if name not in allowed:
            hint = place_names.which(scenario, name, allowed) if what == PLACE else did_you_mean(name, allowed)
            yield Fault(path, f"no such {what}: {name!r}; {hint}")
    yield from own_values(scenario)


def own_values(scenario: Scenario) -> Iterator[Fault]:
    """Own values of planning figures that cannot be read in the unit of the figure."""
    for figure in standards.needed():
        try:
            standards.with_own(figure, scenario.needs.figures)
        except ScenarioError as error:
            yield from error.faults


def groups(scenario: Scenario) -> Iterator[Fault]:
    """Groups of patients that are nearly, but not quite, those the planning figures are for."""
    known = {figure.of for figure in standards.needed()} - {"everyone", "in_care"}
    for name in scenario.population.patients:
        if name not in known and (meant := near(name, known)):
            yield Fault(f"population.patients.{name}", f"no planning figure is for {name!r}; did you mean '{meant}'?")


def varied(scenario: Scenario) -> Iterator[Fault]:
    """Uncertainties of something that the scenario does not tell of."""
    for path in scenario.uncertainty:
        if (wrong := absent(scenario, path)) is not None:
            yield Fault(f"uncertainty.{path}", wrong)


def explained(scenario: Scenario) -> Iterator[Fault]:
    """Sources of something that the scenario does not tell of."""
    for path in scenario.sources:
        if (wrong := absent(scenario, path)) is not None:
            yield Fault(f"sources.{path}", wrong)


def chosen(scenario: Scenario) -> Iterator[Fault]:
    """Levers of something that is not there, or whose range cannot be read."""
    for path, lever in scenario.levers.items():
        wrong = absent(scenario, path)
        if wrong is not None:
            yield Fault(f"levers.{path}", wrong)
        elif not isinstance(unit_at(path), (Unit, HeadcountOf)):
            yield Fault(f"levers.{path}", "has no quantity that could be chosen")
        else:
            yield from _range(path, lever)


def _range(path: str, lever: Lever) -> Iterator[Fault]:
    marker = unit_at(path)
    read: dict[str, float] = {}
    for name in ("low", "high", "step"):
        told = getattr(lever, name)
        if told is None:
            continue
        try:
            read[name] = marker.read(told, True).of(1.0) if isinstance(marker, HeadcountOf) else plain(told, marker)
        except ValueError as fault:
            yield Fault(f"levers.{path}.{name}", str(fault))
    if read.get("low", 0) > read.get("high", read.get("low", 0)):
        yield Fault(f"levers.{path}.high", f"{lever.high} is less than the low end, {lever.low}")


def plain(told: Any, marker: Unit) -> float:
    """A value of a lever; its low end may be 0 where the input itself must be more."""
    return Unit(marker.unit, marker.low, marker.high).read(told, True)


def absent(scenario: Scenario, path: str) -> str | None:
    """What is wrong with a path: no such key in the schema, or no such name in the scenario; `*` is any name."""
    try:
        kind_at(path)
    except KeyError as fault:
        return f"no such path: {fault.args[0]}"
    return _unnamed(scenario, path.split("."))


def _unnamed(told: Any, keys: list[str]) -> str | None:
    if not keys or isinstance(told, Distribution):
        return None
    key, *rest = keys
    if told is None:
        return f"nothing is told of what '{key}' belongs to"
    if isinstance(told, BaseModel):
        info = fields(type(told)).get(key)
        name = next((n for n, field in type(told).model_fields.items() if field is info), key)
        return _unnamed(getattr(told, name, None), rest)
    if not isinstance(told, Mapping):
        return None
    matching = [name for name in told if fnmatchcase(name, key)]
    if not matching:
        return f"no '{key}' is told of; {did_you_mean(key, told)}" if told else f"no '{key}' is told of"
    wrong = [_unnamed(told[name], rest) for name in matching]
    return None if None in wrong else wrong[0]
