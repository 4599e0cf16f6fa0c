"""What is watched before a movement begins, and what is done when it is seen: triggers of early action."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.scenario.faults import Fault, did_you_mean
from sim.scenario.fields import HoursVary, Instant, Section, hours
from sim.scenario.references import items, places

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


class EarlyAction(Section):
    """A signal, and the action that is taken when it is seen."""

    signal: str
    """What is watched, and by which office or role."""
    at: Instant
    """When it is seen, in this scenario's story; before the start it is negative, such as `-72 h`."""
    decision: HoursVary = hours(0.0)
    """Hours from the signal until it is decided."""
    action: str = ""
    """What is then done."""
    takes: HoursVary
    """Hours from the decision until the action has ended."""
    item: str | None = None
    """The item whose need it is to be there for; people themselves when left out."""
    place: str | None = None
    """Where; wherever people are received when left out."""


def triggers(scenario: Scenario) -> Iterator[Fault]:
    """Triggers for an item or a place that is not there."""
    for name, told in scenario.triggers.items():
        at = f"triggers.{name}"
        if told.item is not None and told.item not in items():
            yield Fault(f"{at}.item", f"no such item: {told.item!r}; {did_you_mean(told.item, items())}")
        if told.place is not None and told.place not in places(scenario):
            yield Fault(f"{at}.place", f"no such place: {told.place!r}; {did_you_mean(told.place, places(scenario))}")
