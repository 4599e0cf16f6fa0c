"""The sums that must hold, and that each one that breaks is named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.model.journal import ConservationError
from sim.model.record import FuelBook, Record
from sim.results import ledger
from sim.scenario.schema import Scenario


@pytest.fixture(scope="module")
def record() -> Record:
    """Two hundred people on a road with a post."""
    told = {
        "population": {"total": 200},
        "horizon": 30,
        "vehicles": {"per_household": 1.0},
        "departure": {"loading": {"kind": "uniform", "spread": 2}},
        "corridor": {
            "segments": {"road": {"from": "a", "to": "b", "length": 20, "speed": 40, "jam_density": 100}},
            "checkpoints": {"post": {"at": "b", "booths": 1, "booth_rate": 60}},
        },
        "reception": {"places": {"camp": {"arrive": 1.0}}, "registration": {"rate": 100}},
    }
    return sim.run(Scenario.model_validate(told, context={"start": None}))


def test_the_sums_of_a_run_hold(record: Record) -> None:
    ledger.verify(record)
    assert record.counts["arrived"][1].sum() == 200


def test_the_states_of_a_run_always_sum_to_the_people_present(record: Record) -> None:
    assert (ledger.states(record).sum(axis=0) == 200).all()


def test_people_who_appear_from_nowhere_are_named(record: Record) -> None:
    first = record.first.copy()
    first[0] += 1
    with pytest.raises(ConservationError, match="people: 201 are in some state at hour 0, 200 are present"):
        ledger.verify(replace(record, first=first))


def test_people_who_leave_a_place_twice_are_named(record: Record) -> None:
    again = {name: np.append(getattr(record, name), getattr(record, name)[:1]) for name in MOVES}
    with pytest.raises(ConservationError, match="people: -"):
        ledger.verify(replace(record, **again))


def test_a_move_of_fewer_than_none_is_named(record: Record) -> None:
    with pytest.raises(ConservationError, match="fewer than none"):
        ledger.verify(replace(record, move_people=-record.move_people))


def test_a_vehicle_in_two_places_is_named(record: Record) -> None:
    log = record.links[0]
    both = replace(log, left=np.full(len(log.left), np.nan))
    with pytest.raises(ConservationError, match="is in two places at once"):
        ledger.verify(replace(record, links=(both, both)))


def test_a_litre_that_is_missing_is_named() -> None:
    book = FuelBook(held_first=10, stock_first=5, delivered=0, burnt=6, lost=0, held_last=4, stock_last=4)
    with pytest.raises(ConservationError, match=r"litres: 15\.000 were held, in stock or delivered, 14\.000"):
        ledger.litres(book)


MOVES = ("move_hour", "move_party", "move_people", "move_origin", "move_destination")
