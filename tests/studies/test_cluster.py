"""Workers may be killed, join and leave, and so may the whole sweep: the runs are the same."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from sim.publish import runs as export
from sim.scenario.faults import ScenarioError
from sim.studies import cluster, crew
from sim.studies.cluster import connected, local
from sim.studies.design_file import experiment_in
from sim.studies.run import Case
from sim.studies.store import NAME
from sim.studies.stored import read
from sim.studies.sweep import carry_out
from tests.studies.sweeping import KILLER, SMALL, asked, deadly, here

HOME = Path(__file__).parents[2]
CASES = 60
posix = pytest.mark.skipif(os.name == "nt", reason="there is no such signal there")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What the small sweep gives when nothing happens to it: 60 runs of 2,000 people."""
    folder = tmp_path_factory.mktemp("undisturbed")
    carry_out(experiment_in(SMALL), folder, here())
    assert len(read(folder).inputs) == CASES
    return exported(folder)


def exported(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in export.write(read(folder))}


@contextmanager
def begun(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command that is ended, with all it started, when it is no longer needed."""
    process = subprocess.Popen([sys.executable, "-m", *words], cwd=HOME, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and all it started, without a warning."""
    if process.poll() is None:
        for each in [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]:
            each.kill()
    process.wait()


def stored(folder: Path) -> int:
    """Rows that are committed."""
    if not (folder / NAME).exists():
        return 0
    with closing(sqlite3.connect(folder / NAME)) as file:
        try:
            return int(file.execute("SELECT count(*) FROM runs").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def soon(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


@posix
def test_a_sweep_whose_worker_and_then_all_its_processes_are_killed_gives_the_same_bytes(
    tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    command, folder = ("sim", "sweep", str(SMALL), "--workers", "2", "--out", str(tmp_path)), tmp_path / "small-sweep"
    with begun(*command) as first:
        soon(lambda: stored(folder) >= 3)
        workers = psutil.Process(first.pid).children()
        assert len(workers) == 2
        workers[0].kill()
        at = stored(folder)
        soon(lambda: stored(folder) >= min(at + 10, CASES))
        kill(first)
        soon(lambda: not any(worker.is_running() and worker.status() != "zombie" for worker in workers))
    kept = stored(folder)
    assert 13 <= kept < CASES
    with begun(*command) as second:
        assert second.wait(120) == 0
    assert stored(folder) == CASES
    assert {name: (folder / name).read_bytes() for name in undisturbed} == undisturbed


@posix
def test_a_case_that_kills_its_worker_each_time_is_given_up_and_takes_no_other_with_it(tmp_path: Path) -> None:
    carry_out(asked(12), tmp_path / "deadly", deadly())
    carry_out(asked(12), tmp_path / "whole", here())
    found, whole = read(tmp_path / "deadly"), read(tmp_path / "whole")
    assert found.failures == {KILLER: "given up after 3 tries: each time the worker that ran it was lost"}
    assert found.missing == []
    assert found.indicators.drop(KILLER).equals(whole.indicators.drop(KILLER))


def free_port() -> int:
    with socket.socket() as told:
        told.bind(("127.0.0.1", 0))
        return int(told.getsockname()[1])


@posix
def test_on_a_scheduler_and_workers_started_by_hand_one_killed_and_one_joining(
    tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    address, plain = f"tcp://127.0.0.1:{(port := free_port())}", ("--no-dashboard", "--host", "127.0.0.1")
    worker = ("dask", "worker", address, "--nthreads", "1", *plain)
    folder = tmp_path / "small-sweep"
    with (
        begun("dask", "scheduler", "--port", str(port), *plain),
        begun(*worker) as lost,
        begun(*worker),
        begun("sim", "sweep", str(SMALL), "--on", address, "--out", str(tmp_path)) as sweep,
    ):
        soon(lambda: stored(folder) >= 3, 120)
        kill(lost)
        with begun(*worker):
            assert sweep.wait(120) == 0
    assert {name: (folder / name).read_bytes() for name in undisturbed} == undisturbed


def number(case: Case) -> int:
    return case.number


def test_each_case_comes_back_once_with_its_own_result_and_nothing_listens_beyond_this_machine() -> None:
    with local(2) as mapper:
        found = []
        for case, result in mapper(number, (Case(k, 0) for k in range(30))):
            found.append((case.number, result))
            if len(found) == 1:
                family = [psutil.Process(), *psutil.Process().children(recursive=True)]
                open_ports = [told for one in family for told in one.net_connections("inet") if told.status == "LISTEN"]
    assert sorted(found) == [(k, k) for k in range(30)]
    assert {told.laddr.ip for told in open_ports} == {"127.0.0.1"}


def test_a_worker_with_another_program_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "program", lambda: "0.0.1 (abc)")
    with (
        local(1) as mapper,
        pytest.raises(ScenarioError, match=r"this worker has needsim .*; the sweep was begun with 0\.0\.1 \(abc\)"),
    ):
        list(mapper(number, [Case(0, 0)]))


def test_workers_that_cannot_be_started_end_the_sweep_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "COMMAND", "sim.studies.no_such_worker")
    with local(1) as mapper, pytest.raises(OSError, match=r"no worker process can be started: .*no_such_worker"):
        list(mapper(number, [Case(0, 0)]))


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 0.3)
    address = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(ScenarioError, match=rf"--on: no scheduler answers at {address} .*`dask scheduler`"):
        connected(address).__enter__()
    with pytest.raises(ScenarioError, match=r"--on: 'host' is not an address; write one such as tcp://host:8786"):
        connected("host").__enter__()


def test_a_scheduler_without_workers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "NO_WORKERS", 0.3)
    port = free_port()
    with (
        begun("dask", "scheduler", "--port", str(port), "--no-dashboard", "--host", "127.0.0.1"),
        pytest.raises(ScenarioError, match=r"has no worker; start one with `dask worker tcp://127\.0\.0\.1:"),
    ):
        connected(f"tcp://127.0.0.1:{port}").__enter__()


class Given:
    """A future that is done, or never will be."""

    status = "finished"

    def __init__(self, is_done: bool, what: Any) -> None:
        self.is_done, self.what = is_done, what

    def done(self) -> bool:
        return self.is_done

    def result(self, timeout: float) -> Any:
        assert timeout > 0
        return self.what


class Forgetful:
    """A client whose scheduler forgets the first case it is given, and whose workers are idle."""

    def __init__(self) -> None:
        self.given: list[Any] = []
        self.cancelled: list[Any] = []

    def submit(self, function: Callable[..., Any], *what: Any, key: Any) -> Any:
        done = len(self.given) > 1
        result = function(*what) if done else None
        self.given.append(key)
        return Given(done, result)

    def processing(self) -> dict[str, tuple[str, ...]]:
        return {"tcp://worker": ()}

    def nthreads(self) -> dict[str, int]:
        return {"tcp://worker": 1}

    def cancel(self, futures: list[Any]) -> None:
        self.cancelled += futures


def test_a_case_that_a_scheduler_forgot_is_handed_out_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "IDLE", 0.0)
    monkeypatch.setattr(cluster, "LOOK", 0.0)
    client = Forgetful()
    work = cluster.Work(lambda case: case.number, cluster.program())
    hands = cluster.Hands(client, lambda: None, work, iter([Case(7, 7)]))  # type: ignore[arg-type]
    hands._work = work  # type: ignore[assignment]
    assert [(case.number, result) for case, result in hands.results()] == [(7, 7)]
    assert len(client.cancelled) == 1
