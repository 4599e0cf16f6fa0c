"""What follows from a scenario alone, worked out once for each of the last few: a scenario is frozen."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

T = TypeVar("T")
LAST = 4
"""Scenarios of which it is kept: a study goes from one to the next."""


class _Same:
    """A scenario by itself: one is the same as another only where it is that one."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    def __hash__(self) -> int:
        return id(self.scenario)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.scenario is self.scenario


def once(of: Callable[[Scenario], T]) -> Callable[[Scenario], T]:
    """The same, kept for the last few scenarios; whoever asks changes nothing in what is found."""

    @lru_cache(maxsize=LAST)
    def known(same: _Same) -> T:
        return of(same.scenario)

    @wraps(of)
    def find(scenario: Scenario) -> T:
        return known(_Same(scenario))

    return find
