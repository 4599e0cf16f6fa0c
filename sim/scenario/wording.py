"""What the schema finds wrong, in words for those who write scenario files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from sim.scenario.faults import Fault, did_you_mean
from sim.scenario.paths import fields, kind_at

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

KINDS = ("str", "int", "float", "bool", "[key]")
"""What the schema adds to a path that may hold several kinds of value."""
WANTED = {
    "bool_parsing": "must be yes or no",
    "bool_type": "must be yes or no",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number",
    "string_type": "must be text; put it in quotes",
    "string_pattern_mismatch": "is not written as it should be",
}


def in_words(error: ValidationError) -> list[tuple[list[str], Fault]]:
    """Each fault with the keys at which it stands."""
    found: dict[str, tuple[list[str], Fault]] = {}
    for detail in error.errors():
        keys = [str(key) for key in detail["loc"]]
        while len(keys) > 1 and keys[-1] in KINDS:
            keys.pop()
        path = ".".join(keys)
        found.setdefault(path, (keys, Fault(path, _message(detail, keys))))
    return list(found.values())


def _message(detail: ErrorDetails, keys: list[str]) -> str:
    kind, told = detail["type"], detail["input"]
    if kind == "value_error":
        return detail["msg"].removeprefix("Value error, ")
    if kind == "extra_forbidden":
        return _unknown_key(keys)
    if kind == "missing":
        return "is missing"
    if kind == "literal_error":
        return f"{told!r} is not possible; {did_you_mean(str(told), _choices(detail))}"
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return _section(keys, told)
    if kind == "too_short":
        return "is empty; name at least one"
    if kind in WANTED:
        return f"{WANTED[kind]}; found {told!r}"
    return f"{detail['msg'].lower().replace('input should', 'must')}; found {told!r}"


def _unknown_key(keys: list[str]) -> str:
    """What could have been meant; a dotted path written as one key is told apart."""
    found = keys[-1]
    if "." in found:
        return f"a dotted path is not a key of a file; write `{nested(found.split('.'))}`"
    return f"unknown key; {did_you_mean(found, keys_of('.'.join(keys[:-1])))}"


def nested(keys: list[str]) -> str:
    """Keys inside one another, as they are written."""
    return f"{keys[0]}: {{{nested(keys[1:])}}}" if keys[1:] else f"{keys[0]}: ..."


def keys_of(path: str) -> list[str]:
    """Keys that may stand at a path."""
    parts = _parts_at(path)
    model = next((part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)), None)
    return list(fields(model)) if model else []


def _parts_at(path: str) -> list[Any]:
    from sim.scenario.schema import Scenario

    try:
        return kind_at(path) if path else [Scenario]
    except KeyError:
        return []


def _choices(detail: ErrorDetails) -> list[str]:
    """The words allowed, as the schema lists them."""
    told = str(detail.get("ctx", {}).get("expected", ""))
    return [word.strip(" '") for word in told.replace(" or ", ", ").split(",")]


def _section(keys: list[str], told: Any) -> str:
    """A section that was told as a single value, or left empty."""
    known = keys_of(".".join(keys))
    found = "nothing" if told is None else repr(told)
    inside = f"with keys such as {', '.join(known[:3])}" if known else "of names"
    return f"must be a mapping {inside}; found {found[:60]}"
