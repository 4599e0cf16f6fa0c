"""Quantities as people write them (``77 km``, ``30 L/day``) and the units used inside."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pint

DEFINITIONS = """
km = [length] = kilometre = kilometer = kilometres = kilometers
m = 0.001 km = metre = meter = metres = meters
h = [time] = hour = hours
min = h / 60 = minute = minutes
s = h / 3600 = second = seconds
day = 24 h = days = d
week = 168 h = weeks
month = 30 day = months
year = 365 day = years
person = [person] = people = persons
household = [household] = households
vehicle = [vehicle] = vehicles = veh
lane = [lane] = lanes
patient = person = patients
pupil = person = pupils
child = person = children
birth = person = births
death = person = deaths
piece = [piece] = pieces
kg = [mass] = kilogram = kilograms
g = 0.001 kg = gram = grams
t = 1000 kg = tonne = tonnes
mg = 0.000001 kg
L = [volume] = litre = litres = liter = liters = l
m3 = 1000 L
mL = 0.001 L = ml
kcal = [energy]
USD = [currency] = usd
m2 = [area]
degC = [temperature]
percent = 0.01
""".strip()
COUNTED = """
bag bar bed bus carton case case_worker clinic clinical_officer clinician community_worker container desk doctor dose
dressing drum generator hand_pump health_centre hospital kit latrine laundry meal module nurse open_well pack parcel
point promoter refill refuse_container sachet session set shower supervisor tanker tap teacher tent trip truck unit vial
visit ward staff IU
"""
"""What is counted one by one, each its own measure: a carton is no piece."""

ALIASES = {"%": "percent", "°C": "degC"}
USUAL = {
    ("min", "h"): 1 / 60,
    ("day", "h"): 24.0,
    ("days", "h"): 24.0,
    ("days", "day"): 1.0,
    ("month", "h"): 720.0,
    ("months", "h"): 720.0,
    ("people", "person"): 1.0,
}
"""What scenarios are full of, as the definitions have it: known without loading what reads units."""
LONGEST = 60
"""Characters of a quantity that a message repeats."""
NUMBER = r"[-+]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,4})?"
QUANTITY = re.compile(rf"\s*(?P<number>{NUMBER})\s*(?P<unit>[A-Za-z%°][A-Za-z0-9%°/ *_-]{{0,40}})?\s*")


@contextmanager
def _without(name: str) -> Iterator[None]:
    """A package that is not there meanwhile: pint loads dask, for a tenth of a second, to know its arrays."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


@cache
def registry() -> pint.UnitRegistry[Any]:
    """The field's own units: pint's default reads ``1 MT`` as a megatesla."""
    with _without("dask"):
        import pint  # a third of a second: only where a quantity is read, not where figures are listed

    units: pint.UnitRegistry[Any] = pint.UnitRegistry(None)
    units.load_definitions([*DEFINITIONS.splitlines(), *(f"{noun} = [{noun}] = {noun}s" for noun in COUNTED.split())])
    return units


def split(text: str) -> tuple[float, str]:
    """Number and unit of a quantity; ValueError when the text is not one."""
    found = QUANTITY.fullmatch(text)
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
    if not found:
        raise ValueError(f"{shown!r} is not a quantity; write a number and a unit, such as '12.5 km'")
    number = float(found["number"].replace(",", ""))
    if not math.isfinite(number):
        raise ValueError(f"{shown!r} is too large a number")
    return number, (found["unit"] or "").strip()


def parsed_unit(name: str) -> Any:
    """The unit of that name; ValueError when the field has no such unit."""
    if not re.fullmatch(r"[A-Za-z0-9_%°]+(?:\s*[-/*]\s*[A-Za-z0-9_%°]+)*", name):
        raise ValueError(f"{name!r} is not a unit")
    try:
        name = re.sub("[%°]C?", lambda sign: ALIASES.get(sign[0], sign[0]), name).replace("-", "*")
        return registry().parse_units(name)
    except Exception as fault:  # pint raises a dozen kinds, AssertionError among them
        raise ValueError(f"unknown unit {name!r}") from fault


@cache
def factor(unit: str, wanted: str) -> float:
    """How many of the wanted unit one of this unit is; ValueError when they do not fit."""
    if unit == wanted or (unit, wanted) in USUAL:
        return USUAL.get((unit, wanted), 1.0)
    have, want = parsed_unit(unit), parsed_unit(wanted)
    if not fits(unit, wanted):
        raise ValueError(f"the unit {unit!r} does not fit; use {wanted!r} or a multiple of it")
    return float(registry().Quantity(1.0, have).to(want).magnitude)


def fits(unit: str, wanted: str) -> bool:
    """Whether a unit measures what another does."""
    return unit == wanted or bool(parsed_unit(unit).is_compatible_with(parsed_unit(wanted)))


def read(text: str, wanted: str) -> float:
    """The quantity in the wanted unit."""
    number, unit = split(text)
    if not unit:
        if wanted == "1":
            return number
        raise ValueError(f"{text} has no unit; write '{text} {wanted}' if that is what you mean")
    if wanted == "1":
        if unit in ("%", "percent"):
            return number / 100
        raise ValueError(f"{text!r} has a unit where none is due")
    return number * factor(unit, wanted)


def show(value: float, unit: str) -> str:
    """A quantity as it would be written in a scenario file."""
    if unit == "1":
        return f"{value:.6g}"
    form = ",.6g" if abs(value) < 1e6 else ",.0f" if abs(value) < 1e15 else ".3g"
    return f"{value:{form}} {unit}"
