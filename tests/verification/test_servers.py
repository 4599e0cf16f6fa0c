"""Queues at posts and desks, as queueing theory has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.scenario.schema import Scenario
from sim.studies.run import run
from tests.verification.cases import CAPACITY, entries, hourly, indicator, post, ran, single_file, stretches

FREE_FLOW = 1.0
"""Hours of 50 km at 50 km/h."""


def test_a_post_of_220_an_hour_fed_with_600_for_ten_hours(tmp_path: Path) -> None:
    """V1 (Vickrey): 3,800 queue after 10 h, gone after 27.2727 h, at most 17.2727 h of wait, 51,818.2 vehicle-hours."""
    posts = {"gate": post("km0", 600), "post": post("km50", 220)}
    folder = ran(tmp_path, single_file(6000, stretches(50), 30, checkpoints=posts))
    begun = np.sort(entries(folder, "service begun", "km50")["hour"].to_numpy()) - FREE_FLOW
    came = np.arange(1, 6001) / 600
    assert (came <= 10 + 1e-9).sum() - (begun <= 10).sum() == pytest.approx(3800, rel=2e-4)
    assert begun[-1] == pytest.approx(27.2727, rel=2e-4)
    assert (begun - came).max() == pytest.approx(17.2727, rel=2e-4)
    assert (begun - came).sum() == pytest.approx(51_818.2, rel=2e-4)
    arrived = hourly(folder, "arrivals", "arrived")
    assert arrived[20] - arrived[10] == pytest.approx(2200, abs=1)


def random_arrivals(vehicles: int, rate: float, **served: Any) -> dict[str, Any]:
    """Vehicles at random (a Poisson stream, given their number) to a post 5 km away, over a road with room for all."""
    told = single_file(vehicles, stretches(5, lanes=10), vehicles / rate + 10)
    told["departure"] = {"loading": {"kind": "uniform", "spread": f"{vehicles / rate} h"}}
    told["corridor"]["checkpoints"] = {"post": {"at": "km5", **served}}
    return told


ONE_BOOTH = {"booth_rate": "240 vehicles/h"}
FOUR_BOOTHS = {"booths": 4, "service": {"distribution": "exponential", "mean": "1 min"}}


def scatter_of_one_server(rate: float, service: float) -> float:
    """Standard deviation of the mean wait in M/D/1 over many customers, times the root of their number (hours).

    Poisson's equation of Lindley's recursion has a quadratic solution: with moments w of the wait (Takacs), it is
    rate / (1 - load) * (w3 - w1 w2 + 2 s (w2 - w1^2)) + w2 - w1^2, squared; for M/M/1 the same gives Daley's (1968).
    """
    idle, s = 1 - rate * service, service
    w1 = rate * s**2 / (2 * idle)
    w2 = 2 * w1**2 + rate * s**3 / (3 * idle)
    w3 = rate / idle * (3 / 2 * s**2 * w2 + s**3 * w1 + s**4 / 4)
    return float(np.sqrt(rate / idle * (w3 - w1 * w2 + 2 * s * (w2 - w1**2)) + w2 - w1**2))


def scatter_of_servers(rate: float, each: float, servers: int) -> float:
    """The same in M/M/c, from the length of its queue as a birth and death process (Burman 1980)."""
    number = np.arange(300)
    chance = np.cumprod(np.append(1.0, rate / (each * np.minimum(number[1:], servers))))
    chance /= chance.sum()
    queue = np.maximum(number - servers, 0)
    above = np.cumsum(((queue - (queue * chance).sum()) * chance)[::-1])[::-1][1:]
    return float(np.sqrt(2 * (above**2 / (rate * chance[:-1])).sum() / rate))


@pytest.mark.parametrize(
    ("rate", "served", "mean_service", "wait", "queue", "scatter"),
    [
        (180, ONE_BOOTH, 15, 22.5, 1.125, scatter_of_one_server(180, 15 / 3600)),
        (200, FOUR_BOOTHS, 60, 59.1949, 3.28861, scatter_of_servers(200, 60, 4)),
    ],
    ids=["V6a one booth", "V6b four booths"],
)
def test_random_arrivals_wait_at_a_post_as_queueing_theory_says(
    tmp_path: Path, rate: float, served: dict[str, Any], mean_service: float, wait: float, queue: float, scatter: float
) -> None:
    """V6a (M/D/1: 180 an hour, 15 s each) and V6b (M/M/4: 200 an hour, 60 an hour and booth; Erlang C 0.657722).

    The wait is what 400,000 vehicles spend on the way beyond driving and being served. Their waits are alike in busy
    hours, so that the mean has a standard error of 1.0 and 2.6 %; four of them are allowed, which chance exceeds once
    in more than 15,000 seeds (given their number, arrivals scatter less). The test below leaves nothing to luck.
    """
    vehicles, hour = 200_000, 3600
    within = 4 * scatter * hour / wait / np.sqrt(2 * vehicles)
    told = random_arrivals(vehicles, rate, **served)
    told["run"]["journal"] = False
    folder = ran(tmp_path, told, "--replications", "2")
    person_hours = indicator(folder, "road.person_hours", "mean")
    assert person_hours / vehicles * hour - 5 / 50 * hour - mean_service == pytest.approx(wait, rel=within)
    on_the_way = person_hours / (vehicles / rate)
    assert on_the_way - rate * (5 / 50 + mean_service / hour) == pytest.approx(queue, rel=within)


@pytest.mark.parametrize(("served", "booths"), [(ONE_BOOTH, 1), (FOUR_BOOTHS, 4)], ids=["V6a", "V6b"])
def test_each_is_served_when_its_turn_has_come_and_a_booth_is_free(
    tmp_path: Path, served: dict[str, Any], booths: int
) -> None:
    """V6 without luck: first come, first served, at the first booth that is free (Kiefer and Wolfowitz).

    The road itself lets vehicles out no closer than its own headway, ten lanes together.
    """
    headway, last = 1 / (10 * CAPACITY), -np.inf
    folder = ran(tmp_path, random_arrivals(4000, 190, **served))
    begun = entries(folder, "service begun").sort_values("hour", kind="stable")
    ended = entries(folder, "service ended").set_index("party")["hour"]
    free = [0.0] * booths
    assert (np.diff(begun["quantity"]) >= 0).all()
    for party, hour, ready in begun[["party", "hour", "quantity"]].itertuples(index=False):
        assert hour == pytest.approx(max(ready, min(free), last + headway), abs=1e-9)
        free[free.index(min(free))], last = ended[party], hour
    waits = (begun["hour"] - begun["quantity"]).to_numpy()
    assert (waits > 1e-9).mean() > 0.5


def test_desks_for_800_an_hour_when_1100_come_for_a_day(tmp_path: Path) -> None:
    """V9: 7,200 wait after a day, all registered after 33 h, at most 9 h of wait, 118,800 person-hours of it."""
    told = {
        "horizon": "40 h",
        "population": {"total": "26400 people", "household_size": "1 people/household"},
        "vehicles": {"per_household": "1 vehicle/household"},
        "arrivals": {"over": "24 h"},
        "reception": {"registration": {"rate": "800 people/h"}},
        "run": {"journal": True},
    }
    folder = ran(tmp_path, told)
    came = entries(folder, "arrived")["hour"].to_numpy()
    done = entries(folder, "registered").dropna(subset="party")["hour"].to_numpy()
    begun = done - 1 / 800
    waits = begun - came
    assert len(came) == len(done) == 26_400
    assert (came <= 24).sum() - (begun <= 24).sum() == pytest.approx(7200, rel=1e-4)
    assert indicator(folder, "registration.backlog.peak") == 7200 + 1, "and one at the desk"
    assert done[-1] == pytest.approx(33, rel=1e-4)
    assert waits.max() == pytest.approx(9, rel=1e-4)
    assert waits.sum() == pytest.approx(118_800, rel=1e-4)


def test_a_post_closed_at_night_passes_its_rate_times_its_hours(tmp_path: Path) -> None:
    """V16: 220 an hour, closed from 22:00 to 06:00, pass 16 * 220 = 3,520 a day."""
    told = single_file(18_000, stretches(5), 121)
    told["corridor"]["checkpoints"] = {"post": post("km5", 220, hours={"from": "06:00", "to": "22:00"})}
    told["run"]["journal"] = False
    arrived = hourly(ran(tmp_path, told), "arrivals", "arrived")
    assert np.diff(arrived[[24, 48, 72, 96, 120]]) == pytest.approx(3520, abs=1)
    assert arrived[30] - arrived[24] <= 1


@pytest.mark.parametrize(("desks", "registered"), [(0.4, 0), (0.6, 60), (1.4, 60)])
def test_a_number_of_desks_that_is_drawn_is_rounded_and_none_registers_nobody(desks: float, registered: int) -> None:
    told = {
        "horizon": 10,
        "population": {"total": 80, "household_size": 1},
        "vehicles": {"per_household": 1},
        "arrivals": {"over": 1},
        "reception": {"registration": {"desks": desks, "service": 0.1}},
    }
    record = run(Scenario.model_validate(told))
    hours, people, _ = record.counts["registered"]
    assert people[hours < 6.05].sum() == registered
