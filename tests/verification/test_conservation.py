"""Nobody, no vehicle and no litre is ever lost (V10), in random scenarios with everything that can go wrong."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verification.cases import post, ran, shut, stretch, table

SERIES = ("departed", "arrived", "registered", "accommodated")
SHARES = st.sampled_from(["0 %", "20 %", "50 %", "100 %"])
HOURS = st.integers(0, 12).map("{} h".format)


def some(strategy: st.SearchStrategy[Any], name: str) -> st.SearchStrategy[dict[str, Any]]:
    """A mapping with that entry, or an empty one."""
    return st.one_of(st.just({}), strategy.map(lambda value: {name: value}))


POPULATION = st.fixed_dictionaries(
    {
        "total": st.integers(20, 400).map("{} people".format),
        "present": st.integers(30, 100).map("{} %".format),
        "household_size": st.integers(1, 5).map("{} people/household".format),
        "settlements": st.just({"n0": {"people": "60 %"}, "f": {"people": "40 %"}}),
        "modes": st.sampled_from([{}, {"foot": "30 %"}, {"motorcycle": "20 %", "cart": "20 %"}]),
    }
)
VEHICLES = st.fixed_dictionaries(
    {
        "per_household": st.sampled_from([0.3, 0.8, 1]).map("{} vehicle/household".format),
        "shared_rides": SHARES,
        "classes": st.just({"car": {"share": "80 %", "seats": 5}, "truck": {"share": "20 %", "seats": 20, "pce": 2.5}}),
    }
)
DEPARTURE = st.fixed_dictionaries(
    {
        "loading": st.integers(1, 10).map(lambda h: {"kind": "uniform", "spread": f"{h} h"}),
        "permission": st.sampled_from([{}, {"some": {"from": "0 h", "share": "40 %"}}]),
        "stay": SHARES.filter("100 %".__ne__),
        "turn_back": st.just({"share": "50 %", "patience": "0.2 h", "retry": "2 h"}),
    }
)
DEPOT = st.fixed_dictionaries(
    {
        "stock": st.integers(0, 800).map("{} L".format),
        "pumps": st.integers(1, 4),
        "service": st.integers(1, 20).map("{} min".format),
        "opens": HOURS,
        "deliveries": some(
            st.tuples(HOURS, st.integers(1, 500)).map(lambda d: {"at": d[0], "litres": f"{d[1]} L"}), "late"
        ),
    }
)
EXPLOSION = HOURS.map(lambda at: {"at": at, "depot": "pump", "injured": "3 people", "reported_dead": "1 people"})
FUEL = st.fixed_dictionaries(
    {
        "held": st.just({"distribution": "uniform", "low": "0 L", "high": "12 L"}),
        "ration": st.integers(1, 20).map("{} L".format),
        "expected_transit": HOURS,
        "without": st.sampled_from(["wait", "leave", "walk"]),
        "patience": HOURS,
        "depots": DEPOT.map(lambda depot: {"pump": depot}),
        "explosions": some(EXPLOSION, "blast"),
    }
)
POSTS = st.builds(
    lambda rate, booths, spread: {"post": post("n2", rate, booths=booths, spread=spread)},
    st.integers(10, 300),
    st.integers(1, 3),
    st.sampled_from([0, 0.6]),
)
FERRY = {"ferry": {"at": "n1", "kind": "ferry", "vehicles": 6, "round_trip": "1 h"}}
CORRIDOR = st.fixed_dictionaries(
    {
        "segments": st.just({"one": stretch("n0", "n1", 12), "two": stretch("n1", "n2", 20)}),
        "feeders": st.sampled_from(["n1", "n2"]).map(lambda node: {"way": stretch("f", node, 6)}),
        "checkpoints": st.one_of(st.just({}), POSTS),
        "crossings": st.sampled_from([{}, {}, FERRY]),
        "closures": some(st.tuples(st.floats(0, 20), st.integers(0, 9)), "works").map(
            lambda told: {name: shut("two", round(km, 2), at, at + 3) for name, (km, at) in told.items()}
        ),
    }
)
BUSES = st.integers(1, 3).map(lambda n: {"buses": {"coaches": {"buses": n, "seats": 20, "from": "2 h"}}})
RECEPTION = st.fixed_dictionaries(
    {
        "registration": st.integers(5, 200).map(lambda rate: {"rate": f"{rate} people/h", "elsewhere": "20 %"}),
        "accommodation": SHARES.map(lambda share: {"share": share, "delay": "2 h"}),
        "places": st.sampled_from([{}, {"delay": "1 h"}]).map(
            lambda at_hand: {
                "border": {"arrive": "100 %", "stay": "3 h", "next": {"town": "70 %"}},
                "town": {"stay": "5 h", "travel": "1 h", "houses": True, "capacity": "50 people", **at_hand},
            }
        ),
    }
)
SCENARIOS = st.fixed_dictionaries(
    {
        "horizon": st.integers(6, 40).map("{} h".format),
        "population": POPULATION,
        "vehicles": VEHICLES,
        "departure": DEPARTURE,
        "fuel": FUEL,
        "corridor": CORRIDOR,
        "incidents": st.just({"breakdowns_per_million_km": 4000, "clearing": "0.5 h", "lift_patience": "2 h"}),
        "transport": st.one_of(st.just({}), BUSES),
        "reception": RECEPTION,
        "run": st.just({"journal": True}),
    }
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(SCENARIOS)
def test_every_person_vehicle_and_litre_is_accounted_for(told: dict[str, Any]) -> None:
    with TemporaryDirectory() as made:
        folder = ran(Path(made), told)
        tables = {name: table(folder, name) for name in ("ledger", "arrivals", "journal", "stocks")}
    people(tables, told)
    vehicles(tables["journal"])
    litres(tables, told)


def people(tables: dict[str, pd.DataFrame], told: dict[str, Any]) -> None:
    """Those in some state are those present, in every hour; counts never fall, and come after one another."""
    total, share = (number(told["population"][key]) for key in ("total", "present"))
    by_hour = tables["ledger"].groupby("hour")["mean"]
    assert by_hour.sum().nunique() == 1
    assert abs(by_hour.sum()[0] - total * share / 100) <= 0.5 + 1e-9
    assert (by_hour.min() >= 0).all()
    curves = tables["arrivals"].pivot_table(index="hour", columns="series", values="p50")
    assert (curves.diff().dropna() >= 0).all(axis=None)
    for later in ("arrived", "registered", "accommodated"):
        assert (curves[later] <= curves["departed" if later == "arrived" else "arrived"]).all()


def vehicles(journal: pd.DataFrame) -> None:
    """Who got onto the road did so once, passed each node once and in order, and stopped or left it at most once."""
    rows = journal[journal["entry"].isin(["entered", "passed"]) | journal["entry"].str.startswith("stopped")]
    entered = rows[rows["entry"] == "entered"]
    assert entered["party"].is_unique
    assert set(rows["party"]) == set(entered["party"])
    assert not rows.duplicated(["entry", "party", "node_or_place"]).any()
    assert rows.groupby("party")["entry"].first().eq("entered").all()
    ends = rows[(rows["node_or_place"] == "n2") & (rows["entry"] == "passed") | rows["entry"].str.startswith("stopped")]
    assert ends["party"].is_unique


def litres(tables: dict[str, pd.DataFrame], told: dict[str, Any]) -> None:
    """What a depot had and was brought is in its tanks, lost, with those who left it, or a ration each in its queue."""
    depot, horizon = told["fuel"]["depots"]["pump"], number(told["horizon"])
    brought = sum(number(d["litres"]) for d in depot["deliveries"].values() if number(d["at"]) < horizon)
    stock = number(depot["stock"])
    journal, stocks = tables["journal"].groupby("entry")["quantity"].sum(), tables["stocks"]
    left = stocks[stocks["place"] == "pump"]["p50"].iloc[-1]
    gone = journal.get("given fuel", 0.0) + journal.get("explosion", 0.0)
    queue = tables["ledger"][tables["ledger"]["state"] == "fuel_queue"]["p50"].iloc[-1]
    assert -1e-6 <= stock + brought - left - gone <= queue * number(told["fuel"]["ration"]) + 1e-6


def number(text: str) -> float:
    """The number of a text such as `3 h`."""
    return float(text.split(maxsplit=1)[0])
