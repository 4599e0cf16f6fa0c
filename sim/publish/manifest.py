"""What run.json says of a run: what was run, with which luck, what was varied, and which label it carries."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Any

import numpy as np

import sim
from sim.publish.money_tables import companion
from sim.publish.resolved import resolved
from sim.results import leads
from sim.scenario.provenance import ASSUMED, origins
from sim.scenario.route import resolve

if TYPE_CHECKING:
    from sim.scenario.observed import Count
    from sim.scenario.schema import Scenario
    from sim.studies.ensemble import Ensemble

FILES = ("observed.", "arrivals.file", "base")
"""Paths at which files are named."""
WHAT_IF = "what-if scenario, not a forecast"
LOOK_BACK = "look back"
INTERNAL = "internal"
"""How every output is stamped until a shareable set is asked for."""


@dataclass(frozen=True)
class Told:
    """What is known of a run beside its results."""

    wall_time: float = 0.0
    observed: dict[str, list[Count]] = field(default_factory=dict)
    changes: dict[str, str] = field(default_factory=dict)
    until: datetime | None = None
    """Counts up to then were used, for a projection."""
    hxl: bool = False
    home: Path | None = None
    """The folder of the scenario's file, to which the files it names are relative."""


def label(scenario: Scenario, told: Told | None = None) -> str:
    """The one label a run carries.

    A look back is of what was told: no base, no changes, counts over its whole time, and told after it was over.
    """
    told = told or Told()
    if told.until is not None:
        return f"projection from counts up to {told.until:%Y-%m-%d %H:%M}"
    plain = scenario.base is None and not told.changes
    return LOOK_BACK if plain and is_over(scenario) and counted_throughout(scenario, told) else WHAT_IF


def is_over(scenario: Scenario) -> bool:
    """Whether the scenario was told after its time was over."""
    end = scenario.when(scenario.horizon)
    return end is not None and scenario.as_of is not None and aware(scenario.as_of, end) >= end


def counted_throughout(scenario: Scenario, told: Told) -> bool:
    """Whether arrivals were counted until the horizon, or until nobody came any more."""
    if not told.observed:
        return "arrivals" in scenario.observed
    end, counts = scenario.when(scenario.horizon), told.observed.get("arrivals", [])
    return bool(counts) and end is not None and aware(counts[-1].time, end) >= end


def aware(time: datetime, like: datetime) -> datetime:
    """The time with an offset where the other one has one."""
    return time if time.tzinfo is not None or like.tzinfo is None else time.replace(tzinfo=like.tzinfo)


def manifest(ensemble: Ensemble, told: Told) -> dict[str, Any]:
    """The content of run.json; nothing in it names a person, a machine or a folder."""
    scenario = ensemble.scenario
    rows = origins(scenario)
    return {
        "title": scenario.title,
        "label": label(scenario, told),
        "sharing": INTERNAL,
        "fit": any(row.origin == "fitted" for row in rows),
        "start": None if scenario.start is None else scenario.start.isoformat(),
        "as_of": None if scenario.as_of is None else scenario.as_of.isoformat(),
        "now": now(scenario),
        "horizon_h": scenario.horizon,
        "versions": {"needsim": sim.__version__, "python": platform.python_version(), "numpy": np.__version__},
        "scenario_sha256": hashlib.sha256(resolved(scenario).encode()).hexdigest(),
        "seed": ensemble.seed,
        "replications": len(ensemble),
        "failed": {str(number): error for number, error in sorted(ensemble.failures.items())},
        "planned_on": planned_on(ensemble),
        "varied": sorted(scenario.uncertainty),
        "assumed": sorted(row.path for row in rows if row.origin == ASSUMED),
        "changes": without_folders(told.changes),
        **road(scenario),
        "depots": depots(scenario),
        "costs": companion(ensemble),
        "wall_time_s": round(told.wall_time, 3),
    }


def without_folders(changes: Mapping[str, str]) -> dict[str, str]:
    """What was changed; of files only their names, for folders may tell who ran it and where."""
    return {path: PureWindowsPath(told).name if path.startswith(FILES) else told for path, told in changes.items()}


def now(scenario: Scenario) -> str | float | None:
    """The time it was run at, in hours since the start where that has no date; what lies before is past."""
    hour = scenario.run.now
    time = None if hour is None else scenario.when(hour)
    return hour if time is None else time.isoformat()


def planned_on(ensemble: Ensemble) -> dict[str, Any]:
    """The level planned on, the run it is, and the share of supply chains that is in time when decided by then."""
    scenario = ensemble.scenario
    number = None if ensemble.plan_outcome is not None else ensemble.replications[ensemble.plan]
    return {"level": scenario.needs.plan_on, "replication": number, "chains_in_time": leads.share_of(scenario)}


def depots(scenario: Scenario) -> dict[str, dict[str, Any]]:
    """When each depot opens, and the hours of explosions there, since the start."""
    fuel = scenario.fuel
    if fuel is None:
        return {}
    struck = {name: [told.at for told in fuel.explosions.values() if told.depot == name] for name in fuel.depots}
    return {name: {"opens": depot.opens, "explosions": struck[name]} for name, depot in fuel.depots.items()}


def road(scenario: Scenario) -> dict[str, Any]:
    """Where people are counted, how long the road is, and where posts stand on it, in km."""
    if scenario.corridor is None:
        return {}
    route = resolve(scenario.corridor)
    on_trunk = {name: post.at for name, post in scenario.corridor.checkpoints.items() if post.at in route.trunk}
    posts = {name: round(route.km_of(at), 6) for name, at in on_trunk.items()}
    return {"count_at": route.count_at, "road_km": round(route.km_of(route.end), 6), "posts": posts}
