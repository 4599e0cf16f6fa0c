"""Many runs, gathered: what comes out, how much memory it takes, and what it leaves behind."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim import cli
from sim.cli.run import tell
from sim.results import summary
from sim.results.outcome import Outcome
from sim.results.passages import Passages
from sim.scenario.schema import Scenario
from sim.studies import shelf
from sim.studies.ensemble import Ensemble
from sim.studies.shelf import Shelf

HOME = Path(__file__).parents[2]
SCENARIO = Scenario.model_validate({"population": {"total": 10}}, context={"start": None})
KINDS = st.sampled_from([np.dtype(np.float32), np.dtype(np.float64), np.dtype(np.int32)])


def result(replication: int, values: np.ndarray, journal: Passages | None = None) -> Outcome:
    """One run's result."""
    arrived = {"arrived.total": float(replication)}
    return Outcome(replication, 1, replication, {"fuel.held": 0.5}, arrived, {"curves": values}, journal)


def gathered(results: Iterator[Outcome]) -> Ensemble:
    ensemble = Ensemble(SCENARIO, 1)
    for one in results:
        ensemble.add(one)
    return ensemble


@given(st.data())
def test_what_is_put_on_the_shelf_is_read_back_bit_by_bit(data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.tuples(st.tuples(st.integers(0, 3), st.integers(0, 4)), KINDS), min_size=1))
    runs = data.draw(st.integers(1, 4))
    told = [{str(k): data.draw(arrays(kind, (*shape,))) for k, (shape, kind) in enumerate(kinds)} for _ in range(runs)]
    kept = Shelf()
    for one in told:
        kept.put(one)
    for name, first in told[0].items():
        begin = data.draw(st.integers(0, first.size))
        end = data.draw(st.integers(begin, first.size))
        order = data.draw(st.permutations(range(runs)))
        found = kept.read(name, order, begin, end)
        assert found.tobytes() == b"".join(told[k][name].ravel()[begin:end].tobytes() for k in order)
        assert kept.whole(name, runs - 1).tobytes() == told[-1][name].tobytes()
        assert kept.shape(name) == first.shape


def test_a_run_with_other_arrays_than_the_first_is_refused() -> None:
    kept = Shelf()
    kept.put({"curves": np.zeros((2, 3))})
    for other in (np.zeros((3, 2)), np.zeros((2, 3), np.float32)):
        with pytest.raises(ValueError, match="those of the first were"):
            kept.put({"curves": other})
    with pytest.raises(ValueError, match="those of the first were"):
        kept.put({})


@given(st.permutations(range(12)))
def test_the_order_in_which_runs_come_in_changes_nothing(order: list[int]) -> None:
    values = [np.array([[k, k * 0.1, 1 / (k + 1)], [-k, np.nan if k % 2 else k, np.inf]]) for k in range(12)]
    one = gathered(result(k, values[k]) for k in range(12))
    other = gathered(result(k, values[k]) for k in order)
    assert one.row("curves", 1).tobytes() == np.array([v[1] for v in values]).tobytes()
    for level in (*summary.LEVELS, "mean", "plan"):
        assert one.summary.at("curves", level).tobytes() == other.summary.at("curves", level).tobytes()
    assert one.indicator("arrived.total").tolist() == other.indicator("arrived.total").tolist() == list(range(12))


def peak(runs: int) -> int:
    """Most bytes held while so many runs of 160,000 bytes are gathered, and their ranges taken."""
    tracemalloc.start()
    ensemble = gathered(result(k, np.full((10, 2000), float(k))) for k in range(runs))
    for level in ("p05", "mean", "plan"):
        ensemble.summary.at("curves", level)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert ensemble.summary.at("curves", "p50").max() == (runs - 1) / 2
    return most


def test_ten_times_the_runs_take_no_more_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary, "BLOCK", 20_000)
    peak(2)
    few, many = peak(40), peak(400)
    assert many < 1.15 * few
    assert many < 400 * 160_000 / 10


def test_journals_are_read_back_one_by_one_in_the_order_of_the_runs() -> None:
    none = np.zeros(1)
    told = {k: Passages(none + k, [f"entered {k}"], none, ["bridge"], none, none) for k in (2, 0, 1)}
    ensemble = gathered(result(k, none, journal) for k, journal in told.items())
    assert ensemble.has_journals
    assert [(k, j.hour.tolist(), j.entry, j.place) for k, j in ensemble.journals()] == [
        (k, [k], [f"entered {k}"], ["bridge"]) for k in range(3)
    ]


def test_what_was_written_is_let_go_and_the_indicators_stay() -> None:
    ensemble = gathered(result(k, np.zeros(1)) for k in range(3))
    files = [ensemble._shelf._scratch._file, ensemble._written._file]
    ensemble.let_go()
    assert all(file.closed for file in files)
    assert ensemble.summary.at("indicator arrived.total", "p50") == 1.0


def test_what_never_happens_in_some_runs_is_said_to_never_happen_at_the_upper_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    hours = [5.0, 5.0, 5.0, np.inf]
    ensemble = gathered(replace(result(k, np.zeros(1)), indicators={"clearance.p95": hours[k]}) for k in range(4))
    tell(ensemble)
    assert capsys.readouterr().err.split() == ["clearance.p95", "5.0", "(5.0", "to", "never)", "h"]


class Small(io.BytesIO):
    """A disk on which little room is left: it takes what fits, then nothing."""

    room = 1000

    def write(self, data: memoryview) -> int:  # type: ignore[override]
        fits = min(len(data), self.room - self.tell())
        if not fits:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(data[:fits])


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "TemporaryFile", lambda **_: Small())


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_is_told_with_its_folder_and_the_runs_before_it_stay() -> None:
    ensemble = gathered(result(k, np.full(50, float(k))) for k in range(2))
    with pytest.raises(OSError, match="room, or name another folder in TMPDIR") as told:
        ensemble.add(result(2, np.zeros(50)))
    assert told.value.errno == errno.ENOSPC
    assert told.value.filename == shelf.gettempdir()
    assert len(ensemble) == 2
    assert ensemble.row("curves", 0).tolist() == [[0.0], [1.0]]


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_ends_a_run_with_a_line_and_leaves_earlier_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "few").mkdir()
    (tmp_path / "few" / "arrivals.csv").write_text("earlier")
    (tmp_path / "few.yaml").write_text("population: {total: 10 people}\nhorizon: 48 h\n")
    told = ["run", str(tmp_path / "few.yaml"), "--workers", "1", "--out", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["needsim", *told])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == cli.RUNS_FAILED
    assert f"{shelf.gettempdir()}: {os.strerror(errno.ENOSPC)}: " in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {"few", "few.yaml"}
    assert (tmp_path / "few" / "arrivals.csv").read_text() == "earlier"


WAITS = """
import sys
from sim.studies.shelf import Scratch
scratch = Scratch()
scratch.append(bytes(1_000_000))
print(scratch.size, flush=True)
sys.stdin.read()
"""


def test_a_process_that_is_killed_leaves_no_temporary_file(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(HOME)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", WAITS], env=environment, **pipes) as process:  # type: ignore[call-overload]
        assert process.stdout.readline().strip() == b"1000000"
        process.kill()
    assert list(tmp_path.iterdir()) == []
