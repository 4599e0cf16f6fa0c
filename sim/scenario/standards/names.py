"""Names of planning figures where a number could stand: `need: sphere.water.total`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.scenario import units
from sim.scenario.standards.library import named

if TYPE_CHECKING:
    from sim.scenario.standards.library import Figure

NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")


def is_name(told: Any) -> bool:
    """Whether a value is written as the name of a figure."""
    return isinstance(told, str) and NAME.fullmatch(told.strip()) is not None


def quantity(name: str, unit: str) -> float:
    """The figure of that name in a unit; ValueError when there is none, or when what it is per does not fit."""
    figure = named(name.strip())
    for form in forms(figure):
        try:
            return figure.an_hour * units.factor(form, unit)
        except ValueError:
            continue
    due = "a plain number" if unit == "1" else f"'{unit}'"
    raise ValueError(f"{figure.name} is {shown(figure)}, which does not fit; {due} is due")


def forms(figure: Figure) -> Iterator[str]:
    """The units a figure can be read in: a field need not repeat whom a number is for, but a time is never dropped."""
    time = "" if figure.hours is None else "/h"
    if figure.by.noun:
        yield f"{figure.unit}/{figure.by.noun}{time}"
    yield f"{figure.unit}{time}"


def shown(figure: Figure) -> str:
    """A figure's value as people say it."""
    amount = units.show(figure.value, figure.unit)
    return f"{amount} per {figure.per}" if figure.per else amount


def own_value(figure: Figure, told: str | float) -> float:
    """A scenario's own value of a figure, in its unit: a quantity, another figure's name, or in Python a number."""
    if not isinstance(told, str):
        value = float(told)
    elif is_name(told):
        value = quantity(told, next(forms(figure))) * figure.by.number * (figure.hours or 1.0)
    else:
        value = units.read(told, figure.unit)
    if not 0 <= value < math.inf:
        raise ValueError(f"{told} is not possible; must be {units.show(0, figure.unit)} or more")
    return value
