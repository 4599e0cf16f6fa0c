"""What clocks and queues say of patients in closed form, through scenario files, the command's results and tables."""

from __future__ import annotations

import csv
from math import sqrt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import simpy
import yaml

from sim.model.hospitals import Hospitals
from sim.model.patient import GREEN, RED, YELLOW, Patient
from sim.model.streams import stream
from sim.model.triage import Post, Visitor, Waiting
from sim.publish.export import write
from sim.scenario.loader import load
from sim.scenario.medical import HealthPost, Hospital
from sim.studies.run import replicate


def results(folder: Path, told: dict[str, Any]) -> Path:
    """Write a scenario file, run it once and give its results."""
    file = folder / "case.yaml"
    file.write_text(yaml.safe_dump(told, sort_keys=False), encoding="utf-8")
    write(replicate(load(file), 1, 1), folder / "out")
    return folder / "out"


def indicator(folder: Path, name: str) -> float:
    with (folder / "indicators.csv").open(encoding="utf-8") as file:
        return next(float(row["p50"]) for row in csv.DictReader(file) if row["indicator"] == name)


def taken_out(folder: Path) -> dict[int, float]:
    """Patients who had reached a hospital outside, by hour."""
    with (folder / "care.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["stage"] == "evacuated" and row["group"] == "all"]
    return {int(row["hour"]): float(row["p50"]) for row in rows}


def test_a_seventh_of_dialysis_patients_are_past_three_days_after_a_day_on_the_road(tmp_path: Path) -> None:
    """Last session U(0, 56 h) ago, 24 h on the way, limit 72 h: (56 - 48) / 56 of them, give or take three sigma."""
    count, share = 1000, 8 / 56
    told = {
        "horizon": "30 h",
        "population": {
            "total": f"{count} people",
            "household_size": "1 people/household",
            "patients": {
                "dialysis": {
                    "people": f"{count} people",
                    "since": {"distribution": "uniform", "low": "0 h", "high": "56 h"},
                    "interval": "56 h",
                    "safe_intervals": {"three_days": "72 h", "four_days": "96 h"},
                }
            },
        },
        "vehicles": {"per_household": "1 vehicle/household"},
        "corridor": {
            "segments": {
                "valley": {"from": "a", "to": "b", "length": "1200 km", "speed": "50 km/h", "lanes": 100},
            }
        },
    }
    out = results(tmp_path, told)
    sigma = sqrt(count * share * (1 - share))
    assert indicator(out, "transit.p95") == pytest.approx(24, abs=0.05)
    assert indicator(out, "care.dialysis.three_days") == pytest.approx(count * share, abs=3 * sigma)
    assert indicator(out, "care.dialysis.four_days") == 0


def flown(cycle: float = 2.0, flight: float = 0.5, **more: Any) -> dict[str, Any]:
    """300 wounded, one helicopter with ten seats, and a hospital with a bed for each."""
    return {
        "horizon": "48 h",
        "population": {
            "total": "1000 people",
            "settlements": {"town": {"people": "100 %"}},
            "patients": {"wounded": {"people": "300 people"}},
        },
        "medical": {
            "hospitals": {"base": {"beds": {"general": "300 people"}}},
            "groups": {"wounded": {"transported": "100 %", "red": "10 %", "yellow": "20 %"}},
        },
        "transport": {
            "helicopters": {
                "one": {"helicopters": 1, "seats": 10, "to": "base", "cycle": f"{cycle} h", "flight": f"{flight} h"}
            }
        },
        **more,
    }


def test_a_helicopter_moves_its_seats_once_a_cycle(tmp_path: Path) -> None:
    """Half an hour on the ground, half an hour in the air: it lands at hours 1, 3, 5 and so on."""
    found = taken_out(results(tmp_path, flown()))
    assert [found[hour] for hour in range(8)] == [0, 10, 10, 20, 20, 30, 30, 40]
    assert found[24] == 120


@pytest.mark.parametrize("lands_at_last", [18, 14])
def test_in_the_dark_and_in_bad_weather_none_fly(tmp_path: Path, lands_at_last: int) -> None:
    night = {"night": {"from": f"{lands_at_last}:00", "to": "06:00"}, "spells": {
        "storm": {"from": "30 h", "until": "34 h", "flying": False}}}  # fmt: skip
    found = taken_out(results(tmp_path, flown(weather=night)))
    rounds = (lands_at_last - 6.5) // 2 + 1  # lands at 06:30, for it had loaded before light, and every 2 h from then
    assert [found[hour] for hour in (6, 7, 24, 30)] == [0, 10, 10 * rounds, 10 * rounds]
    assert found[34] == 10 * rounds
    assert found[36] > found[34]


def test_red_goes_before_yellow_before_green(tmp_path: Path) -> None:
    out = results(tmp_path, flown(horizon="72 h"))
    waits = [indicator(out, f"care.{colour}.hours_to_leave.p95") for colour in ("red", "yellow", "green")]
    assert waits == sorted(waits)
    assert waits[0] < waits[1] < waits[2]


def waits_for_a_bed(arrivals: np.ndarray, stay: float, beds: int = 1) -> np.ndarray:
    """Hours each patient waits for a bed of a hospital to which patients come at given hours."""
    env, patients = simpy.Environment(), list[Patient]()
    hospitals = Hospitals(env, {"one": Hospital(beds={"general": beds})}, set(), lambda *_: None)

    def comes() -> Any:
        for number, hour in enumerate(arrivals.tolist()):
            yield env.timeout(hour - env.now)
            patients.append(Patient(number, "any", "", 0, hour, "general", stay, hour, 0))
            hospitals.admit(patients[-1], "one")

    env.process(comes())
    env.run()
    return np.array([patient.in_bed - patient.ready for patient in patients])


@pytest.mark.parametrize("load", [0.5, 0.8])
def test_one_bed_with_a_fixed_stay_is_the_queue_m_d_1(load: float) -> None:
    """Pollaczek and Khinchine: the mean wait is load x stay / (2 (1 - load))."""
    stay, rng = 10.0, stream(3, 0, f"arrivals at a load of {load}")
    waits = waits_for_a_bed(np.cumsum(rng.exponential(stay / load, 60_000)), stay)
    assert waits.mean() == pytest.approx(load * stay / (2 * (1 - load)), rel=0.08)
    assert (waits == 0).mean() == pytest.approx(1 - load, abs=0.02)


def test_who_comes_at_once_gets_a_bed_in_turn() -> None:
    waits = waits_for_a_bed(np.zeros(7), 5.0, beds=2)
    assert waits.tolist() == [0, 0, 5, 5, 10, 10, 15]


def waits_to_be_seen(arrivals: np.ndarray, ranks: np.ndarray, visit: Any, **more: Any) -> np.ndarray:
    """Hours each patient waits at a health post to which patients of some priorities come at given hours from 06:00."""
    env, begun = simpy.Environment(), np.full(len(arrivals), np.nan)
    luck = SimpleNamespace(of=lambda purpose: stream(5, 0, purpose))
    chain = SimpleNamespace(world=SimpleNamespace(luck=luck), with_party={"any": (arrivals, arrivals)})
    chain.world.scenario = SimpleNamespace(hour_of_day=6.0)

    def see(_: Post, who: Waiting, __: float) -> None:
        begun[who.entry] = env.now

    triage: Any = SimpleNamespace(env=env, chain=chain, see=see)
    post = Post(triage, HealthPost(**{"at": "tent", "clinicians": 1, "visit": visit} | more))

    def comes() -> Any:
        for number, hour in enumerate(arrivals.tolist()):
            yield env.timeout(hour - env.now)
            rank = int(ranks[number])
            post.come(Waiting(rank, hour, number, Visitor("any", number, rank, False, 0.0), number, -1))

    env.process(comes())
    env.run()
    return np.asarray(begun - arrivals)


SHARES = np.array([0.2, 0.3, 0.5])
"""Of patients who are red, yellow and green."""


def cobham(load: float, mean: float, square: float) -> np.ndarray:
    """Mean waits by priority of a queue M/G/1 that interrupts nobody (Cobham 1954): W0 / ((1 - s_before)(1 - s))."""
    up_to = np.cumsum(SHARES * load)
    residual = load / mean * square / 2
    return np.asarray(residual / ((1 - np.concatenate([[0.0], up_to[:-1]])) * (1 - up_to)))


@pytest.mark.parametrize(
    ("visit", "square"),
    [("10 min", 1 / 36), ({"distribution": "exponential", "mean": "10 min"}, 2 / 36)],
    ids=["fixed", "exponential"],
)
@pytest.mark.parametrize("load", [0.5, 0.8])
def test_red_yellow_and_green_wait_as_cobham_says(visit: Any, square: float, load: float) -> None:
    mean, rng = 1 / 6, stream(4, 0, f"patients at a load of {load}")
    arrivals = np.cumsum(rng.exponential(mean / load, 80_000))
    ranks = rng.choice([RED, YELLOW, GREEN], len(arrivals), p=SHARES)
    waits = waits_to_be_seen(arrivals, ranks, visit)
    found = np.array([waits[ranks == rank].mean() for rank in (RED, YELLOW, GREEN)])
    assert found == pytest.approx(cobham(load, mean, square), rel=0.08)


def test_who_comes_at_once_is_seen_in_turn_and_the_most_urgent_first() -> None:
    """Two clinicians, ten minutes each: the first two who come are seen, then red, yellow, green by twos."""
    ranks = np.array([GREEN, GREEN, GREEN, YELLOW, RED, RED, YELLOW, GREEN])
    waits = waits_to_be_seen(np.zeros(8), ranks, "10 min", clinicians=2)
    assert waits * 6 == pytest.approx([0, 0, 3, 2, 1, 1, 2, 3])


def test_a_post_shut_at_night_makes_its_patients_wait_for_the_morning() -> None:
    """Who comes in the dark waits for 06:00 and nobody else waits: c^2 / 48 hours on average, shut c hours a night."""
    arrivals = np.arange(0, 240, 0.05) + 0.01
    waits = waits_to_be_seen(arrivals, np.full(len(arrivals), GREEN), "0 h", hours={"from": "06:00", "to": "20:00"})
    since = arrivals % 24
    assert waits == pytest.approx(np.where(since < 14, 0.0, 24 - since))
    assert waits.mean() == pytest.approx(10**2 / 48, rel=0.01)


def test_the_morning_queue_of_a_post_shut_at_night_goes_as_a_fluid_queue_does() -> None:
    """Shut n hours a day, a patients come and s can be seen an hour: n^2 s / (48 (s - a)) hours of waiting on average.

    The queue grows to n a and is gone n a / (s - a) hours after the opening: here 12 of 16 hours.
    """
    came, seen, shut = 6, 10, 8
    arrivals = np.arange(20 * 24 * came) / came + 1e-3
    hours = {"from": "06:00", "to": "22:00"}
    waits = waits_to_be_seen(arrivals, np.full(len(arrivals), GREEN), "6 min", hours=hours)
    assert waits.mean() == pytest.approx(shut**2 * seen / (48 * (seen - came)), rel=0.02)
    gone = shut * came / (seen - came)
    first_day_over = (arrivals > 24 + gone + 0.5) & (arrivals < 24 + 24 - shut - 0.5)
    assert waits[first_day_over] == pytest.approx(0.0)


def test_nobody_is_left_half_seen_when_a_post_closes_and_red_goes_first_in_the_morning() -> None:
    """Open for an hour with visits of 45 min: the second visit ends after closing, all others are the next day's."""
    ranks = np.array([GREEN, GREEN, GREEN, RED])
    waits = waits_to_be_seen(np.zeros(4), ranks, "45 min", hours={"from": "06:00", "to": "07:00"})
    assert waits == pytest.approx([0, 24, 24.75, 0.75])
    waits = waits_to_be_seen(np.array([0, 0.1, 0.2, 5]), ranks, "60 min", hours={"from": "06:00", "to": "07:00"})
    assert waits == pytest.approx([0, 47.9, 71.8, 19]), "a visit cannot begin in the minute a post closes"
