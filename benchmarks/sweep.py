"""Sweeps of the reference event: how fast, how flat in memory, and that killing workers and all changes no byte.

`python -m benchmarks.sweep [speed|kills|external|query ...] [--runs N]`; all four when none is named.
"""

from __future__ import annotations

import hashlib
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil

from benchmarks.measure import HOME, Figure, asked_for_tiny, show, timed
from sim.studies.store import NAME, Row, Store
from sim.studies.stored import read

DESIGN = HOME / "scenarios" / "sweeps" / "lachin_2023_uncertainties.yaml"
TRIALS = ("speed", "kills", "external", "query")
RUNS, TINY, WORKERS = 1000, 8, 2
FEW = ("--set", "population.total=2400 people", "--set", "population.present=2000 people")
MOST_SECONDS, LEAST_EFFICIENCY, FLAT, STORED, MOST_QUERY = 360.0, 0.95, 1.15, 10_000, 1.0
LATER, END = "replaced", "killed"
KILLS = (LATER, LATER, END, LATER, END, LATER, END, LATER)
"""Five workers and, three times, everything; evenly over the rows."""
ALONE = 60
"""Runs of one worker alone, for what two should take."""
FILES = ("runs.csv", "runs.parquet", "sweep.json")


class Trial(NamedTuple):
    """How many runs of which scenario, and where they go."""

    folder: Path
    runs: int
    few: tuple[str, ...]

    @property
    def made(self) -> Path:
        """The folder of the store."""
        return self.folder / f"{DESIGN.stem}-sweep"

    def at(self, name: str) -> Trial:
        """The same elsewhere."""
        return self._replace(folder=self.folder.parent / name)

    def command(self, *more: str) -> list[str]:
        """The command a user would type."""
        told = ["sim", "sweep", str(DESIGN), "--design", "latin", "--runs", str(self.runs), *self.few]
        return [*told, *(more or ("--workers", str(WORKERS))), "--out", str(self.folder)]

    def rows(self) -> int:
        """Rows committed so far."""
        if not (self.made / NAME).exists():
            return 0
        with closing(sqlite3.connect(self.made / NAME)) as file:
            try:
                return int(file.execute("SELECT count(*) FROM runs").fetchone()[0])
            except sqlite3.OperationalError:
                return 0

    def bytes(self) -> str:
        """A fingerprint of everything that is exported."""
        told = hashlib.sha256()
        for name in FILES:
            told.update((self.made / name).read_bytes())
        return told.hexdigest()


def figures(tiny: bool = False, wanted: tuple[str, ...] = (), runs: int = RUNS) -> list[Figure]:
    """The trials asked for, or all; a quick try leaves out the killing, which tests do. They compare with `speed`."""
    wanted = wanted or (("speed", "query") if tiny else TRIALS)
    with tempfile.TemporaryDirectory() as folder:
        whole = Trial(Path(folder) / "whole", TINY if tiny else runs, FEW if tiny else ())
        found = speed(whole) if set(wanted) & {"speed", "kills", "external"} else []
        if "kills" in wanted:
            found += kills(whole)
        if "external" in wanted:
            found += external(whole)
        return found + (query(200 if tiny else STORED) if "query" in wanted else [])


def speed(trial: Trial) -> list[Figure]:
    """Time and memory of an undisturbed sweep on two workers; efficiency against one worker alone."""
    alone = one_alone(trial)
    memory: list[tuple[int, float]] = []
    spent, code = timed(lambda: watched(trial, memory))
    assert code == 0
    efficiency = trial.runs * alone / (WORKERS * spent.wall)
    early = max((held for rows, held in memory if rows <= trial.runs // 4), default=float("nan"))
    late = max((held for rows, held in memory if rows > trial.runs * 3 // 4), default=float("nan"))
    full = trial.runs == RUNS
    return [
        Figure(f"{trial.runs} runs of lachin_2023 on two workers", "360 s" if full else "", f"{spent.wall:.0f} s",
               spent.wall <= MOST_SECONDS if full else None),
        Figure("- one worker alone, a run", "", f"{alone:.2f} s"),
        Figure("- parallel efficiency", "95 %", f"{efficiency:.0%}", efficiency >= LEAST_EFFICIENCY if full else None),
        Figure("- memory of all processes, first and last quarter", "flat", f"{early:.0f} MB, {late:.0f} MB",
               late <= FLAT * early if full else None),
    ]  # fmt: skip


def one_alone(trial: Trial) -> float:
    """Seconds a run when one worker works alone, from its first result on."""
    trial = trial.at("alone")._replace(runs=min(ALONE, trial.runs))
    with started(trial.command("--workers", "1")) as process:
        times: list[tuple[float, int]] = []
        while process.poll() is None:
            times.append((time.monotonic(), trial.rows()))
            time.sleep(0.05)
    begun = next((at, rows) for at, rows in times if rows)
    ended = next(((at, rows) for at, rows in times if rows == trial.runs), times[-1])
    return (ended[0] - begun[0]) / max(ended[1] - begun[1], 1)


def watched(trial: Trial, memory: list[tuple[int, float]]) -> int:
    """Run a sweep and note what all its processes hold."""
    with started(trial.command()) as process:
        while process.poll() is None:
            memory.append((trial.rows(), held(process)))
            time.sleep(1)
        return process.wait()


def held(process: subprocess.Popen[bytes]) -> float:
    """Megabytes in memory of a process and all it started."""
    try:
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        return sum(one.memory_info().rss for one in family) / 1e6
    except psutil.NoSuchProcess:
        return 0.0


def kills(whole: Trial) -> list[Figure]:
    """Five workers and, three times, all processes are killed; the same command goes on each time."""
    trial = whole.at("killed")
    process = begun(trial.command())
    for number, what in enumerate(KILLS, 1):
        until(partial(reached, trial, number * trial.runs // (len(KILLS) + 1)))
        if what == LATER:
            workers = psutil.Process(process.pid).children()
            workers[number % len(workers)].kill()
        else:
            ended(process)
            process = begun(trial.command())
    return [compared("five workers and three times all processes killed", process.wait(), trial, whole)]


def reached(trial: Trial, rows: int) -> bool:
    """Whether so many rows are committed."""
    return trial.rows() >= rows


def external(whole: Trial) -> list[Figure]:
    """A scheduler and two workers started by hand; one is killed and another joins midway."""
    trial, plain = whole.at("external"), ("--host", "127.0.0.1", "--no-dashboard")
    with closing(socket.socket()) as told:
        told.bind(("127.0.0.1", 0))
        port = told.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    worker = ["dask", "worker", address, "--nthreads", "1", *plain]
    with started(["dask", "scheduler", "--port", str(port), *plain]), started(worker), started(worker) as lost:
        time.sleep(3)
        with started(trial.command("--on", address)) as process:
            until(partial(reached, trial, trial.runs // 3))
            ended(lost)
            with started(worker):
                code = process.wait()
    return [compared("an external scheduler, a worker killed and another joining", code, trial, whole)]


def compared(what: str, code: int, trial: Trial, whole: Trial) -> Figure:
    """What became of the rows, and whether what is exported is what an undisturbed sweep gives."""
    with closing(sqlite3.connect(trial.made / NAME)) as file:
        rows, cases = file.execute("SELECT count(*), count(DISTINCT case_number) FROM runs").fetchone()
    alike = trial.bytes() == whole.bytes()
    told = f"{rows} rows, {cases} cases; {'the same bytes' if alike else 'OTHER BYTES'}"
    return Figure(what, "same bytes", told, code == 0 and alike and rows == cases == trial.runs)


def query(rows: int) -> list[Figure]:
    """A store with as many indicators as the event has, read whole, and asked one thing in SQL."""
    with tempfile.TemporaryDirectory() as folder:
        hand_made(Path(folder), rows)
        whole, stored = timed(lambda: read(folder))
        asked = 'SELECT avg("indicator.7") FROM runs WHERE "path.1" > 0.5 AND status = \'done\''
        with closing(sqlite3.connect(Path(folder) / NAME)) as file:
            one, _ = timed(lambda: file.execute(asked).fetchone())
    full = rows == STORED
    return [
        Figure(
            f"{rows} stored runs read whole into tables", "1 s", str(whole), whole.wall <= MOST_QUERY if full else None
        ),
        Figure("- one mean of some of them in SQL", "1 s", str(one), one.wall <= MOST_QUERY if full else None),
        Figure("- values read", "", f"{stored.indicators.size + stored.inputs.size:,}"),
    ]


def hand_made(folder: Path, rows: int) -> None:
    """A store of rows that nobody ran."""
    paths, names = [f"path.{k}" for k in range(7)], [f"indicator.{k}" for k in range(123)]
    about = {"design": {"kind": "latin", "cases": rows, "varied": {path: {} for path in paths}}, "replications": 1}
    store, curves = Store(folder / NAME), np.cumsum(np.ones((5, 289)), axis=1)
    store.begin(about, dict.fromkeys(paths, ""))
    for case in range(rows):
        shares = (case * np.sqrt(np.arange(2, 2 + len(paths) + len(names)))) % 1
        told = dict(zip(paths + names, shares.tolist(), strict=True))
        row = Row(case, {at: told[at] for at in paths}, {at: told[at] for at in names}, curves=curves * (1 + shares[0]))
        store.put(row, dict.fromkeys(names, "h"))
    store.close()


def begun(words: list[str]) -> subprocess.Popen[bytes]:
    """A command of this Python, which says nothing."""
    return subprocess.Popen([sys.executable, "-m", *words], cwd=HOME, stderr=subprocess.DEVNULL)


@contextmanager
def started(words: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A command that is ended when it is no longer needed."""
    process = begun(words)
    try:
        yield process
    finally:
        ended(process)


def ended(process: subprocess.Popen[bytes]) -> None:
    """End a process and all it started, without a warning."""
    if process.poll() is None:
        for one in [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]:
            one.kill()
    process.wait()


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    while not holds():
        time.sleep(0.05)


def main(words: list[str]) -> None:
    """Trials by name, with `--runs N` of them."""
    at = words.index("--runs") if "--runs" in words else None
    runs = RUNS if at is None else int(words[at + 1])
    show(figures(asked_for_tiny(), tuple(word for word in words if word in TRIALS), runs))


if __name__ == "__main__":
    main(sys.argv[1:])
