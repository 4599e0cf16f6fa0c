"""What blocks a road costs what it costs where it happens, however finely the road is cut into links."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.verification.cases import entries, post, ran, shut, single_file, stretches

CUTS = {"one link": [50.0], "five links": [10.0, 20, 30, 40, 50], "twenty links": [2.5 * k for k in range(1, 21)]}


def at(cuts: list[float], km: float) -> tuple[str, float]:
    """The segment of a cut road on which a kilometre lies, and the distance from that segment's beginning."""
    end = next(end for end in cuts if km <= end)
    return f"to_{end:g}", km - max([0.0, *(other for other in cuts if other < end)])


@pytest.mark.parametrize("cuts", CUTS.values(), ids=CUTS)
def test_a_queue_shields_a_post_from_a_block_upstream_of_it(tmp_path: Path, cuts: list[float]) -> None:
    """V12: into 220 an hour, blocked 5 km upstream for B: the post loses max(0, B + 5/50 - 5 * 121.111 / 220)."""

    def last(block: float) -> float:
        told = single_file(
            2200, stretches(*cuts), 20, checkpoints={"gate": post("km0", 600), "post": post("km50", 220)}
        )
        segment, km = at(cuts, 45)
        told["corridor"]["closures"] = {"block": shut(segment, km, 4, 4 + block)} if block else {}
        return float(entries(ran(tmp_path / str(block), told), "service begun", "km50")["hour"].max())

    base = last(0)
    lost = {block: last(block) - base for block in (1, 2, 2.6, 3, 4)}
    assert lost == pytest.approx({1: 0, 2: 0, 2.6: 0, 3: 0.3461, 4: 1.3461}, abs=1 / 220)


@pytest.mark.parametrize("km", [24.0, 23.7, 0.4, 47.9])
def test_a_closure_costs_each_vehicle_the_same_on_a_whole_and_on_a_cut_road(tmp_path: Path, km: float) -> None:
    """Closed for 4 h in the middle, near a cut and near either end: every vehicle is out at the same hour."""

    def out(cuts: list[float]) -> Any:
        segment, where = at(cuts, km)
        told = single_file(2000, stretches(*cuts), 20, checkpoints={"post": post("km48", 220)})
        told["corridor"]["closures"] = {"x": shut(segment, round(where, 6), 4, 8)}
        return entries(ran(tmp_path / str(len(cuts)), told), "service begun", "km48")["hour"].to_numpy()

    whole, cut = out([48.0]), out([12.0, 24, 36, 48])
    assert len(whole) == len(cut) == 2000
    assert np.abs(whole - cut).max() < 1 / 1764


def test_stalls_cost_a_post_the_same_on_12_24_and_48_links(tmp_path: Path) -> None:
    """The placement experiment: 215 an hour, a vehicle in 22 breaks down and blocks the road for five minutes.

    Where the exit of the link was closed instead of the place of the stall, 162, 184 and 201 an hour got through.
    """
    rates = {}
    for links in (12, 24, 48):
        told = single_file(4000, stretches(*(57.6 / links * k for k in range(1, links + 1))), 30)
        told["corridor"]["checkpoints"] = {"post": post("km57.6", 215)}
        told["incidents"] = {"breakdowns_per_million_km": 800, "clearing": "5 min", "full_block": "100 %"}
        folder = ran(tmp_path / str(links), told)
        begun = entries(folder, "service begun", "km57.6")["hour"]
        rates[links] = (len(begun) - 1) / (begun.max() - begun.min())
        assert len(entries(folder, "stopped: breakdown")) == 4000 - len(begun) > 150
    assert rates == pytest.approx({12: 215, 24: 215, 48: 215}, rel=0.02), "a queue shields the post"
    assert max(rates.values()) - min(rates.values()) < 0.05
