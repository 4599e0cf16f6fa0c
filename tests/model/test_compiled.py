"""The compiled road is the road as it is written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]
ASKED = """
import sys
import numpy as np
from sim.model.passing.compiled import PLAIN
from sim.model.world import World
from sim.scenario.loader import load
record = World(load(sys.argv[1], {"population.total": "3000 people", "population.present": "2500 people"}), 1, 0).run()
print(PLAIN)
for log in record.links:
    print(log.name, log.party.tobytes().hex(), log.entered.tobytes().hex(), log.left.tobytes().hex())
for post in record.posts:
    print(post.name, post.party.tobytes().hex(), post.begun.tobytes().hex(), post.ended.tobytes().hex())
"""


def lived(name: str, **settings: str) -> tuple[str, str]:
    """Whether the road ran as it is written, and every passage to the last bit."""
    file = HERE / "scenarios" / name
    told = [sys.executable, "-c", ASKED, str(file)]
    made = subprocess.run(told, cwd=HERE, env={**os.environ, **settings}, capture_output=True, text=True, check=True)
    plain, _, passages = made.stdout.partition("\n")
    return plain, passages


@pytest.mark.parametrize("name", ["lachin_2023_checkpoint_closed_at_night.yaml", "two_valleys.yaml"])
def test_every_passage_is_the_same_to_the_last_bit(name: str) -> None:
    compiled, plain = lived(name, NUMBA_DISABLE_JIT="0"), lived(name, NUMBA_DISABLE_JIT="1")
    assert (compiled[0], plain[0]) == ("False", "True")
    assert len(compiled[1]) > 30_000
    assert compiled[1] == plain[1]
