"""When parties are ready to leave: permission, the loading curve, triggers, and who stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.party import Array, Parties

if TYPE_CHECKING:
    from sim.model.people import Luck
    from sim.scenario.people import LoadingCurve, Phase
    from sim.scenario.schema import Scenario


def loading(curve: LoadingCurve, u: Array) -> Array:
    """Hours at which parties are ready: the inverse of the loading curve at u in (0, 1).

    A logistic curve is cut at `begins`: F(t) = [G(t) - G(begins)] / [1 - G(begins)].
    """
    begins, spread = curve.begins, curve.spread
    match curve.kind:
        case "at_once":
            return np.full(len(u), begins)
        case "uniform":
            return np.asarray(begins + spread * u)
        case "logistic":
            assert curve.midpoint is not None
            cut = 1 / (1 + np.exp(-(begins - curve.midpoint) / spread))
            g = np.clip(cut + u * (1 - cut), 1e-12, 1 - 1e-12)
            hour: Array = curve.midpoint + spread * np.log(g / (1 - g))
            return np.maximum(hour, begins)
        case "rayleigh":
            return np.asarray(begins + spread * np.sqrt(-2 * np.log1p(-u)))
        case _:
            return np.asarray(begins + spread * np.power(-np.log1p(-u), 1 / curve.shape))


def ready(scenario: Scenario, luck: Luck, parties: Parties) -> Array:
    """Hour at which each party is ready and allowed to leave; inf where no phase lets it go."""
    told = scenario.departure
    u = luck.of("loading").random(len(parties))
    hour = loading(told.loading, _ordered(u, parties, told.vehicles_first))
    hour = _permitted(list(told.permission.values()), luck, parties, hour)
    for name, trigger in sorted(told.triggers.items(), key=lambda item: item[1].at):
        moved = (hour > trigger.at) & (luck.of(f"trigger {name}").random(len(parties)) < trigger.share)
        hour = np.where(moved, np.maximum(hour + trigger.shift, trigger.at), hour)
    return np.maximum(hour, 0.0)


def _ordered(u: Array, parties: Parties, weight: float) -> Array:
    """The same luck, dealt so that fuller vehicles tend to go earlier: log-odds of luck and of fullness, added."""
    if weight <= 0:
        return u
    count = len(u)
    fullness = (np.argsort(np.argsort(-parties.people, kind="stable"), kind="stable") + 0.5) / max(count, 1)
    score = _log_odds(u) + weight * _log_odds(fullness)
    dealt = np.empty(count)
    dealt[np.argsort(score, kind="stable")] = np.sort(u)
    return dealt


def _log_odds(share: Array) -> Array:
    odds: Array = np.log(np.clip(share, 1e-12, None)) - np.log1p(-np.clip(share, None, 1 - 1e-12))
    return odds


def _permitted(phases: list[Phase], luck: Luck, parties: Parties, hour: Array) -> Array:
    """No party leaves before its phase; one that no phase lets go never does."""
    if not phases:
        return hour
    who, when = luck.of("permission").random(len(parties)), luck.of("getting ready").random(len(parties))
    allowed, reached = np.full(len(parties), np.inf), np.zeros(len(parties))
    for phase in sorted(phases, key=lambda p: p.opens):
        share = np.array(
            [phase.settlements.get(name, 0.0 if phase.settlements else phase.share) for name in parties.settlements]
        )
        reached = reached + share[parties.settlement]
        its = np.isinf(allowed) & (who < reached)
        spread = phase.opens + when * phase.over if phase.over else np.maximum(hour, phase.opens)
        allowed = np.where(its, spread, allowed)
    return allowed


def stays(scenario: Scenario, luck: Luck, parties: Parties) -> Array:
    """Which parties do not leave: drawn at random until so many people stay."""
    wanted = scenario.departure.stay.of(scenario.present)
    order = np.argsort(luck.of("stay").random(len(parties)), kind="stable")
    before = np.cumsum(parties.people[order]) - parties.people[order]
    result = np.zeros(len(parties), bool)
    result[order] = before + parties.people[order] / 2 <= wanted
    return result & (wanted > 0)
