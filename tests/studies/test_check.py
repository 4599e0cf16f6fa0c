"""What `check` says holds: no run beats the bound, and what limits, differs and is in stock is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.model import people
from sim.model.blockade import run_blockade
from sim.model.corridor import Road
from sim.model.world import World
from sim.scenario.differences import Difference, differences
from sim.scenario.loader import load, told_with
from sim.scenario.route import resolve
from sim.scenario.schema import Scenario
from sim.studies.check import explain
from sim.studies.clearance import Shortest, shortest
from sim.studies.run import replicate
from tests.model.test_sharing_road import SHARED, ordering

SCENARIOS = Path(__file__).parents[2] / "scenarios"
ONE_EACH = {"household_size": 1, "total": 400}
"""Households of one with a vehicle each: as many vehicles as people."""


def road(**corridor: object) -> dict[str, object]:
    segments = {"first": {"from": "town", "to": "middle", "length": 10.0, "speed": 50.0}}
    segments["second"] = {"from": "middle", "to": "end", "length": 20.0, "speed": 50.0}
    return {"segments": segments, **corridor}


def told(corridor: dict[str, object], **more: object) -> Scenario:
    vehicles = {"per_household": 1.0, "classes": {"car": {"share": 1.0, "seats": 1}}}
    return Scenario.model_validate({"population": ONE_EACH, "vehicles": vehicles, "corridor": corridor, **more})


def bound(scenario: Scenario, seed: int = 1) -> Shortest:
    assert scenario.corridor is not None
    parties = people.draw(scenario, people.Luck(seed, 0), run_blockade(scenario))
    return shortest(scenario, resolve(scenario.corridor), parties)


def cleared(scenario: Scenario, seed: int = 1) -> float:
    return float(replicate(scenario, 1, seed).indicator("clearance.p95")[0])


def test_one_booth_sets_the_bound_and_the_run_comes_close_to_it() -> None:
    scenario = told(road(checkpoints={"post": {"at": "middle", "booth_rate": 20.0}}))
    found = bound(scenario)
    assert found.stage == "checkpoint post"
    assert found.hour == pytest.approx(0.2 + (380 - 1) / 20 + 0.4, abs=0.06)
    assert found.hour <= cleared(scenario) <= found.hour * 1.02


def test_hours_of_work_stretch_the_bound() -> None:
    day = {"at": "middle", "booth_rate": 20.0, "hours": {"from": 6.0, "to": 16.0}}
    found = bound(told(road(checkpoints={"post": day})))
    # 10 h a day pass 200: from 06:00 the first day and from 06:00 the second, less one in the booth each day
    assert found.hour == pytest.approx(24 + 6 + (380 - 200 - 2) / 20 + 0.4, abs=0.11)


def test_a_post_that_opens_after_the_horizon_lets_nobody_across() -> None:
    late = {"at": "middle", "booth_rate": 20.0, "opens": 1000.0}
    assert bound(told(road(checkpoints={"post": late}), horizon=48.0)).hour == float("inf")


def test_people_who_stay_are_not_counted() -> None:
    post = {"post": {"at": "middle", "booth_rate": 20.0}}
    few = bound(told(road(checkpoints=post), departure={"stay": 0.8}))
    assert few.hour < bound(told(road(checkpoints=post))).hour / 4


def test_people_near_the_end_are_bound_by_their_own_way() -> None:
    near = told(road(), population={**ONE_EACH, "settlements": {"hamlet": {"people": 1.0, "at": "middle"}}})
    assert bound(near).hour == pytest.approx(0.4, abs=0.2)
    assert bound(near).hour <= cleared(near)


posts = st.fixed_dictionaries(
    {"at": st.just("middle"), "booth_rate": st.floats(15, 200), "spread": st.sampled_from([0.0, 0.6])},
    optional={
        "booths": st.integers(1, 3),
        "hours": st.sampled_from([{"from": 6.0, "to": 18.0}, {"from": 20.0, "to": 4.0}]),
        "opens": st.floats(0, 20),
        "variation": st.just({"sd": 0.1}),
        "convoy": st.just({"every": 3.0, "vehicles": 60}),
    },
)
bridge = {"at": "middle", "kind": "bridge", "capacity": 60.0, "alternate": {"cycle": 0.5, "green": 0.3}}
ferry = {"at": "middle", "kind": "ferry", "vehicles": 8, "round_trip": 0.7, "hours": {"from": 5.0, "to": 20.0}}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    stands=st.one_of(
        st.fixed_dictionaries({"checkpoints": st.fixed_dictionaries({"post": posts})}),
        st.sampled_from(
            [{"crossings": {"a": bridge}}, {"crossings": {"a": ferry}}, {"crossings": {"a": bridge, "b": ferry}}]
        ),
        st.just({"closures": {"slide": {"segment": "second", "km": 5.0, "from": 1.0, "until": 9.0}}}),
    ),
    kind=st.sampled_from(["at_once", "uniform", "rayleigh"]),
    fuel=st.sampled_from([None, {"held": 3.0, "without": "leave"}, {"held": 8.0, "without": "walk"}]),
    seed=st.integers(0, 999),
)
def test_no_run_beats_the_bound(stands: dict[str, object], kind: str, fuel: object, seed: int) -> None:
    more = {} if fuel is None else {"fuel": fuel, "incidents": {"breakdowns_per_million_km": 3000}}
    classes = {"car": {"share": 0.8, "seats": 5}, "lorry": {"share": 0.2, "seats": 20, "pce": 2}}
    mixed = {"per_household": 0.9, "classes": classes}
    scenario = told(
        road(**stands),
        population={"total": 500, "household_size": 3, "modes": {"foot": 0.02}},
        departure={"loading": {"kind": kind, "spread": 3.0}},
        **more,
    ).model_copy(update={"vehicles": Scenario.model_validate({"population": ONE_EACH, "vehicles": mixed}).vehicles})
    assert bound(scenario, seed).hour <= cleared(scenario, seed) + 1e-6


@pytest.mark.parametrize("stem", ["two_valleys", "syunik_june_2023_worst", "lachin_2023_first_evening"])
def test_no_run_of_a_shipped_scenario_beats_the_bound(stem: str) -> None:
    scenario = load(SCENARIOS / f"{stem}.yaml", {"population.total": "3000 people"})
    scenario = scenario.model_copy(update={"uncertainty": {}})
    assert bound(scenario).hour <= cleared(scenario)


def test_the_stages_of_two_valleys_are_all_named() -> None:
    file = SCENARIOS / "two_valleys.yaml"
    text = "\n".join(explain(load(file), file))
    for words in (
        "fuel at market_pump: 2 pumps pass 60 vehicles/h; 4,000 L for 800 vehicles",
        "feeder mill_road: 17 km",
        "crossing light_bridge: a bridge, 144 vehicles/h in turns, ours 60% of the time, up to 5 t",
        "5 t; 05:00 to 20:00 only",
        "crossing ferry: a ferry, 8 vehicles or 120 people every 50 min, 9.6 vehicles/h",
        "buses lorries_of_the_council: 6 with 240 seats",
        "registration: 10 desks, 75 parties/h",
        "place camp: room for 9,000 people",
        "what holds people up most",
    ):
        assert words in text


@pytest.mark.parametrize("stem", ["two_valleys", "lachin_2023", "example_bare_road"])
def test_the_stretch_that_sets_the_window_is_the_one_the_road_uses(stem: str) -> None:
    scenario = load(
        SCENARIOS / f"{stem}.yaml", {"population.total": "1000 people", "population.present": "1000 people"}
    )
    of_road = World(scenario, 1, 0).road
    assert isinstance(of_road, Road)
    line = next(line for line in explain(scenario, Path("x.yaml")) if "at a time" in line)
    assert f"worked out {of_road.window * 60:,.3g} min at a time" in line


def test_what_differs_from_the_base_is_told_with_both_values() -> None:
    file, changes = SCENARIOS / "lachin_2023_second_lane.yaml", {"fuel.ration": "15 L"}
    found = differences(file, told_with(file, changes), changed=True)
    assert found is not None
    assert found.base == "lachin_2023.yaml"
    assert Difference("corridor.checkpoints.hakari.lanes", "1", "2") in found.found
    assert Difference("fuel.ration", "20 L", "15 L") in found.found
    assert found.inherited > 400


def test_stocks_at_opening_are_told_with_their_days_of_supply() -> None:
    file = SCENARIOS / "lachin_2023.yaml"
    lines = explain(load(file), file)
    assert any("stock of food at opening" in line and "kg" in line and "days of supply" in line for line in lines)
    assert any(
        "checkpoint hakari: 70 vehicles/h from 24 Sep 00:00, 218 vehicles/h from 26 Sep 04:00" in x for x in lines
    )


def test_health_posts_say_how_many_they_see_and_how_many_ask() -> None:
    """Of 40 patients a quarter are taken by ambulance, half of the others ask, and four in five come by the camp."""
    scenario = Scenario.model_validate(
        {
            "population": {"total": 400, "patients": {"insulin": {"people": 40}}},
            "reception": {"places": {"camp": {"arrive": 0.8}, "city": {"arrive": 0.2}}},
            "medical": {
                "hospitals": {"base": {}},
                "posts": {"tent": {"at": "camp", "clinicians": 2, "visit": 0.25, "hours": {"from": 7, "to": 19.5}}},
                "groups": {"insulin": {"transported": 0.25, "asks_on_arrival": 0.5}},
            },
        }
    )
    told = explain(scenario, Path("x.yaml"))
    sees = "2 clinicians see 8 patients an hour; about 12 ask, 1.5 h of work for all of them"
    assert f"  health post tent at camp: {sees}; 07:00 to 19:30 only" in told


def test_it_says_whose_trucks_take_room_on_the_people_s_road_and_what_that_takes() -> None:
    joins, behind = (explain(ordering(10, shared=its), Path("x.yaml")) for its in (SHARED["shared"], {"narrows": True}))
    assert "  trucks from depot join the people's road at a, and take room and time at booths" in joins
    assert any("each run is repeated until" in line for line in joins)
    assert any("are as late on the shared road as the vehicle ahead of them, and take no room" in x for x in behind)
    assert not any("each run is repeated until" in line for line in behind)
