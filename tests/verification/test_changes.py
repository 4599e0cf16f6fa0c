"""What must come out when a scenario is changed in a way whose effect is known (V18)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verification.cases import ran, table
from tests.verification.corridors import CHANGING, LINES, Line, told

EXACT = 1e-9
SAME = settings(max_examples=12, deadline=None, derandomize=True)
PASSAGES = ("entered", "passed", "service begun", "service ended")


def passages(scenario: dict[str, Any]) -> pd.Series[float]:
    """Hours by what happened, where, and to which party."""
    with TemporaryDirectory() as folder:
        rows = table(ran(Path(folder), scenario), "journal")
    rows = rows[rows["entry"].isin(PASSAGES)]
    return rows.set_index(["entry", "node_or_place", "party"])["hour"].sort_index()


def files(scenario: dict[str, Any]) -> dict[str, bytes]:
    """Every table, as written."""
    with TemporaryDirectory() as folder:
        names = ("arrivals", "ledger", "queue", "indicators", "journal", "constraints")
        results = ran(Path(folder), scenario)
        return {name: (results / f"{name}.csv").read_bytes() for name in names}


@SAME
@given(LINES, st.none() | CHANGING, st.integers(1, 30))
def test_everything_an_hour_later_happens_an_hour_later(line: Line, regime: Any, hours: int) -> None:
    line = replace(line, regime=regime)
    before, after = passages(told(line)), passages(told(line, shift=float(hours)))
    assert len(before) >= 4 * line.vehicles
    assert (after - before - hours).abs().max() < EXACT


@SAME
@given(LINES, st.none() | CHANGING, st.sampled_from([0.5, 2.0, 3.0]))
def test_with_all_rates_halved_everything_takes_twice_as_long(line: Line, regime: Any, time: float) -> None:
    line = replace(line, regime=regime)
    before, after = passages(told(line)), passages(told(line, time=time))
    assert len(before) >= 4 * line.vehicles
    assert (after / time - before).abs().max() < EXACT


FASTER = {
    "a faster post": lambda line, by: replace(line, rate=line.rate * by),
    "a faster road": lambda line, by: replace(
        line, links=tuple(replace(link, speed=link.speed * by) for link in line.links)
    ),
    "more room": lambda line, by: replace(
        line, links=(replace(line.links[0], jam_density=line.links[0].jam_density + round(30 * by)), *line.links[1:])
    ),
    "room everywhere": lambda line, by: replace(
        line, links=tuple(replace(link, jam_density=link.jam_density + round(30 * by)) for link in line.links)
    ),
    "fewer vehicles": lambda line, by: replace(line, vehicles=max(int(line.vehicles / by), 1)),
}


@settings(SAME, max_examples=40)
@given(LINES, st.sampled_from(sorted(FASTER)), st.sampled_from([1.1, 1.5, 2, 3]))
def test_more_of_the_road_or_fewer_on_it_never_delays_anyone(line: Line, how: str, by: float) -> None:
    before, after = passages(told(line)), passages(told(FASTER[how](line, by)))
    later = (after - before).dropna()
    assert len(later) == min(len(before), len(after))
    assert later.max() <= EXACT


@settings(SAME, max_examples=5)
@given(LINES)
def test_a_place_where_nobody_lives_and_the_order_of_keys_change_nothing(line: Line) -> None:
    plain, empty, turned = told(line), told(line), told(line)
    plain["population"]["settlements"] = {"n0": {"people": "100 %"}}
    empty["population"]["settlements"] = {"n0": {"people": "100 %"}, "nowhere": {"people": "0 %", "at": "n1"}}
    assert passages(plain).equals(passages(empty))
    turned["corridor"]["segments"] = dict(reversed(turned["corridor"]["segments"].items()))
    assert files(turned) == files(told(line))
