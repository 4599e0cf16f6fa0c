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
IDLE = 30.0
"""Seconds after which cases that are out while every worker is idle were forgotten, and are handed out anew."""
FETCH = 30.0
"""Seconds to wait for a result that is there."""
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
        self._client, self._look, self._cases = client, look, cases
        self._name = f"needsim-{uuid4().hex}"
        self._work = client.submit(as_is, work, key=f"{self._name}-work")
        self._out: dict[Future, tuple[Case, bool]] = {}
        """Cases that are out, and whether no other may be out beside."""
        self._again: deque[Case] = deque()
        self._suspects: deque[Case] = deque()
        self._lost: Counter[tuple[int, int]] = Counter()
        self._handed, self._room, self._looked = 0, AHEAD, time.monotonic()
        self._busy = self._looked
        """When something was last seen to be worked on."""

    def results(self) -> Iterator[tuple[Case, Any]]:
        """What comes back; cases that were lost twice are run last, each alone, so that no other is blamed."""
        self._fill()
        while self._out:
            future, result, fault = self._await()
            case, alone = self._out.pop(future)
            if fault is None:
                yield case, result
            elif (given_up := self._missed(case, fault, alone)) is not None:
                yield case, given_up
            del future, result, fault
            self._fill()

    def _await(self) -> tuple[Future, Any, BaseException | None]:
        """The next case that comes back, with what it gives or why it was lost; workers that join are given some.

        Each is looked at: dask's own `as_completed` was seen to miss one of two that were lost at once.
        """
        while True:
            for future in [future for future in self._out if future.done()]:
                with suppress(TimeoutError):  # lost again before it was fetched
                    found = future, *fetched(future)
                    self._busy = time.monotonic()
                    return found
            time.sleep(PAUSE)
            if time.monotonic() - self._looked >= LOOK:
                self._look()
                self._hand_out_forgotten()
                self._fill()

    def _hand_out_forgotten(self) -> None:
        """Hand out anew what is out although workers have had nothing to do for a while."""
        now = time.monotonic()
        with suppress(OSError):
            if any(self._client.processing().values()) or not self._client.nthreads():
                self._busy = now
        if now - self._busy > IDLE:
            self._client.cancel(list(self._out))
            self._again.extend(case for case, _ in self._out.values())
            self._out.clear()
            self._busy = now

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

    def _rooms(self) -> int:
        """Cases that may be out at once: workers may join and leave."""
        if time.monotonic() - self._looked >= LOOK:
            self._looked = time.monotonic()
            with suppress(OSError):  # a scheduler that was lost is told of by the cases that are out
                self._room = AHEAD * sum(self._client.nthreads().values()) or self._room
        return self._room

    def _missed(self, case: Case, fault: BaseException, alone: bool) -> Failure | None:
        """A case that came back without a result: lost with its worker and tried again, or given up."""
        from distributed.scheduler import KilledWorker

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


def fetched(future: Future) -> tuple[Any, BaseException | None]:
    """What a case that is done gives, or its fault; TimeoutError when it is lost meanwhile."""
    from distributed import CancelledError
    from distributed.scheduler import KilledWorker

    try:
        if future.status == "finished":
            return future.result(timeout=FETCH), None
        return None, future.exception(timeout=FETCH) or RuntimeError("it failed without saying why")
    except (CancelledError, KilledWorker) as fault:
        return None, fault


def unable(fault: Any) -> Exception:
    """What hinders the cluster itself, not one case."""
    from distributed import CancelledError

    if isinstance(fault, CancelledError):
        return OSError("the scheduler was lost; every case that was done is kept: give the same command again")
    text = f"a worker cannot run the cases: {type(fault).__name__}: {fault}; give it this version of needsim"
    return ScenarioError([Fault("", text, "--on")])
