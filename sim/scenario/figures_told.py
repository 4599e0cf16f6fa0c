"""Quantities told by the name of a planning figure: where each comes from."""

from __future__ import annotations

from typing import Any

from sim.scenario.paths import BY_PATH, flatten, unit_at
from sim.scenario.reading import Document
from sim.scenario.standards import Figure, is_name, named
from sim.scenario.standards.names import shown

ORIGINS = {"memory": "assumed", "derived": "assumed"}
"""How the source of a figure counts, by how it was found; others are sourced."""


def cite(document: Document) -> None:
    """Give every quantity that is told by name the source of its figure, unless the file tells another."""
    apart = (*BY_PATH, "observed", "arrivals")
    told = {key: value for key, value in document.data.items() if key not in apart}
    cited = {path: source(value) for path, value in flatten(told).items() if is_name(value) and measured(path)}
    sources = document.data.setdefault("sources", {}) if cited else {}
    if isinstance(sources, dict):
        for path, found in cited.items():
            if found is not None:
                sources.setdefault(path, found)


def measured(path: str) -> bool:
    """Whether a quantity stands at a path; names of files and places have dots too."""
    try:
        return unit_at(path) is not None
    except KeyError:
        return False


def source(name: str) -> dict[str, Any] | None:
    """The source of a figure as scenario files tell it; None where no figure has that name."""
    try:
        figure: Figure = named(name.strip())
    except ValueError:
        return None
    note = f"{figure.name}, {shown(figure)}: {figure.edition}, {figure.source}"
    origin = ORIGINS.get(figure.found, "sourced")
    return {"note": note, "date": figure.date, "confidence": figure.confidence, "origin": origin}
