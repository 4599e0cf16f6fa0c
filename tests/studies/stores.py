"""Stores of runs made of functions whose answers are known, written and read back as those of a sweep are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sim.model.record import Array
from sim.studies.store import NAME, Row, Store

Function = Callable[[Mapping[str, Any], int], float]


def made(
    folder: Path,
    columns: Mapping[str, Array],
    answer: Function,
    *,
    kind: str = "random",
    replications: int = 1,
    failed: Mapping[int, str] | None = None,
    units: Mapping[str, str] | None = None,
) -> Path:
    """A store of one run a row of the columns; the answer's name is `answer`, its unit that in `units` or none."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {**dict.fromkeys(columns, "1"), "answer": "1", **(units or {})}
    store = Store(folder / NAME)
    number = len(next(iter(columns.values())))
    design = {"kind": kind, "cases": number, "varied": {path: {} for path in columns}}
    store.begin({"design": design, "replications": replications, "seed": 0}, {path: told[path] for path in columns})
    for case in range(number):
        store.put(_row(case, columns, answer, replications, (failed or {}).get(case, "")), {"answer": told["answer"]})
    store.close()
    return folder


def _row(case: int, columns: Mapping[str, Array], answer: Function, replications: int, error: str) -> Row:
    inputs = {
        path: value if isinstance(value := column[case], str) else float(value) for path, column in columns.items()
    }
    if error:
        return Row(case, inputs, error=error)
    found = {number: {"answer": float(answer(inputs, number))} for number in range(replications)}
    mean = {"answer": float(np.mean([one["answer"] for one in found.values()]))}
    return Row(case, inputs, mean, found if replications > 1 else {})


def saltelli(rows: int, ends: Mapping[str, tuple[float, float]]) -> dict[str, Array]:
    """Cases of a Sobol design over uniform inputs, a point after another: A, B, and A with one column of B each."""
    from scipy.stats import qmc

    unit = qmc.Sobol(2 * len(ends), scramble=True, rng=np.random.Generator(np.random.PCG64(1))).random(rows)
    low, high = np.array(list(ends.values())).T
    a, b = low + unit[:, : len(ends)] * (high - low), low + unit[:, len(ends) :] * (high - low)
    blocks = [a, b, *(np.where(np.arange(len(ends)) == at, b, a) for at in range(len(ends)))]
    cases = np.stack(blocks, axis=1).reshape(-1, len(ends))
    return dict(zip(ends, cases.T, strict=True))


def uniform(runs: int, ends: Mapping[str, tuple[float, float]], seed: int = 1) -> dict[str, Array]:
    """Independent uniform inputs."""
    luck = np.random.Generator(np.random.PCG64(seed))
    return {path: luck.uniform(low, high, runs) for path, (low, high) in ends.items()}
