"""A sweep: every case of a design run once for each replication, stored as it comes in, gone on with when cut off."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.results import indicators, summary
from sim.results.outcome import Essence, essence
from sim.scenario.loader import load
from sim.scenario.schema import Scenario
from sim.studies import cluster, stored
from sim.studies.design_file import experiment_in, is_design
from sim.studies.experiment import Experiment, experiment
from sim.studies.resume import about, opened, writing
from sim.studies.run import Case, Failure, Mapper, Progress, run_all
from sim.studies.store import NAME, Row, Store
from sim.studies.workers import available

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import pandas as pd

Result = Essence | Failure


def sweep(
    scenario: Scenario | str | Path,
    vary: Mapping[str, Any] | None = None,
    runs: int | None = None,
    *,
    design: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    on: str | None = None,
    out: str | Path | None = None,
    again: bool = False,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Run a design over a scenario, or one in a file, and give a table with a row a case.

    `out` is the folder of the store: the same call once more goes on where it was cut off, with `again` also over cases
    that failed. Without it nothing is kept.
    A script that starts it on processes of its own needs `if __name__ == "__main__":` around.
    """
    asked = _asked(scenario, vary or {}, runs, design, replications, seed)
    with nullcontext(str(out)) if out is not None else tempfile.TemporaryDirectory() as folder:
        carry_out(asked, Path(folder), mapped(workers, on), progress or silent, again)
        return stored.read(folder).table()


def _asked(
    scenario: Scenario | str | Path, vary: Mapping[str, Any], runs: int | None, design: str | None, *counts: int | None
) -> Experiment:
    replications, seed = counts
    if not isinstance(scenario, Scenario):
        path = Path(scenario)
        if not vary and is_design(path):
            return experiment_in(path, runs=runs, design=design, replications=replications, seed=seed)
        scenario = load(path)
    return experiment(scenario, vary, runs, design or "latin", 1 if replications is None else replications, seed)


def silent(_done: int, _count: int) -> None:
    """Progress that nobody watches."""


def mapped(workers: int | None, on: str | None) -> AbstractContextManager[Mapper]:
    """A mapper over a cluster that exists, or over processes of our own."""
    return cluster.connected(on) if on is not None else cluster.local(available() if workers is None else workers)


def carry_out(
    asked: Experiment,
    folder: Path,
    mapping: AbstractContextManager[Mapper],
    progress: Progress = silent,
    again: bool = False,
) -> None:
    """Run the cases that have no row yet; each is committed once all its replications are in.

    With `again`, cases that failed are run once more.
    """
    units = Units(asked.scenario)
    with writing(folder), closing(opened(folder / NAME, about(asked), asked.design.units)) as store:
        if again:
            store.forget_failed()
        left, count = missing(asked, store), len(asked.design.cases)
        if not left:
            progress(count, count)
            return
        with mapping as mapper:
            progress(count - len(left), count)
            for done, row in enumerate(rows(asked, left, mapper), count - len(left) + 1):
                store.put(row, units.of(row.indicators))
                progress(done, count)


def missing(asked: Experiment, store: Store) -> list[int]:
    """Cases without a row."""
    kept = store.kept()
    return [number for number in range(len(asked.design.cases)) if number not in kept]


def rows(asked: Experiment, numbers: list[int], mapper: Mapper) -> Iterator[Row]:
    """A row a case, in the order in which they are complete."""
    cases = (asked.case(number, replication) for number in numbers for replication in range(asked.replications))
    open_cases: dict[int, dict[int, Result]] = {}
    results: Iterator[Any] = run_all(asked.scenario, cases, essence, mapper, asked.seed)
    for case, result in results:
        found = open_cases.setdefault(case.number, {})
        found[case.replication] = result
        if len(found) == asked.replications:
            del open_cases[case.number]
            yield row(asked, case, [found[replication] for replication in sorted(found)])


def row(asked: Experiment, case: Case, results: list[Result]) -> Row:
    """One case: the mean over its replications; it has failed when one of them has."""
    inputs = asked.design.cases[case.number]
    failures = [(number, result) for number, result in enumerate(results) if isinstance(result, Failure)]
    if failures:
        number, failure = failures[0]
        error = failure.error if len(results) == 1 else f"replication {number}: {failure.error}"
        return Row(case.number, inputs, error=error, trace=failure.trace)
    found = [result for result in results if isinstance(result, Essence)]
    each = {number: result.indicators for number, result in enumerate(found)} if len(found) > 1 else {}
    curves = np.mean([result.curves for result in found], axis=0)
    return Row(case.number, inputs, averaged([result.indicators for result in found]), each, curves)


def averaged(told: list[dict[str, float]]) -> dict[str, float]:
    """Means over replications: `inf` where one of them never, nan where none has a value."""
    names = list(dict.fromkeys(name for one in told for name in one))
    values = np.array([[one.get(name, np.nan) for name in names] for one in told])
    means = told[0].values() if len(told) == 1 else summary.mean(summary.held(values)).tolist()
    return dict(zip(names, means, strict=True))


class Units:
    """Units of indicators, looked up once."""

    def __init__(self, scenario: Scenario) -> None:
        self._items = indicators.units(scenario)
        self._known: dict[str, str] = {}

    def of(self, names: Mapping[str, float]) -> dict[str, str]:
        """The units of these indicators."""
        for name in names.keys() - self._known.keys():
            self._known[name] = indicators.unit(name, self._items)
        return self._known
