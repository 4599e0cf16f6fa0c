"""The what-ifs of the event differ from the look back in the direction that a planner expects."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import inf
from pathlib import Path

import numpy as np
import pytest

from sim.model.record import Array, Record
from sim.publish.export import write_tables
from sim.publish.manifest import Told
from sim.results.outcome import outcome
from sim.scenario.loader import load
from sim.studies.run import replicate, run
from tests.scenarios.shelf import SCENARIOS, shipped, table

LUCKS = (0, 1, 2)
COARSE = {"run.resolution": "10"}
EXPLOSION = 43.75
"""25 September 19:45, in hours since 24 September 00:00."""


@cache
def records(name: str) -> tuple[Record, ...]:
    """Three worlds of a what-if, or of the look back itself."""
    stem = f"lachin_2023_{name}" if name else "lachin_2023"
    scenario = shipped(stem, COARSE)
    return tuple(run(scenario, replication=luck) for luck in LUCKS)


@cache
def indicators(name: str) -> tuple[dict[str, float], ...]:
    return tuple(outcome(record).indicators for record in records(name))


def both(indicator: str, name: str) -> Iterator[tuple[float, float]]:
    """The indicator in the look back and in the what-if, with the same luck."""
    for base, other in zip(indicators(""), indicators(name), strict=True):
        yield base[indicator], other[indicator]


def total(indicator: str, name: str) -> float:
    return sum(world[indicator] for world in indicators(name))


def in_state(record: Record, state: str) -> float:
    """People in a state at the horizon."""
    its = np.array([spot.state == state for spot in record.spots])
    came = record.move_people[its[record.move_destination.astype(int)]].sum()
    went = record.move_people[its[record.move_origin.astype(int)]].sum()
    return float(record.first[its].sum() + came - went)


def until(record: Record, hour: float, series: str) -> Array:
    """Hours and people of a series before an hour, shape (2, rows)."""
    hours, people, _ = record.counts[series]
    return np.stack([hours, people])[:, hours < hour]


@cache
def one_by_one(name: str) -> Record:
    """A world in which every vehicle moves by itself."""
    return run(shipped(f"lachin_2023{name}"))


def moves_until(record: Record, hour: float) -> Array:
    """Hour, party and people of each move before an hour, by hour and party: moves are noted as they become known."""
    moves = np.stack([record.move_party, record.move_hour, record.move_people])[:, record.move_hour < hour]
    return moves[:, np.lexsort(moves)]


@pytest.mark.parametrize("series", ["departed", "arrived", "registered", "accommodated"])
def test_without_the_explosion_nothing_differs_before_it(series: str) -> None:
    base, other = one_by_one(""), one_by_one("_no_explosion")
    assert len(until(base, EXPLOSION, series)[0]) > 0
    np.testing.assert_array_equal(until(base, EXPLOSION, series), until(other, EXPLOSION, series))


def test_without_the_explosion_all_moves_before_it_are_the_same_and_later_ones_differ() -> None:
    base, other = one_by_one(""), one_by_one("_no_explosion")
    np.testing.assert_array_equal(moves_until(base, EXPLOSION), moves_until(other, EXPLOSION))
    assert base.counts["departed"][0].tolist() != other.counts["departed"][0].tolist()


def test_without_the_explosion_nobody_is_hurt_and_more_arrive_by_road() -> None:
    for base, other in zip(records(""), records("no_explosion"), strict=True):
        assert in_state(base, "reported_dead") == 218
        assert in_state(other, "reported_dead") == 0
        assert in_state(other, "in_care") < in_state(base, "in_care")
    assert all(more > base for base, more in both("arrived.total", "no_explosion"))


def test_a_scenario_and_its_what_if_share_their_people() -> None:
    for base, other in zip(records(""), records("second_lane"), strict=True):
        np.testing.assert_array_equal(base.parties.settlement, other.parties.settlement)
        np.testing.assert_array_equal(base.parties.vehicles, other.parties.vehicles)
        assert base.drawn == other.drawn


@pytest.mark.parametrize("name", ["checkpoint_halved", "checkpoint_closed_at_night", "road_shut"])
def test_less_of_the_post_or_the_road_clears_later_and_takes_longer(name: str) -> None:
    assert all(later > base for base, later in both("clearance.p95", name))
    assert all(later > base for base, later in both("transit.p95", name))


def test_half_the_booths_pass_vehicles_at_half_the_rate() -> None:
    for base, other in zip(records(""), records("checkpoint_halved"), strict=True):
        assert served(other, 60, 120) == pytest.approx(served(base, 60, 120) / 2, rel=0.05)


def served(record: Record, begin: float, end: float) -> float:
    """Vehicles that the post passed between two hours."""
    (post,) = record.posts
    passed = (post.ended >= begin) & (post.ended < end)
    return float(record.parties.vehicles[post.party[passed]].sum())


def test_closed_at_night_nobody_is_served_at_night() -> None:
    for record in records("checkpoint_closed_at_night"):
        (post,) = record.posts
        clock = post.begun[np.isfinite(post.begun)] % 24
        assert len(clock) > 1000
        assert ((clock >= 6 - 1e-9) & (clock <= 22 + 1e-9)).all()


def test_nobody_passes_the_point_where_the_road_is_shut() -> None:
    shut, open_again = 80.0, 92.0
    for record in records("road_shut"):
        before, beyond = (log for log in record.links if log.name == "mets_shen_to_bridge")
        assert before.km[1] == beyond.km[0] == 46
        passed = before.left[np.isfinite(before.left)]
        assert ((passed > shut - 12) & (passed < shut)).sum() > 100
        assert not ((passed > shut + 1e-6) & (passed < open_again - 1e-6)).any()


def test_a_second_lane_moves_the_queue_elsewhere() -> None:
    assert all(sooner < base for base, sooner in both("clearance.p95", "second_lane"))
    assert all(shorter < base for base, shorter in both("queue.vehicles.peak", "second_lane"))
    assert all(more > base for base, more in both("registration.backlog.peak", "second_lane"))
    for base, other in zip(records(""), records("second_lane"), strict=True):
        busiest = served(base, 72, 96), served(other, 72, 96)
        assert busiest[0] < busiest[1] < 2 * busiest[0] * 1.05


def test_an_earlier_opening_clears_a_day_earlier() -> None:
    won = [base - sooner for base, sooner in both("clearance.p95", "earlier_opening")]
    assert min(won) > 12
    assert np.mean(won) == pytest.approx(24, abs=8)


def test_freezing_nights_and_a_longer_blockade_leave_more_vehicles_dry() -> None:
    for name in ("freezing_nights", "longer_blockade"):
        assert total("stalled.vehicles", name) > total("stalled.vehicles", "")


def test_a_longer_blockade_opens_with_less_in_tanks_and_stores() -> None:
    for base, other in zip(records(""), records("longer_blockade"), strict=True):
        assert base.fuel is not None
        assert other.fuel is not None
        assert other.fuel.held_first < base.fuel.held_first
    for item in ("food", "petrol", "medicines"):
        assert all(less <= base for base, less in both(f"blockade.{item}.met", "longer_blockade"))


def test_vehicles_that_move_together_are_as_often_short_of_fuel() -> None:
    def short(resolution: str) -> float:
        parties = run(shipped("lachin_2023", {"run.resolution": resolution})).parties
        return float(parties.vehicles[np.isfinite(parties.fuel_asked)].sum())

    assert short("5") == pytest.approx(short("1"), rel=0.15)


def test_more_fuel_is_handed_out_and_fewer_run_dry() -> None:
    fine = {"run.resolution": "1"}
    base, more = (run(shipped(stem, fine), replication=1) for stem in ("lachin_2023", "lachin_2023_more_fuel"))
    assert float(more.parties.fuel_given.sum()) > float(base.parties.fuel_given.sum())
    assert len(more.stalls) < len(base.stalls)


def test_more_buses_shorten_the_wait_of_those_without_a_vehicle() -> None:
    for base, other in zip(records(""), records("buses"), strict=True):
        assert waited(other) < waited(base)
    assert all(after <= before for before, after in both("left_behind.people", "buses"))


def waited(record: Record) -> float:
    """Person-hours spent waiting for a bus."""
    its = np.array([spot.state == "waiting_transport" for spot in record.spots])
    signed = its[record.move_origin.astype(int)].astype(float) - its[record.move_destination.astype(int)]
    return float((signed * record.move_people * record.move_hour).sum())


def test_a_relief_convoy_feeds_people_on_the_road(tmp_path: Path) -> None:
    drawn, short = {}, {}
    for stem in ("lachin_2023", "lachin_2023_relief_convoy"):
        (tmp_path / stem).mkdir()
        ensemble = replicate(shipped(stem, {"run.resolution": "20"}), 1)
        write_tables(ensemble, tmp_path / stem, Told())
        assert ensemble.scenario.corridor is not None
        rows = [row for row in table(tmp_path / stem / "gaps.csv") if row["item"] in ("food", "water")]
        road = [row for row in rows if row["place"] in ensemble.scenario.corridor.segments]
        drawn[stem] = sum(float(row["supply_p50"] or 0) for row in road)
        short[stem] = sum(float(row["gap_p50"] or row["need_p50"]) for row in road)
    assert drawn["lachin_2023_relief_convoy"] > drawn["lachin_2023"]
    assert short["lachin_2023_relief_convoy"] < short["lachin_2023"]


def test_a_road_that_never_opens_runs_and_says_so(tmp_path: Path) -> None:
    scenario = load(SCENARIOS / "lachin_2023.yaml", {"corridor.never_opens": "yes", "run.resolution": "20"})
    ensemble = replicate(scenario, 1)
    assert not ensemble.failures
    write_tables(ensemble, tmp_path, Told())
    told = {row["indicator"]: float(row["p50"] or "nan") for row in table(tmp_path / "indicators.csv")}
    assert told["arrived.total"] == 0
    assert told["left_behind.people"] > 100_000
    assert not told["clearance.p95"] < inf
    limits = {row["constraint"] for row in table(tmp_path / "constraints.csv") if float(row["share"]) > 0}
    assert limits == {"permission"}
