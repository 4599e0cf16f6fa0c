"""What is not known, drawn anew for every replication from a stream of its own."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from sim.model.people import Luck
from sim.scenario.paths import change, is_factor, values_at

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


def draw(scenario: Scenario, luck: Luck, fixed: Collection[str] = ()) -> tuple[Scenario, dict[str, float]]:
    """The scenario with its uncertain inputs drawn, and what was drawn (a factor, for relative ones) by path.

    No factor acts on what is told for this run alone, at the paths `fixed`.
    """
    drawn: dict[str, float] = {}
    changes: dict[str, float] = {}
    for path, told in scenario.uncertainty.items():
        relative = is_factor(told)
        value = float((told.factor if relative else told).draw(luck.of(f"uncertainty {path}"), 1)[0])
        drawn[path] = value
        if relative:
            told_at = values_at(scenario, path).items()
            changes.update({at: given * value for at, given in told_at if at not in fixed})
        else:
            changes[path] = value
    return (change(scenario, changes) if changes else scenario), drawn
