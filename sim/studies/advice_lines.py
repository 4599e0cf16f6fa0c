"""Advice in words: what each lever closes, which cannot be told apart, in which order to buy, and which package."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from sim.studies.buying import NO_GAIN

if TYPE_CHECKING:
    from sim.studies.advise import Advice, Left
    from sim.studies.buying import Gain
    from sim.studies.levers import Lever, Package

NO_UNIT = "1"
NOISE = "cannot be told from nothing"


def lines(found: Advice) -> Iterator[str]:
    """What `advise` says."""
    assert found.nothing is not None
    aim, sign = found.aim, 1.0 if found.aim.less else -1.0
    mean, worst = (_amount(sign * value) for value in (found.nothing.mean, found.nothing.worst))
    runs = f"mean of {found.replications} runs"
    yield f"{aim.indicator} with nothing bought: {mean} {aim.unit}, {runs}; worst tenth {worst}"
    yield from _alone(found)
    yield from _apart(found)
    yield from _order(found)
    yield from _package(found)
    yield f"{found.made} runs, {found.tried} packages tried, {_resolved(found)}the same people and luck in each"
    yield from (f"failed: {failure}" for failure in found.failures)


def _resolved(found: Advice) -> str:
    cars = found.scenario.run.resolution
    return f"packets of {cars} vehicles, " if cars > 1 else ""


def _alone(found: Advice) -> Iterator[str]:
    """What each lever closes by itself, for every indicator asked for."""
    tables = [(found.aim, found.alone), *((aim, found.besides[aim.indicator]) for aim in found.others)]
    for aim, rows in tables:
        for one in rows:
            lever = found.levers[one.lever]
            moved = _moved(lever, 0, one.steps)
            paid = "no cost told" if one.cost != one.cost else f"USD {one.cost:,.0f}"
            mean = one.per_thousand[0]
            dollar = "" if mean != mean or one.gain.within_noise else f"; {_amount(mean)} for USD 1,000"
            yield f"{aim.indicator}: {moved} ({paid}) {_closed(one.gain, aim.unit)}{dollar}"


def _moved(lever: Lever, before: int, after: int) -> str:
    """A lever with its values before and after some steps, such as `corridor.checkpoints.post.lanes 1 to 2`."""
    unit = "" if lever.unit == NO_UNIT else f" {lever.unit}"
    return f"{lever.path} {lever.values[before]:,.6g} to {lever.values[after]:,.6g}{unit}"


def _closed(gain: Gain, unit: str) -> str:
    """What is closed, with the band over the runs; said in words where it is noise."""
    band = gain.band
    if band.p05 == band.p95 == 0:
        return "changes nothing"
    verb, sign = ("closes", 1) if band.mean >= 0 else ("widens it by", -1)
    low, high = sorted((sign * band.p05, sign * band.p95))
    told = f"{verb} {_amount(sign * band.mean)} {unit} (9 of 10 runs: {_amount(low)} to {_amount(high)})"
    return f"{told}: {NOISE}" if gain.within_noise else told


def _apart(found: Advice) -> Iterator[str]:
    """Neighbours in rank that cannot be told apart."""
    if not found.ranking:
        return
    names = [found.levers[told.alone.lever].path for told in found.ranking]
    yield f"by what the first step closes for a dollar: {', '.join(names)}"
    tied = [(one, other) for (one, other), told in zip(pairwise(names), found.ranking, strict=False) if not told.apart]
    for one, other in tied:
        yield f"within noise: {one} and {other} cannot be told apart, run by run"
    if len(names) > 1 and not tied:
        yield "each can be told from the next"


def _order(found: Advice) -> Iterator[str]:
    for place, pick in enumerate(found.order, 1):
        lever = found.levers[pick.lever]
        moved = _moved(lever, pick.before[pick.lever], pick.after[pick.lever])
        paid = f"USD {pick.cost:,.0f}, so far {pick.spent:,.0f}"
        yield f"buy {place}: {moved} ({paid}) {_closed(pick.gain, found.aim.unit)}"
    together = "; levers may only help together" if not found.order and found.order_ends == NO_GAIN else ""
    yield f"the order to buy in ends: {found.order_ends}{together}"


def _package(found: Advice) -> Iterator[str]:
    """The package under the budget, as it was found and as it was measured anew."""
    if found.package is None:
        yield "no budget is told, so no package was looked for; tell one with --budget"
        return
    what = _parts(found, found.package.package)
    spent = f"costs USD {found.package.cost:,.0f} of {found.budget:,.0f}"
    yield f"package: {what}; {spent}; {_leaves(found, found.package)}"
    how = "every package that it can buy was tried" if found.complete else "not every package was tried"
    yield f"{how}; its worst tenth is the least of them over the luck of the search, which flatters it"
    if found.lean is not None:
        needless = ", ".join(found.levers[lever].path for lever in found.needless)
        spent = f"without them: {_parts(found, found.lean.package)}; costs USD {found.lean.cost:,.0f}"
        yield f"in the package found, what these add {NOISE}: {needless}; {spent}; {_leaves(found, found.lean)}"
    for package, left in found.anew.items():
        yield f"anew, over luck not searched over: {_parts(found, package)}: {_leaves(found, left)}"


def _parts(found: Advice, package: Package) -> str:
    told = [_moved(lever, 0, steps) for lever, steps in zip(found.levers, package, strict=True) if steps]
    return ", ".join(told) or "nothing"


def _leaves(found: Advice, left: Left) -> str:
    sign = 1.0 if found.aim.less else -1.0
    closed = f", {_closed(left.gain, found.aim.unit)}" if any(left.package) else ""
    return f"leaves {_amount(sign * left.mean)} in the mean, {_amount(sign * left.worst)} in the worst tenth{closed}"


def _amount(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value + 0.0:.3g}"  # no minus before nothing
