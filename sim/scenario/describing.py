"""What each input is, as the docstring of its field has it: read from the source when somebody asks.

Pydantic would read it while each command starts, for a sixth of a second that most of them do not need.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel


@cache
def describe() -> None:
    """Give every field of a scenario its description."""
    for model in sections():
        told = {name: text for of in reversed(model.__mro__) for name, text in _docstrings(of).items()}
        for name, info in model.model_fields.items():
            info.description = info.description or told.get(name)


@cache
def described_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario, with these descriptions."""
    from sim.scenario.schema import Scenario

    describe()
    for model in sections():
        model.model_rebuild(force=True)
    return Scenario.model_json_schema(by_alias=True)


def sections() -> list[type[BaseModel]]:
    """The models that a scenario is made of, each after its parts."""
    from sim.scenario.schema import Scenario

    return list(dict.fromkeys(_with_parts(Scenario)))


def _with_parts(kind: Any) -> Iterator[type[BaseModel]]:
    for part in get_args(kind):
        yield from _with_parts(part)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for info in kind.model_fields.values():
            yield from _with_parts(info.annotation)
        yield kind


def _docstrings(model: type) -> dict[str, str]:
    """Docstrings of the fields of a class, those that it tells itself."""
    return _in_module(model.__module__).get(model.__qualname__, {}) if model.__module__.startswith("sim.") else {}


@cache
def _in_module(name: str) -> dict[str, dict[str, str]]:
    """Class: field: docstring, of a module."""
    spec = find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    return {node.name: dict(_told(node)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _told(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, text in pairwise(node.body):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
            and isinstance(text.value.value, str)
        ):
            yield field.target.id, inspect.cleandoc(text.value.value)
