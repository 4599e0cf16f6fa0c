"""Which inputs an answer follows from, by the runs of a sweep: indices with bands, a tornado, and what luck adds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite, isinf, nan
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.model.record import Array
from sim.scenario.faults import Fault, ScenarioError, did_you_mean
from sim.studies import given, sobol, tornado
from sim.studies.sobol import Index

if TYPE_CHECKING:
    from sim.studies.stored import Stored

SOBOL, GRID, RUNS, ONE_AT_A_TIME = "sobol", "grid", "runs as they are", "one at a time"
"""How effects were found: by Saltelli's design, over a whole grid, from runs that no design arranged, or by pairs."""
ARMED = ("one_at_a_time", "grid", "file")
"""Kinds of designs that may hold runs which differ in one input only."""
FEW = 8
"""Names that a note lists."""
LUCK_ADDS = 0.05
"""Share of the variance between cases that luck may add, unless told otherwise."""


class Effect(NamedTuple):
    """What one input does to one indicator: a row of sensitivity.csv, in the order of its columns."""

    indicator: str
    unit: str
    input: str
    input_unit: str
    method: str
    first: float
    first_p05: float
    first_p95: float
    total: float
    total_p05: float
    total_p95: float
    low: float | str
    high: float | str
    at_low: float
    at_centre: float
    at_high: float
    runs: int
    used: int
    failed: int
    never: int
    undefined: int
    replications: int
    luck_share: float
    replications_needed: float


@dataclass
class Sensitivity:
    """Effects of every input on every indicator that varies, and what has to be said beside them."""

    effects: list[Effect]
    notes: list[str] = field(default_factory=list)

    def of(self, indicator: str) -> list[Effect]:
        """The effects on one indicator, the largest first."""
        return sorted((one for one in self.effects if one.indicator == indicator), key=weight, reverse=True)

    @property
    def rows(self) -> list[Effect]:
        """All effects, indicator by indicator, the largest of each first."""
        return [effect for name in self.indicators for effect in self.of(name)]

    @property
    def indicators(self) -> list[str]:
        """Indicators told of, in order."""
        return list(dict.fromkeys(one.indicator for one in self.effects))


def weight(effect: Effect) -> float:
    """What effects are ordered by: the total index where there is one, else the first, else the swing."""
    for value in (effect.total, effect.first, abs(effect.at_high - effect.at_low)):
        if isfinite(value):
            return value
    return -1.0


def sensitivity(stored: Stored, wanted: Sequence[str] = (), luck_adds: float = LUCK_ADDS) -> Sensitivity:
    """Effects by stored runs; ScenarioError where they cannot tell any, with what to run instead."""
    names = asked(stored, wanted)
    columns = {str(name): column.to_numpy() for name, column in stored.inputs.items()}
    arms = tornado.arms(columns) if stored.design["kind"] in ARMED else {}
    method, spread = _way(stored, columns, arms)
    result = Sensitivity([], list(_of_all(stored, method)))
    flat = []
    for name in names:
        found = values(stored, name)
        if not _varies(found):
            flat.append(name)
            continue
        indices = spread(found)
        result.effects += _effects(stored, (name, method), found, indices, arms, luck_adds)
        result.notes += _too_few(name, method, indices)
        if wanted:
            result.notes += _of_one(stored, name, found, luck_adds)
    if flat:
        told = f"the same in every run: {', '.join(flat[:FEW])}{', ...' if len(flat) > FEW else ''}"
        result.notes.append(told)
    if not wanted:
        result.notes += _gaps(result)
    if not result.effects:
        raise ScenarioError([Fault("", f"nothing varies; {'; '.join(result.notes)}", str(stored.directory))])
    return result


def asked(stored: Stored, wanted: Sequence[str]) -> list[str]:
    """The indicators asked for, all of them when none is named; ScenarioError for one that there is not."""
    known = [str(name) for name in stored.indicators]
    faults = [
        Fault(name, f"no such indicator; {did_you_mean(name, known)}", "--of") for name in wanted if name not in known
    ]
    if faults:
        raise ScenarioError(faults)
    return list(wanted) or known


def values(stored: Stored, indicator: str) -> Array:
    """An indicator of every stored case, shape (replications, cases); nan for cases that failed."""
    index = stored.inputs.index
    if stored.replicates is None:
        return stored.indicators[indicator].reindex(index).to_numpy(float)[None]
    wide = stored.replicates[indicator].unstack(level=1)
    found: Array = wide.reindex(index).to_numpy(float).T
    return found


def _varies(found: Array) -> bool:
    finite = found[:, np.isfinite(found).all(axis=0)]
    return finite.shape[1] > 1 and bool((np.ptp(finite, axis=1) > 0).any())


def _way(stored: Stored, columns: dict[str, Array], arms: dict[str, tornado.Arm]) -> tuple[str, Any]:
    """How indices are found from these runs, and the function of values that finds them."""
    if stored.design["kind"] == SOBOL:
        cases = _blocks(stored)
        return SOBOL, lambda found: sobol.indices(*_taken(found, cases))
    places = None if stored.design["kind"] == "one_at_a_time" else _grid(columns)
    if places is not None:
        return GRID, lambda found: given.grid(found[:, places])
    if len(stored.inputs) < given.FEWEST and not arms:
        what = f"{len(stored.inputs)} runs are too few to tell what matters; must be {given.FEWEST} or more: sweep a "
        what += "sobol design for first and total indices, or one input at a time for a tornado"
        raise ScenarioError([Fault("", what, str(stored.directory))])
    if stored.design["kind"] == "one_at_a_time":
        return ONE_AT_A_TIME, lambda _: [Index(used=len(stored.inputs))] * len(columns)
    return RUNS, lambda found: [given.first(column, found.mean(axis=0)) for column in columns.values()]


def _blocks(stored: Stored) -> Array:
    """Places of the cases of a Sobol design, shape (points, 2 + inputs); -1 where a case is not stored yet."""
    told = stored.blocks()
    order = ["A", "B", *map(str, stored.inputs)]
    at = {block: place for place, block in enumerate(order)}
    cases = np.full((int(told["point"].max()) + 1, len(order)), -1)
    cases[told["point"].to_numpy(), [at[block] for block in told["block"]]] = np.arange(len(told))
    return cases


def _taken(found: Array, cases: Array) -> tuple[Array, Array, Array]:
    """Values at A, at B, and at A with one column of B; shapes as `sobol.indices` takes them."""
    whole = np.where(cases >= 0, found[:, cases], np.nan)
    return whole[:, :, 0], whole[:, :, 1], np.moveaxis(whole[:, :, 2:], 2, 0)


def _grid(columns: dict[str, Array]) -> Array | None:
    """Places of the runs in a whole grid, an axis an input; None where the runs are no grid."""
    level = [np.unique(column, return_inverse=True) for column in columns.values()]
    shape = tuple(len(some) for some, _ in level)
    number = len(next(iter(columns.values())))
    if np.prod(shape, dtype=float) != number or min(shape) < 2:
        return None
    at = np.ravel_multi_index([np.asarray(place).ravel() for _, place in level], shape)
    if len(np.unique(at)) != number:
        return None
    return np.argsort(at).reshape(shape)


def _effects(
    stored: Stored,
    how: tuple[str, str],
    found: Array,
    spread: list[Index],
    arms: dict[str, tornado.Arm],
    luck_adds: float,
) -> Iterator[Effect]:
    """One row an input."""
    name, method = how
    middle, luck = found.mean(axis=0), _luck(stored, found)
    counts = _counts(stored, found)
    for path, index in zip(map(str, stored.inputs), spread, strict=True):
        yield Effect(
            name, stored.units.get(name, ""), path, stored.units.get(path, ""), method,
            index.first, *index.first_band, index.total, *index.total_band,
            *_swing(stored, path, middle, arms.get(path)),
            len(stored.inputs), index.used, *counts, len(found),
            nan if luck is None else luck.share, nan if luck is None else luck.needed(luck_adds),
        )  # fmt: skip


def _swing(stored: Stored, path: str, middle: Array, arm: tornado.Arm | None) -> tuple[Any, Any, float, float, float]:
    """The ends of an input and the indicator at low, centre and high, from one-at-a-time runs."""
    column = stored.inputs[path].to_numpy()
    if arm is not None:
        at = (float(middle[place]) for place in arm)
        return (column[arm.low], column[arm.high], *at)
    if column.dtype.kind not in "fiu":
        return "", "", nan, nan, nan
    return float(np.nanmin(column)), float(np.nanmax(column)), nan, nan, nan


def _luck(stored: Stored, found: Array) -> sobol.Luck | None:
    """What luck adds; of a Sobol design by its two independent blocks alone."""
    if stored.design["kind"] != SOBOL:
        return sobol.luck(found)
    return sobol.luck(found[:, stored.blocks()["block"].isin(["A", "B"]).to_numpy()])


def _counts(stored: Stored, found: Array) -> tuple[int, int, int]:
    """Cases that failed, that never reach the indicator, and that have none."""
    failed = np.isin(stored.inputs.index.to_numpy(), list(stored.failures))
    never = np.isinf(found).any(axis=0)
    undefined = np.isnan(found).any(axis=0) & ~failed & ~never
    return int(failed.sum()), int(never.sum()), int(undefined.sum())


def _of_all(stored: Stored, method: str) -> Iterator[str]:
    """What has to be said of the runs as a whole."""
    number = len(stored.inputs)
    if stored.missing:
        left, whole = len(stored.missing), stored.design["cases"]
        yield f"{left:,} of {whole:,} cases have not been run yet: what follows is of the others"
    if stored.failures:
        why = next(iter(stored.failures.values()))
        yield f"{len(stored.failures):,} of {number:,} runs failed and are left out (the first: {why})"
    if method in (SOBOL, GRID) and stored.replicates is None:
        yield "every case met one and the same luck; sweep with `--replications 2` or more to tell what luck adds"
    if method == RUNS:
        yield f"first indices only, estimated from {_of_kind(stored)}; total indices need a sobol design"


def _of_kind(stored: Stored) -> str:
    kind = str(stored.design["kind"])
    return "the runs of one scenario" if kind == "replications" else f"a {kind.replace('_', ' ')} design"


def _too_few(name: str, method: str, indices: list[Index]) -> Iterator[str]:
    """Where no index could be told."""
    used = min(index.used for index in indices)
    if all(np.isnan(index.first) for index in indices) and method in (SOBOL, GRID):
        what = "rows of the design are whole" if method == SOBOL else "runs of the grid have a value"
        yield f"{name}: only {used} {what}, too few for indices; sweep more runs"


def _gaps(result: Sensitivity) -> Iterator[str]:
    """Indicators that some runs never reach or have none of, where none was asked for by name."""
    some = list(dict.fromkeys(one.indicator for one in result.effects if one.never + one.undefined))
    if some:
        names = f"{', '.join(some[:FEW])}{', ...' if len(some) > FEW else ''}"
        yield f"runs that never reach an indicator or have none are left out, as `never` and `undefined` count: {names}"


def _of_one(stored: Stored, name: str, found: Array, luck_adds: float) -> Iterator[str]:
    """What has to be said of one indicator: runs left out, and luck."""
    _, never, undefined = _counts(stored, found)
    total = found.shape[1]
    if never:
        yield f"{name}: never in {never:,} of {total:,} runs, which are left out; `find` tells when that is"
    if undefined:
        yield f"{name}: {undefined:,} of {total:,} runs have no value and are left out"
    luck = _luck(stored, found)
    if luck is not None:
        needed = luck.needed(luck_adds)
        more = "no number of replications would do" if isinf(needed) else f"{needed:,.0f} replications a case"
        told = f"{name}: {luck.share:.0%} of the variance of single runs is luck"
        yield f"{told}; for it to add less than {luck_adds:.0%} to that between cases: {more} (there are {len(found)})"
