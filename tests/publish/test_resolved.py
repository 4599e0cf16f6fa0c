"""The resolved scenario says the same as the file it came from."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.publish.resolved import resolved
from sim.scenario.loader import load

SHIPPED = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_resolved_scenario_is_read_back_as_the_same_scenario(file: Path, tmp_path: Path) -> None:
    told = load(file)
    (tmp_path / "observed").mkdir()
    for name in told.observed.values():
        (tmp_path / "observed" / Path(name).name).write_bytes((file.parent / name).read_bytes())
    again = tmp_path / "again.yaml"
    again.write_text(resolved(told), encoding="utf-8")
    assert resolved(load(again)) == resolved(told)
    assert load(again).model_dump(exclude={"base", "observed"}) == told.model_dump(exclude={"base", "observed"})
