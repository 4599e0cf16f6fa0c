"""What was reported short in the event stands in the upper half of what the look back says was short for longest."""

from __future__ import annotations

from importlib import util
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from sim.publish import export
from sim.results.outcome import outcome
from sim.studies.ensemble import Ensemble
from sim.studies.run import run
from tests.scenarios.shelf import SCENARIOS, shipped

NOT_YET = {"hot food", "warm clothes"}
"""Hot food is due on arrival only, so for the days of the movement at most, and hosts' meals are not told; of warm
clothes no supply was found, so that nothing can be said of their gap."""


@pytest.fixture(scope="module")
def short() -> ModuleType:
    spec = util.spec_from_file_location("short", SCENARIOS.parent / "docs" / "short.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def ranked(short: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("event")
    event = shipped("lachin_2023", {"run.resolution": "10"})
    ensemble = Ensemble(event, 1)
    for luck in range(2):
        ensemble.add(outcome(run(event, replication=luck)))
    export.write_tables(ensemble, folder, export.Told())
    found: pd.DataFrame = short.ranking(pd.read_csv(Path(folder) / "gaps.csv"))
    return found


def test_what_was_reported_short_is_in_the_upper_half_but_for_what_is_named(
    short: ModuleType, ranked: pd.DataFrame
) -> None:
    told = short.standings(ranked)
    assert {standing.what for standing in told if not standing.upper} <= NOT_YET
    assert {standing.what for standing in told if standing.rank is None} == {"warm clothes"}


def test_nothing_is_short_for_longer_than_the_run(ranked: pd.DataFrame) -> None:
    assert ranked.days_short.between(0, 12).all()
    assert len(ranked) > 12
