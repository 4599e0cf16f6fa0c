"""One input at a time: what an answer is at its low and its high end while all others stay as they are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.model.record import Array


class Arm(NamedTuple):
    """Runs that differ from the centre in one input only: their places, in the order of its values."""

    low: int
    centre: int
    high: int


def arms(columns: dict[str, Array]) -> dict[str, Arm]:
    """The runs that differ in one input only, by input; empty where the runs have no centre.

    The centre is the run that most others differ from in just one input; of several, the one nearest the middle.
    """
    level = np.stack([np.unique(column, return_inverse=True)[1] for column in columns.values()], axis=1)
    if len(level) < 3:
        return {}
    alone = np.array([((level != one).sum(axis=1) == 1).sum() for one in level])
    middle = np.abs(level - np.median(level, axis=0)).sum(axis=1)
    centre = int(np.lexsort((np.arange(len(level)), middle, -alone))[0])
    differs = level != level[centre]
    single = differs.sum(axis=1) == 1
    found = {name: np.flatnonzero(single & differs[:, at]) for at, name in enumerate(columns)}
    if not all(len(runs) for runs in found.values()):
        return {}
    return {name: _arm(level[:, at], found[name], centre) for at, name in enumerate(columns)}


def _arm(level: Array, runs: Array, centre: int) -> Arm:
    whole = np.append(runs, centre)
    return Arm(int(whole[np.argmin(level[whole])]), centre, int(whole[np.argmax(level[whole])]))
