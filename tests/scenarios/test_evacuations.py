"""Patients of the reference event: a fit to three counts, held to what it was fitted to."""

from __future__ import annotations

import numpy as np
import pytest

from sim.publish.export import observed
from sim.results import care
from sim.studies import scores
from sim.studies.ensemble import Ensemble
from sim.studies.run import replicate
from tests.scenarios.shelf import SCENARIOS, shipped

COUNTED = {83: 237, 87: 311, 91: 349}
"""Patients moved since 24 September, by hours since its beginning: 27 September 11:00, 15:00 and 19:00."""


@pytest.fixture(scope="module")
def runs() -> Ensemble:
    """Thirty runs, twenty vehicles to a packet."""
    return replicate(shipped("lachin_2023", {"run.resolution": "20"}), 30)


def test_the_three_counts_lie_in_the_likely_range_and_are_what_is_scored(runs: Ensemble) -> None:
    counts = observed(runs.scenario, SCENARIOS)["evacuations"]
    told = [count for count in counts if scores.is_scored(count)]
    assert dict(zip(scores.hours_of(runs.scenario, told).tolist(), (c.value for c in told), strict=True)) == COUNTED
    found = {score.score: score.value for score in scores.of_series(runs, "evacuations", counts)}
    assert (found["n"], found["inside90"]) == (3, 1)


def test_what_the_fit_rests_on_says_that_it_is_a_fit() -> None:
    sources = shipped("lachin_2023").sources
    for path in (
        "transport.ambulances.red_cross_and_state.trips",
        "transport.helicopters.to_sisian.helicopters",
        "transport.helicopters.to_sisian.cycle",
        "medical.groups.wounded.transported",
    ):
        assert sources[path].origin == "fitted"


def test_nobody_is_moved_twice_and_in_the_end_all_patients_are_in_a_bed(runs: Ensemble) -> None:
    rows = care.layout(runs.scenario)
    out, beds = (runs.row("care", rows.index((care.ALL, stage, care.ALL))) for stage in (care.EVACUATED, "in_bed"))
    assert (np.diff(out, axis=1) >= 0).all()
    assert set(out[:, -1].tolist()) == set(beds[:, -1].tolist()) == {349.0}


def test_the_burn_centre_is_full(runs: Ensemble) -> None:
    rows = care.layout(runs.scenario)
    there = runs.row("care", rows.index((care.ALL, "in_bed", "yerevan_burn_centre")))
    assert there.max() == there[:, -1].min() == 80
