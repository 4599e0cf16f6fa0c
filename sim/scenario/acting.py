"""What a scenario runs on though nobody told it: defaults that act, and what follows from the class of a road."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from sim.scenario.distributions import Distribution
from sim.scenario.faults import ScenarioError
from sim.scenario.fields import Headcount
from sim.scenario.paths import fields, flatten, keys_in, kind_at
from sim.scenario.ranges import is_random
from sim.scenario.route import USUAL, classes, resolve

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

APART = ("sources", "levers", "uncertainty", "title", "summary", "base", "start", "as_of", "month", "observed", "run")
"""Sections that are no inputs of the simulation."""
OF_CLASS = ("speed", "capacity", "jam_density", "wave_speed", "capacity_drop")
NOT_READ = (
    "population.female",
    "needs.plan_on",
    "needs.hourly.*",
    "appeal.groups.*.title",
    "appeal.sectors.*.lead",
    "supply.provided.*.organisation",
    "supply.provided.*.unit",
)
"""Defaults that only shape what is written, or that nothing reads yet."""


ALSO = ".also_known_as."
"""Other names of places: no inputs, written in places.csv."""


class Given(NamedTuple):
    """What stands in for what was not told, and where that comes from."""

    value: Any
    source: str
    confidence: str
    date: str


def told(scenario: Scenario) -> dict[str, Any]:
    """Inputs that were told, by path."""
    return _leaves(scenario.model_dump(by_alias=True, exclude_unset=True))


def untold(scenario: Scenario) -> dict[str, Any]:
    """Defaults that act on a run, by path."""
    given = told(scenario)
    whole = _leaves(scenario.model_dump(by_alias=True))
    drawn = {path.rpartition(".")[0] for path in given if is_random(path.rpartition(".")[0])}
    rest = {path: value for path, value in whole.items() if path not in given}
    idle = [pattern for pattern, is_idle in IDLE if is_idle(scenario)]
    return {
        path: value
        for path, value in rest.items()
        if value not in ("", "fixed")
        and value is not False
        and path.rpartition(".")[0] not in drawn
        and not any(fnmatchcase(path, pattern) for pattern in idle)
    }


def _leaves(data: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in data.items() if key not in APART}
    leaves = {path: value for path, value in flatten(kept).items() if value is not None and value != {}}
    return {path: value for path, value in leaves.items() if ALSO not in path}


def _no_road(scenario: Scenario) -> bool:
    return scenario.corridor is None


def _nobody_walks(scenario: Scenario) -> bool:
    modes = scenario.population.modes
    return _no_road(scenario) or (modes.foot + modes.cart == 0 and _nothing_stalls(scenario))


def _nothing_stalls(scenario: Scenario) -> bool:
    return _no_road(scenario) or (scenario.fuel is None and scenario.incidents.breakdowns_per_million_km == 0)


def _no_pump(scenario: Scenario) -> bool:
    return _no_road(scenario) or scenario.fuel is None or not scenario.fuel.depots


def _ferries(scenario: Scenario) -> bool:
    crossings = scenario.corridor.crossings.values() if scenario.corridor else ()
    return any(crossing.kind == "ferry" for crossing in crossings)


def _steady(scenario: Scenario) -> bool:
    posts = scenario.corridor.checkpoints.values() if scenario.corridor else ()
    return all(post.variation.sd == 0 for post in posts)


def _all_register_there(scenario: Scenario) -> bool:
    desks = scenario.reception.registration
    return desks is None or (desks.elsewhere.is_fixed and desks.elsewhere.centre == 0)


IDLE: tuple[tuple[str, Callable[[Scenario], bool]], ...] = (
    *((section, _no_road) for section in ("vehicles.*", "departure.*", "weather.night_speed", "incidents.*", "fuel.*")),
    *((name, lambda _: True) for name in NOT_READ),
    ("population.modes.*", _no_road),
    ("medical.without.*", _no_road),
    ("medical.groups.*.asks_on_arrival", lambda s: not s.medical.posts),
    ("medical.groups.*.admitted", lambda s: not s.medical.posts),
    ("weather.spells.*.flying", lambda s: not s.transport.helicopters),
    ("fuel.explosions.*.group", lambda s: not s.medical.hospitals),
    ("population.walking_*", _nobody_walks),
    ("population.slowest_walk", _nobody_walks),
    ("corridor.crossings.*.pause", lambda s: not _ferries(s)),
    ("incidents.[!b]*", _nothing_stalls),
    ("vehicles.engine_on", lambda s: s.fuel is None),
    ("vehicles.classes.*.use.*", lambda s: s.fuel is None),
    ("vehicles.classes.*.idle.*", lambda s: s.fuel is None),
    ("vehicles.classes.*.weight", lambda s: s.corridor is None or not s.corridor.crossings),
    ("departure.loading.spread", lambda s: s.departure.loading.kind == "at_once"),
    ("departure.loading.shape", lambda s: s.departure.loading.kind != "weibull"),
    ("departure.turn_back.[!s]*", lambda s: s.departure.turn_back.share == 0),
    *((f"fuel.{name}", _no_pump) for name in ("ration", "reserve", "expected_transit", "without", "patience.*")),
    ("fuel.uneven", lambda s: s.fuel is None or s.fuel.held is not None),
    ("corridor.checkpoints.*.variation.[!s]*", _steady),
    ("corridor.checkpoints.*.variation.step", _steady),
    (
        "blockade.tank_days",
        lambda s: s.blockade is None or not any(i.fuels_vehicles for i in s.blockade.items.values()),
    ),
    ("reception.registration.elsewhere_delay.*", _all_register_there),
    ("supply.allocation.*", lambda s: not s.supply.provided),
    ("costs.transport.per_tonne", lambda s: s.costs.transport.per_tonne_km is not None),
    ("reception.accommodation.delay.*", lambda s: s.reception.accommodation.share.centre == 0),
)
"""Defaults that change nothing where a condition holds."""


def of_class(scenario: Scenario) -> dict[str, Given]:
    """Figures of each road that follow from its class, whether they are told or not, by path."""
    if scenario.corridor is None:
        return {}
    try:
        links = resolve(scenario.corridor).links
    except ScenarioError:
        return {}
    found: dict[str, Given] = {}
    for link in links:
        kind = "feeders" if link.feeder else "segments"
        road = getattr(scenario.corridor, kind)[link.name]
        row, at = classes()[road.road_class or USUAL], f"corridor.{kind}.{link.name}"
        why = (f"class {row['class']}: {row['source']}", row["confidence"], row["date"])
        found[f"{at}.class"] = Given(USUAL, "the usual class of a road", "low", "")
        for name in OF_CLASS:
            value = float(row["capacity_lane"]) * max(road.lanes, 1) if name == "capacity" else float(row[name])
            if name == "speed" and road.usual_time:
                value, why_speed = link.speed, ("from its length and usual time", "medium", "")
                found[f"{at}.{name}"] = Given(value, *why_speed)
            else:
                found[f"{at}.{name}"] = Given(min(value, link.capacity) if name == "capacity" else value, *why)
    return found


def field_default(path: str) -> Any:
    """What the schema takes at a path where nothing is told; None where it takes nothing."""
    from sim.scenario.schema import Scenario

    model: Any = Scenario
    keys = list(keys_in(path))
    for number, key in enumerate(keys):
        info = fields(model).get(key) if model is not None else None
        if info is None:  # a name of somebody's choice
            model = _below(keys[: number + 1])
            continue
        value = info.get_default(call_default_factory=True)
        rest = keys[number + 1 :]
        if not rest:
            return None if value is PydanticUndefined else value
        if isinstance(value, (Distribution, Headcount)):
            return getattr(value, rest[0], None)
        model = _below(keys[: number + 1])
    return None


def _below(keys: list[str]) -> type[BaseModel] | None:
    """The model that stands at a path, if it is one."""
    try:
        kind = kind_at(".".join(keys))
    except KeyError:
        return None
    return next((part for part in kind if isinstance(part, type) and issubclass(part, BaseModel)), None)


def figures(scenario: Scenario) -> Iterator[tuple[str, Any]]:
    """Planning figures that apply to those who are there, by the path at which an own value would be told.

    Of packages and births, which have none, by the path at which they would be left out.
    """
    from sim.scenario import standards
    from sim.scenario.standards.births import births
    from sim.scenario.standards.handed import handed
    from sim.scenario.standards.told import share_there

    told, named_figures = scenario.needs, {figure.name for figure in standards.needed()}
    for figure in (*standards.needed(), *births(scenario), *handed()):
        own = figure.name in named_figures
        asked = told.items.get(figure.item, told.sectors.get(figure.sector_code, True))
        there = figure.of == "in_care" or bool(share_there(scenario, figure.of))
        if asked and there and figure.name not in told.figures:
            yield f"needs.figures.{figure.name}" if own else f"needs.items.{figure.item}", figure
