"""Mappers: the builtin map, or processes on this machine."""

from __future__ import annotations

import gc
import multiprocessing
import multiprocessing.process
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice
from typing import Any

Mapper = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
AHEAD = 2
"""Cases handed out beyond those being run, for each worker: keeps results from piling up."""


def available() -> int:
    """Processors this process may use."""
    return os.cpu_count() or 1


@contextmanager
def processes(workers: int) -> Iterator[Mapper]:
    """A mapper over so many processes; the builtin map for one."""
    if workers <= 1:
        yield map
        return
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, initializer=_begin)
    try:
        yield lambda function, cases: _in_order(pool, workers * AHEAD, function, cases)
    except BaseException:
        for child in set(multiprocessing.active_children()) - others:
            child.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """A worker leaves stopping to the process that started it, and ends when that is gone, however it ended."""
    gc.freeze()  # what it was started with is no garbage, and need not be searched again and again
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _in_order(
    pool: ProcessPoolExecutor, ahead: int, function: Callable[[Any], Any], cases: Iterable[Any]
) -> Iterator[Any]:
    """Results in the order of the cases, with only so many cases handed out at a time."""
    rest = iter(cases)
    pending: list[Future[Any]] = [pool.submit(function, case) for case in islice(rest, ahead)]
    while pending:
        wait(pending[:1], return_when=FIRST_COMPLETED)
        yield pending.pop(0).result()
        pending.extend(pool.submit(function, case) for case in islice(rest, 1))
