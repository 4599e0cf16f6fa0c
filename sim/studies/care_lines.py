"""Health posts in words: how many each can see, and how many are expected to ask there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.model.patient import patients
from sim.scenario.medical import CareGroup
from sim.studies.telling import of_day

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


def lines(scenario: Scenario) -> Iterator[str]:
    """What `check` says of care."""
    places = scenario.reception.places
    for name, post in scenario.medical.posts.items():
        hours = post.visit.centre
        sees = f"see {post.clinicians / hours:,.3g} patients an hour" if hours > 0 else "see everybody at once"
        part = places[post.at].arrive if post.at in places else 1.0
        come = asking(scenario) * part
        work = f"{come * hours / post.clinicians:,.3g} h of work for all of them"
        shut = f"; {of_day(post.hours)} only" if post.hours else ""
        told = f"{post.clinicians:g} clinicians {sees}; about {come:,.0f} ask, {work}"
        yield f"health post {name} at {post.at}: {told}{shut}"


def asking(scenario: Scenario) -> float:
    """Patients who come with their party and ask for care on arrival, in expectation."""
    groups, told = patients(scenario), scenario.medical.groups
    of = {name: told.get(name) or CareGroup() for name in groups}
    taken = 1.0 if scenario.medical.hospitals else 0.0
    return sum(
        groups[name].people.of(scenario.present) * (1 - taken * group.transported) * group.asks_on_arrival
        for name, group in of.items()
    )
