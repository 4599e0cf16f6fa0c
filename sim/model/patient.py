"""A patient: one person who left a party to be taken to care."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from sim.scenario.fields import Headcount
from sim.scenario.people import Patients
from sim.scenario.standards.told import share_there

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

RED, YELLOW, GREEN = 0, 1, 2
"""Priorities, taken in this order."""
IN_CARE = ("waiting_for_transport", "waiting_for_bed", "in_bed", "on_the_way")
STAGES = (*IN_CARE, "discharged")
"""Every patient of the chain is in exactly one."""


@dataclass(eq=False, slots=True)
class Patient:
    """One person on the way from injury or home to a bed; hours are inf for what has not happened."""

    number: int
    group: str
    settlement: str
    """Where it waits to be taken away."""
    triage: int
    began: float
    """Hour of the injury or of the last treatment: from then its clock runs."""
    specialty: str
    stay: float
    ready: float
    """Hour from which it waits."""
    spot: int
    """Where the ledger has it."""
    hospital: str = ""
    bed: tuple[str, str] | None = None
    stage: tuple[str, str] = ("", "")
    taken: float = inf
    """Hour an ambulance or a helicopter left with it."""
    landed: float = inf
    """Hour it reached a hospital outside."""
    cared: float = inf
    """Hour it first lay in a bed, inside or outside."""
    cared_at: str = ""
    """The hospital it lay in then, or the place of the health post."""
    in_bed: float = inf
    """Hour it lay in a bed outside."""
    walked: bool = False
    """Whether it came with a party and was admitted by a health post; nobody took it out."""
    in_own_bed: bool = False
    """Whether that is one of its specialty."""


def patients(scenario: Scenario) -> dict[str, Patients]:
    """Patients by group: as told, and of groups named for care alone by the share that the profile gives of them."""
    found = dict(scenario.population.patients)
    for name in scenario.medical.groups:
        if name not in found and (share := share_there(scenario, name)) is not None:
            found[name] = Patients(people=Headcount(share=share))
    return found
