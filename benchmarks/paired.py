"""How much narrower paired bands are: the reference event with a faster post, and with a second lane."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import numpy as np

from benchmarks.measure import EVENT, Figure, asked_for_tiny, below, show, timed
from benchmarks.replication import FEW
from sim.model.record import Array
from sim.results.curves import CURVES
from sim.scenario.differences import between
from sim.scenario.loader import load
from sim.scenario.schema import Scenario
from sim.studies.compare import Comparison, compare_all, limits, ratio, unpaired
from sim.studies.paired import Variant, band
from sim.studies.workers import available

COUNT, SEED = 50, 1
MOST = 1 / 3
AT = "2023-09-28 20:00 +04:00"
FASTER, LANE = "10 % more checkpoint rate", "a second lane"


class Side(NamedTuple):
    """A figure of each run, on both sides."""

    what: str
    unit: str
    one: Array
    other: Array


def figures(tiny: bool = False) -> list[Figure]:
    """Both what-ifs beside the event, over the same people and luck."""
    scenario = load(EVENT, FEW if tiny else {})
    spent, compared = timed(lambda: studied(scenario, 3 if tiny else COUNT))
    found = [Figure(f"{compared[0].pairs} replications of the event and of two what-ifs", "", str(spent))]
    for told in compared:
        asked = "a third of the unpaired band at most" if told.b == FASTER else "printed"
        found += [figure(told.b, side, asked) for side in sides(told)]
        found.append(Figure(f"{told.b}: what limits arrivals", "", moved(told)))
    return found


def studied(scenario: Scenario, count: int) -> list[Comparison]:
    """The event, with a post a tenth faster and with a second lane."""
    variants = {
        "the event": Variant(scenario),
        FASTER: Variant(scenario, factors={"corridor.checkpoints.hakari.regimes.*.booth_rate": 1.1}),
        LANE: Variant(scenario, {"corridor.checkpoints.hakari.lanes": 2}),
    }
    nothing = between({}, {}, "the event")
    return compare_all(variants, dict.fromkeys(variants, nothing), count, SEED, available())


def sides(told: Comparison) -> list[Side]:
    """The hour at which 95 % have crossed, and arrivals at the stated time."""
    start = told.one.start
    assert start is not None
    hour = round((datetime.fromisoformat(AT) - start).total_seconds() / 3600)
    names = ((told.a, told.b), (told.b, told.a))
    crossed = [told.found.values("clearance.p95", *pair) for pair in names]
    arrived = [told.found.arrays("curves", *pair)[:, CURVES.index("arrived"), hour].astype(float) for pair in names]
    return [Side("95 % have crossed", "h", *crossed), Side("arrivals on 28 September 20:00", "people", *arrived)]


def figure(name: str, side: Side, asked: str) -> Figure:
    """Widths of both bands and their ratio; why it is what it is: how far both sides go together."""
    share = ratio(side.one, side.other)
    with np.errstate(invalid="ignore"):  # of so few people that nobody waits, some never cross
        paired, apart = band(side.other - side.one), band(unpaired(side.one, side.other))
        alike = float(np.corrcoef(side.one, side.other)[0, 1])
        spread = " and ".join(f"{values.std(ddof=1):,.3g}" for values in (side.one, side.other))
    widths = [one.p95 - one.p05 for one in (paired, apart)]
    text = (
        f"{paired.p50:+,.1f} {side.unit} ({paired.p05:+,.1f} to {paired.p95:+,.1f}); band {widths[0]:,.1f}, unpaired "
        f"{widths[1]:,.1f}: ratio {share:.2f}; correlation of the sides {alike:.2f}, standard deviations {spread}"
    )
    return Figure(f"{name}: {side.what}", asked, text, below(MOST, share) if name == FASTER else None)


def moved(told: Comparison) -> str:
    """Mean hours in which each constraint limits arrivals, without the change and with it."""
    return ", ".join(f"{name} {a:,.0f} -> {b:,.0f} h" for name, (a, b) in limits(told).items() if a or b)


if __name__ == "__main__":
    show(figures(asked_for_tiny()))
