"""What relaxes each constraint of a scenario by a tenth: which inputs are multiplied, found from what it tells.

A tenth more of what limits (litres, vehicles an hour, lanes, seats, stock), or a tenth more of its pace, so that what
takes time takes 1 / 1.1 of it; hours count from the start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.scenario.multiplied import numbers
from sim.scenario.paths import flatten

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

TENTH = 1.1
MORE, SOONER = TENTH, 1 / TENTH
OF_ARRIVALS: dict[str, dict[str, float]] = {
    "permission": {
        "departure.permission.*.from": SOONER,
        "departure.permission.*.over": SOONER,
        "departure.loading.begins": SOONER,
        "departure.loading.midpoint": SOONER,
        "departure.loading.spread": SOONER,
        "corridor.opens": SOONER,
    },
    "fuel": {
        "fuel.depots.*.stock": MORE,
        "fuel.depots.*.deliveries.*.litres": MORE,
        "fuel.depots.*.service": SOONER,
    },
    "road": {
        "corridor.segments.*.lanes": MORE,
        "corridor.segments.*.capacity": MORE,
        "corridor.feeders.*.lanes": MORE,
        "corridor.feeders.*.capacity": MORE,
        "corridor.crossings.*.capacity": MORE,
        "corridor.crossings.*.round_trip": SOONER,
    },
    "checkpoint": {
        "corridor.checkpoints.*.booth_rate": MORE,
        "corridor.checkpoints.*.service": SOONER,
        "corridor.checkpoints.*.regimes.*.booth_rate": MORE,
        "corridor.checkpoints.*.convoy.vehicles": MORE,
        "corridor.checkpoints.*.pedestrians": MORE,
    },
    "incident": {"incidents.breakdowns_per_million_km": SOONER, "incidents.clearing": SOONER},
    "transport": {
        "transport.buses.*.seats": MORE,
        "transport.buses.*.loading": SOONER,
        "transport.buses.*.back": SOONER,
    },
}
"""By constraint of arrivals: paths and their factors; those of which nothing is told are left out."""
OF_SUPPLY: dict[str, dict[str, float]] = {
    "stock": {
        "supply.provided.*.stock": MORE,
        "supply.provided.*.deliveries.*.amount": MORE,
        "supply.provided.*.daily": MORE,
    },
    "not_yet_come": {"supply.provided.*.deliveries.*.at": SOONER, "supply.provided.*.from": SOONER},
    "pledge": {},
    "lead_time": {
        "supply.provided.*.reorder.lead": SOONER,
        **{f"supply.sources.*.{step}": SOONER for step in ("call_out", "loading", "customs", "unloading", "hand_out")},
        "supply.sources.*.speed": MORE,
    },
    "handout": {"supply.provided.*.handout": MORE},
    "room": {"reception.places.*.capacity": MORE},
    "storage": {"supply.provided.*.reorder.level": MORE, "supply.provided.*.reorder.up_to": MORE},
    "trucks": {"transport.trucks.*.payload": MORE, "transport.trucks.*.volume": MORE},
    "budget": {"supply.allocation.budget": MORE},
}
"""By limit of supply, the same; storage, trucks and budget act through the orders they allow.

Fuel is relaxed with what limits arrivals, since who gets some decides who leaves.
"""


class Relaxation(NamedTuple):
    """One constraint relaxed by a tenth."""

    of: str
    """`arrivals` or `supply`."""
    constraint: str
    factors: dict[str, float]
    changes: dict[str, Any]

    @property
    def name(self) -> str:
        """What its variant is called."""
        return f"{self.of} {self.constraint}"

    @property
    def paths(self) -> str:
        """The inputs it changes, for a reader."""
        told = [f"{path} x{by:.4g}" for path, by in self.factors.items()]
        return "; ".join([*told, *(f"{path} = {_shown(value)}" for path, value in self.changes.items())])


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else f"{value['amount']:g}, {value['status']}"


def relaxations(scenario: Scenario) -> list[Relaxation]:
    """All that a scenario allows: constraints of which it tells something that a tenth changes."""
    told = flatten(scenario.model_dump(by_alias=True, exclude_none=True))
    found = []
    for of, known in (("arrivals", OF_ARRIVALS), ("supply", OF_SUPPLY)):
        for constraint, paths in known.items():
            if of == "arrivals" and scenario.corridor is None:
                continue
            factors = dict(_there(told, paths))
            changes = _changes(scenario, constraint)
            if factors or changes:
                found.append(Relaxation(of, constraint, factors, changes))
    return found


def _there(told: Mapping[str, Any], paths: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """Paths at which a number other than nothing is told."""
    for path, by in paths.items():
        if any(numbers(told, path).values()):
            yield path, by


def _changes(scenario: Scenario, constraint: str) -> dict[str, Any]:
    """What no factor can say: closures that end sooner, and a tenth of what is pledged, funded."""
    if constraint == "incident" and scenario.corridor is not None:
        return {
            f"corridor.closures.{name}.until": one.begins + (one.until - one.begins) / TENTH
            for name, one in scenario.corridor.closures.items()
            if f"corridor.closures.{name}.until" not in scenario.uncertainty
        }
    if constraint == "pledge":
        return {
            f"supply.provided.{name}.deliveries.{key}_a_tenth": {
                **one.model_dump(by_alias=True),
                "amount": one.amount * (TENTH - 1),
                "status": "funded",
            }
            for name, told in scenario.supply.provided.items()
            for key, one in told.deliveries.items()
            if one.status == "pledged"
        }
    return {}
