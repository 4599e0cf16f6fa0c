"""What stands at a node of the road must fit together: one checkpoint, and crossings with shares that sum."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from sim.scenario.faults import Fault

if TYPE_CHECKING:
    from sim.scenario.road import Crossing
    from sim.scenario.schema import Scenario

WHOLE = 1e-6
"""How far shares may be from making up everyone."""


def checkpoints(scenario: Scenario) -> Iterator[Fault]:
    """No second checkpoint at a node: which comes first would not be told."""
    posts = sorted(scenario.corridor.checkpoints.items()) if scenario.corridor else []
    first: dict[str, str] = {}
    for name, post in posts:
        other = first.setdefault(post.at, name)
        if other != name:
            text = (
                f"'{post.at}' has the checkpoint '{other}' already; put a segment between the two if one stands "
                "behind the other, or tell one checkpoint with more `lanes` or `booths`"
            )
            yield Fault(f"corridor.checkpoints.{name}.at", text)


def shares(scenario: Scenario) -> Iterator[Fault]:
    """Shares of the crossings at a node sum to one, or none is told."""
    crossings = sorted(scenario.corridor.crossings.items() if scenario.corridor else (), key=lambda c: c[1].at)
    for node, at_node in groupby(crossings, key=lambda c: c[1].at):
        yield from _shares(node, dict(at_node))


def _shares(node: str, crossings: dict[str, Crossing]) -> Iterator[Fault]:
    told = {name: crossing.share for name, crossing in crossings.items() if crossing.share is not None}
    silent = [name for name in crossings if name not in told]
    for name in silent if told else ():
        text = f"has no `share`, but '{min(told)}' beside it at '{node}' has; give all a share, or none"
        yield Fault(f"corridor.crossings.{name}", text)
    if told and not silent and abs(sum(told.values()) - 1) > WHOLE:
        text = f"the shares of the crossings at '{node}' sum to {sum(told.values()):.1%}; must be 100 %"
        yield Fault(f"corridor.crossings.{min(told)}.share", text)
