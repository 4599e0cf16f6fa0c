"""Mappers over a Dask cluster: cases handed out a few at a time, results as they come in, each with its case."""

from __future__ import annotations

import logging
import re
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sim.scenario.faults import Fault, ScenarioError
from sim.studies.crew import crew
from sim.studies.program import program
from sim.studies.run import Case, Failure, Mapper
from sim.studies.worker import HERE, QUIET
from sim.studies.workers import AHEAD

if TYPE_CHECKING:
    from distributed import Client, Future

ADDRESS = re.compile(r"(?:[a-z]+://)?[^\s/:]+:\d{1,5}")
TRIES = 3
"""Workers a case may lose before it is given up."""
PATIENCE = 10.0
"""Seconds to wait for a scheduler to answer."""
NO_WORKERS = 60.0
"""Seconds to wait for the first worker of a cluster."""
LOOK = 1.0
"""Seconds after which the cluster's threads are counted anew."""
PAUSE = 0.02
"""Seconds between looks for results."""


@dataclass(frozen=True)
class Work:
    """What every case is put through, sent to each worker once, and the program it was meant for."""

    function: Callable[[Any], Any]
    program: str


@contextmanager
def local(workers: int) -> Iterator[Mapper]:
    """So many processes on this machine, which end with this one; nothing listens beyond it."""
    import dask
    from distributed import Client, LocalCluster

    with (
        dask.config.set(QUIET),
        LocalCluster(
            n_workers=0,
            host=HERE,
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": f"{HERE}:0"},  # None would take the usual port of dashboards
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
        crew(cluster.scheduler_address, workers) as look,
    ):
        yield partial(as_finished, client, look)


@contextmanager
def connected(address: str) -> Iterator[Mapper]:
    """A cluster that exists; ScenarioError when its scheduler does not answer or has no worker."""
    from distributed import Client
    from distributed.utils import silence_logging_cmgr

    if not ADDRESS.fullmatch(address):
        raise ScenarioError([Fault("", f"{address!r} is not an address; write one such as tcp://host:8786", "--on")])
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, ImportError) as fault:
        told = " ".join(str(fault).split())
        text = f"no scheduler answers at {address} ({told}); start one with `dask scheduler`, or leave --on out"
        raise ScenarioError([Fault("", text, "--on")]) from None
    with silence_logging_cmgr(logging.CRITICAL), client:  # what is lost is told by us
        try:
            client.wait_for_workers(1, timeout=NO_WORKERS)
        except TimeoutError:
            text = f"the scheduler at {address} has no worker; start one with `dask worker {address}`"
            raise ScenarioError([Fault("", text, "--on")]) from None
        yield partial(as_finished, client, all_well)


def all_well() -> None:
    """A look at workers that are not ours to keep."""


def as_is(work: Work) -> Work:
    """The work, as a result that workers hold: lost with all who hold it, it is sent again."""
    return work


def done(work: Work, case: Any) -> Any:
    """One case on a worker, by the program it was meant for."""
    if program() != work.program:
        raise RuntimeError(f"this worker has needsim {program()}; the sweep was begun with {work.program}")
    return work.function(case)


def as_finished(
    client: Client, look: Callable[[], None], function: Callable[[Any], Any], cases: Iterable[Case]
) -> Iterator[tuple[Case, Any]]:
    """Each case with what the function gives for it, in the order in which they are done."""
    hands = Hands(client, look, Work(function, program()), iter(cases))
    try:
        yield from hands.results()
    finally:
        hands.let_go()


class Hands:
    """Cases in the hands of workers, a few for each, and those that were lost with one."""

    def __init__(self, client: Client, look: Callable[[], None], work: Work, cases: Iterator[Case]) -> None:
        from distributed import as_completed

        self._client, self._look, self._cases = client, look, cases
        self._name = f"needsim-{uuid4().hex}"
        self._work = client.submit(as_is, work, key=f"{self._name}-work")
        self._flow = as_completed(loop=client.loop, with_results=True, raise_errors=False)
        self._out: dict[Future, tuple[Case, bool]] = {}
        """Cases that are out, and whether no other may be out beside."""
        self._again: deque[Case] = deque()
        self._suspects: deque[Case] = deque()
        self._lost: Counter[tuple[int, int]] = Counter()
        self._handed, self._room, self._looked = 0, AHEAD, time.monotonic()

    def results(self) -> Iterator[tuple[Case, Any]]:
        """What comes back; cases that were lost twice are run last, each alone, so that no other is blamed."""
        self._fill()
        while self._out:
            future, result = self._await()
            case, alone = self._out.pop(future)
            if future.status == "finished":
                yield case, result
            elif (given_up := self._missed(case, result, alone)) is not None:
                yield case, given_up
            del future, result
            self._fill()

    def _await(self) -> tuple[Any, Any]:
        """The next case that comes back, lost or done; workers that join meanwhile are given some."""
        while not self._flow.has_ready():
            time.sleep(PAUSE)
            if time.monotonic() - self._looked >= LOOK:
                self._look()
                self._fill()
        found: tuple[Any, Any] = next(self._flow)
        return found

    def _fill(self) -> None:
        """Hand out as many cases as there is room for; one that is a suspect only when no other is out."""
        while len(self._out) < self._rooms() and (case := self._next()) is not None:
            self._submit(case)
        if not self._out and self._suspects:
            self._submit(self._suspects.popleft(), alone=True)

    def _next(self) -> Case | None:
        """One that was lost once, else one that was not handed out yet."""
        return self._again.popleft() if self._again else next(self._cases, None)

    def _submit(self, case: Case, alone: bool = False) -> None:
        self._handed += 1
        future = self._client.submit(done, self._work, case, key=(self._name, self._handed))
        self._out[future] = (case, alone)
        self._flow.add(future)

    def _rooms(self) -> int:
        """Cases that may be out at once: workers may join and leave."""
        if time.monotonic() - self._looked >= LOOK:
            self._looked = time.monotonic()
            with suppress(OSError):  # a scheduler that was lost is told of by the cases that are out
                self._room = AHEAD * sum(self._client.nthreads().values()) or self._room
        return self._room

    def _missed(self, case: Case, result: Any, alone: bool) -> Failure | None:
        """A case that came back without a result: lost with its worker and tried again, or given up."""
        from distributed.scheduler import KilledWorker

        fault = result[1] if isinstance(result, tuple) else result
        if not isinstance(fault, KilledWorker):
            raise unable(fault)
        self._lost[case.number, case.replication] += fault.allowed_failures + 1
        tries = self._lost[case.number, case.replication]
        if tries >= TRIES and alone:
            return Failure(case, f"given up after {tries} tries: each time the worker that ran it was lost")
        (self._again if tries == 1 else self._suspects).append(case)
        return None

    def let_go(self) -> None:
        """Take back what is still out."""
        if self._out and self._client.status == "running":
            self._client.cancel(list(self._out))
        self._out.clear()


def unable(fault: Any) -> Exception:
    """What hinders the cluster itself, not one case."""
    from distributed import CancelledError

    if isinstance(fault, CancelledError):
        return OSError("the scheduler was lost; every case that was done is kept: give the same command again")
    text = f"a worker cannot run the cases: {type(fault).__name__}: {fault}; give it this version of needsim"
    return ScenarioError([Fault("", text, "--on")])
