"""Those whom nothing holds up join the road together: nothing may differ from a process for each."""

from __future__ import annotations

import numpy as np
import pytest

from sim.model.journey import Journeys
from sim.model.record import Record
from sim.model.world import World
from sim.scenario.loader import load
from tests.scenarios.shelf import SCENARIOS

FEW = {"population.total": "6000 people", "population.present": "5000 people"}


def lived(name: str) -> Record:
    return World(load(SCENARIOS / name, FEW), 1, 0).run()


def moves(record: Record) -> list[tuple[float, ...]]:
    told = (
        record.move_hour.round(9),
        record.move_party,
        record.move_people,
        record.move_origin,
        record.move_destination,
    )
    spots = [*record.spots]
    return sorted(
        (hour, party, people, spots[origin], spots[to])  # type: ignore[misc]
        for hour, party, people, origin, to in zip(*(column.tolist() for column in told), strict=True)
    )


@pytest.mark.parametrize("name", ["lachin_2023.yaml", "two_valleys.yaml"])
def test_a_process_for_each_party_gives_the_same_world(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    together = lived(name)
    monkeypatch.setattr(Journeys, "goes_at_once", lambda *_: False)
    monkeypatch.setattr(Journeys, "may_wait", lambda self: np.ones(len(self.people), bool))
    prepare = Journeys.prepare

    def met_one_by_one(self: Journeys) -> None:
        prepare(self)
        assert self.world.road is not None
        self.world.traffic.cars["met"], self.world.road.meet = True, self.met

    monkeypatch.setattr(Journeys, "prepare", met_one_by_one)
    alone = lived(name)
    assert len(together.move_hour) > 3_000
    assert moves(together) == moves(alone)
    for series, (hours, people, vehicles) in together.counts.items():
        order, other = np.lexsort((people, hours)), alone.counts[series]
        same = np.lexsort((other[1], other[0]))
        np.testing.assert_allclose(hours[order], other[0][same], rtol=0, atol=1e-9)
        np.testing.assert_array_equal(people[order], other[1][same])
        assert vehicles.sum() == other[2].sum()
