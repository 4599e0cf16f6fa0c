"""Inputs in words: what stands at a dotted path, as a question for the telephone and as a limit in a sentence."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from math import floor, log10
from typing import Any, NamedTuple

from pydantic import BaseModel

from sim.scenario.describing import describe
from sim.scenario.distributions import Distribution
from sim.scenario.fields import INSTANT, HeadcountOf, Unit
from sim.scenario.paths import OWN_FIGURES, fields, keys_in, kind_at

ON_AVERAGE = {
    "mean": "on average",
    "median": "half have less, half more",
    "low": "at the least",
    "high": "at the most",
    "mode": "most often",
    "sd": "how far apart",
    "cv": "how far apart, as a share",
}
"""Parameters of what varies, in words."""
AN_HOUR = {"/h": " an hour", "/day": " a day", "/household": ""}
SPEEDS = ("km/h", "L/h")
ASKED = {"h": "hours", "L": "litres", "km": "kilometres", "t": "tonnes", "m3": "cubic metres", "day": "days"}
QUESTIONS = ("how", "who", "when", "what", "whether", "where", "from")
"""Words with which a description begins that names no thing."""
SHARE, FACTOR = "share", "factor"
"""What a number without a unit is: a share of something, or a factor by which what is told is multiplied."""


class Wording(NamedTuple):
    """A question and two limits for inputs whose path fits a pattern; `{0}` is the first name in it."""

    path: str
    question: str
    fewer: str
    more: str


class Named(NamedTuple):
    """What stands at a path: a thing, the place or fleet it belongs to, and a parameter of how it varies."""

    what: str
    where: str
    parameter: str
    unit: str
    """Of the field; `share` and `factor` for numbers that are one."""


@cache
def wordings() -> tuple[Wording, ...]:
    """Rows of wordings.csv; the first whose pattern fits a path is the one."""
    text = files("sim.scenario").joinpath("wordings.csv").read_text(encoding="utf-8")
    return tuple(Wording(**row) for row in csv.DictReader(text.splitlines()))


def named(path: str, *, factor: bool = False) -> Named:
    """What stands at a path, by the descriptions of the schema; a path that is none is its own name."""
    keys = keys_in(path)
    if path.startswith(OWN_FIGURES):
        return Named(f"the planning figure {keys[-1]}", "", "", "")
    described = [(key, _description(keys, at)) for at, key in enumerate(keys)]
    fields_there = [(key, text) for key, text in described if text]
    if not fields_there:
        return Named(name(path.replace(".", " ")), "", "", "")
    parameter = keys[-1] if _is_parameter(keys) else ""
    own = keys[:-1] if parameter else keys
    what = _clause(next(text for key, text in reversed(described[: len(own)]) if text))
    return Named(what, _where(own, described), ON_AVERAGE.get(parameter, ""), FACTOR if factor else _unit(path, what))


def _description(keys: Sequence[str], at: int) -> str:
    """What the schema says of one key of a path; nothing for a name, or where there is no such key."""
    describe()
    model = _model(keys[:at])
    info = fields(model).get(keys[at]) if model is not None else None
    return "" if info is None else str(info.description or "")


def _model(keys: Sequence[str]) -> type[BaseModel] | None:
    from sim.scenario.schema import Scenario

    if not keys:
        return Scenario
    try:
        kind = kind_at(".".join(keys))
    except KeyError:
        return None
    if any(getattr(part, "__origin__", None) is dict for part in kind):
        return None
    return next((p for p in kind if isinstance(p, type) and issubclass(p, BaseModel) and p is not Distribution), None)


def _is_parameter(keys: Sequence[str]) -> bool:
    try:
        return keys[-1] in Distribution.model_fields and Distribution in kind_at(".".join(keys[:-1]))
    except KeyError:
        return False


def _clause(text: str) -> str:
    """The first clause of a description, as it stands within a sentence."""
    first = re.split(r"[;:.](?:\s|$)", text.replace("`", ""))[0].strip()
    return first[:1].lower() + first[1:] if first[1:2].islower() or first[1:2] == " " else first


def _where(keys: Sequence[str], described: list[tuple[str, str]]) -> str:
    """Names on the way, each with what it is the name of; without any, the section if its description is short."""
    found = [
        f"every {_one(keys[at - 1])}" if key == "*" else _called(_one(keys[at - 1]), key)
        for at, (key, text) in enumerate(described[: len(keys)])
        if at and not text
    ]
    if found or len(keys) < 3:
        return ", ".join(found)
    section = _clause(described[len(keys) - 2][1])
    return section if 0 < len(section.split()) <= 3 else ""


def _called(kind: str, told: str) -> str:
    """A name with its kind, unless it says so itself: `checkpoint hakari`, `town buses`."""
    spoken = name(told)
    return spoken if kind in spoken else f"{kind} {spoken}"


def _one(plural: str) -> str:
    """One of what a section holds: `checkpoints` are each a checkpoint."""
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("buses", "bus"), ("s", "")):
        if plural.endswith(ending) and not plural.endswith("ss"):
            return name(plural.removesuffix(ending) + instead)
    return name(plural)


def name(told: str) -> str:
    """A name in a scenario as it is said: `town_buses` are town buses."""
    return told.replace("_", " ")


def _unit(path: str, what: str) -> str:
    try:
        kind = kind_at(path)
    except KeyError:
        return ""
    if INSTANT in kind:
        return "since the start"
    marker: Any = next((part for part in kind if isinstance(part, (Unit, HeadcountOf))), None)
    if isinstance(marker, HeadcountOf):
        return "people"
    if marker is None:
        return ""
    return SHARE if marker.unit == "1" and (marker.high == 1 or what.startswith("share")) else str(marker.unit)


def label(path: str, *, factor: bool = False) -> str:
    """An input by its name: `vehicles an hour that one booth passes (checkpoint hakari)`."""
    it = named(path, factor=factor)
    inside = "; ".join(text for text in (it.where, it.parameter, "times what is told" if factor else "") if text)
    return f"{it.what} ({inside})" if inside else it.what


def unit(path: str, *, factor: bool = False) -> str:
    """The unit of an input in tables; nothing for a factor and for text."""
    told = "" if factor else named(path).unit
    return {SHARE: "1", "since the start": "h"}.get(told, told)


def question(path: str, *, factor: bool = False) -> str:
    """What to ask on the telephone."""
    own, names = _own(path)
    it = named(path, factor=factor)
    if own is not None and not factor:
        return own.question.format(*names) if "*" not in names else own.question.format(*("each" for _ in names))
    name = label(path)
    if factor:
        return f"{_capital(name)}: how many times what is told may it be?"
    if it.unit == "since the start":
        return f"{_capital(name)}: at what time?"
    if it.unit == SHARE:
        return f"{_capital(name)}: how many in a hundred?"
    asked = ASKED.get(it.unit, words_of(it.unit)) if it.unit != "1" else ""
    return f"{_capital(name)}: how many {asked}".rstrip() + "?"


def _own(path: str) -> tuple[Wording | None, list[str]]:
    """The wording of a path, or that of the quantity whose parameter it is, and the names in it."""
    keys = keys_in(path)
    for some in (keys, keys[:-1] if _is_parameter(keys) else []):
        for row in wordings():
            pattern = row.path.split(".")
            if len(pattern) == len(some) and all(p in ("*", key) for p, key in zip(pattern, some, strict=True)):
                return row, [name(key) for p, key in zip(pattern, some, strict=True) if p == "*"]
    return None, []


def limit(path: str, low: float | None, high: float | None, *, factor: bool = False) -> str:
    """A limit as a clause: `a booth of checkpoint hakari passes fewer than 190 vehicles an hour`."""
    it, (own, names) = named(path, factor=factor), _own(path)
    if own is None or factor or "*" in names:
        return _plain(label(path), it, (low, high), factor)
    if low is not None:
        clause = own.more.format(*names, value=spoken(low, it.unit))
        than = "fewer" if "fewer" in own.fewer else "less"
        return clause if high is None else f"{clause}, yet {than} than {spoken(high, it.unit)}"
    assert high is not None
    return own.fewer.format(*names, value=spoken(high, it.unit))


def _plain(name: str, it: Named, ends: tuple[float | None, float | None], factor: bool) -> str:
    """A limit of an input that has no wording of its own."""
    low, high = ends
    first = it.what.split(" ")[0]
    plural = first.endswith("s") and not first.endswith("ss")
    name = name if first in QUESTIONS or plural or first == "the" else f"the {name}"
    verb = ":" if first in QUESTIONS else " lie" if plural else " lies"
    told = [f"above {spoken(low, it.unit)}"] if low is not None else []
    told += [f"below {spoken(high, it.unit)}"] if high is not None else []
    return f"{name}{verb} {' and '.join(told)}{' times what is told' if factor else ''}"


def spoken(value: float, unit: str) -> str:
    """A quantity in a sentence: `190 vehicles an hour`, `30 %`, `hour 62`."""
    if unit == SHARE or (unit == "people" and 0 < value <= 1):
        return f"{100 * value:.6g} %"
    if unit == "since the start":
        return f"hour {value:,.6g}"
    if unit == "h" and 0 < abs(value) < 1:
        return f"{60 * value:.3g} min"
    number = f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:.6g}"
    return number if unit in ("", "1", FACTOR) else f"{number} {words_of(unit)}"


def value(path: str, told: float | str) -> str:
    """A value of an input in three figures with its unit, or a choice by its name."""
    if isinstance(told, str):
        return name(told)
    if "*" in path:
        return f"{told:.3g} times"
    return spoken(float(f"{told:.3g}"), named(path).unit)


def words_of(unit: str) -> str:
    """A unit as it is spoken: `vehicles an hour`."""
    if unit in SPEEDS:
        return unit
    for ending, words in AN_HOUR.items():
        if unit.endswith(ending):
            return unit.removesuffix(ending) + words
    return unit


def rounded(value: float, across: float) -> float:
    """A value rounded to one, two or five of a power of ten, by no more than a hundredth of what is varied across."""
    if across <= 0 or value == 0:
        return value
    most = 0.02 * across
    power = 10.0 ** floor(log10(most))
    step = max(times * power for times in (1, 2, 5) if times * power <= most * (1 + 1e-9))
    return float(f"{round(value / step) * step:.10g}")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
