"""How time and memory are measured, and how figures are shown."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

HOME = Path(__file__).resolve().parents[1]
EVENT = HOME / "scenarios" / "lachin_2023.yaml"
KIBIBYTE = 1024
STATUS, CPU_INFO = Path("/proc/self/status"), Path("/proc/cpuinfo")


class Figure(NamedTuple):
    """One line of the table of figures."""

    what: str
    asked: str
    measured: str
    met: bool | None = None
    """Whether it is as asked; None where nothing was asked or nothing measured."""


class Spent(NamedTuple):
    """Seconds of the wall clock, and of the processors for this process and those it waited for."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} s (processor {self.cpu:.2f} s)"


def timed(work: Callable[[], Any]) -> tuple[Spent, Any]:
    """What some work took, and what it made."""
    begun, cpu = time.perf_counter(), processor()
    made = work()
    return Spent(time.perf_counter() - begun, processor() - cpu), made


def processor() -> float:
    """Seconds of processor time so far: this process by a fine clock, those it waited for by the system's."""
    told = os.times()
    return time.process_time() + told.children_user + told.children_system


def middle(spent: Iterable[Spent]) -> Spent:
    """Medians of several repetitions."""
    told = list(spent)
    return Spent(median(s.wall for s in told), median(s.cpu for s in told))


def added(spent: Iterable[Spent]) -> Spent:
    """Times one after another."""
    told = list(spent)
    return Spent(sum(s.wall for s in told), sum(s.cpu for s in told))


def apart(work: Callable[..., Any], *given: Any) -> Any:
    """Do some work in a fresh process, so that its peak memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


def peak_megabytes() -> float:
    """Most memory this process has held, libraries among it; nan where the system does not tell it this way."""
    if not STATUS.is_file():
        return float("nan")
    lines = STATUS.read_text(encoding="utf-8").splitlines()
    return next((int(line.split()[1]) * KIBIBYTE / 1e6 for line in lines if line.startswith("VmHWM")), float("nan"))


def below(limit: float, value: float) -> bool | None:
    """Whether a value is below its limit; None when it is not known."""
    return None if value != value else value < limit


def show(figures: Iterable[Figure]) -> None:
    """Print figures, one a line."""
    for figure in figures:
        mark = {True: "met", False: "NOT MET", None: ""}[figure.met]
        print(f"{figure.what}: {figure.measured}  [{figure.asked}] {mark}".rstrip(), flush=True)


def asked_for_tiny() -> bool:
    """Whether the command line asks for a quick try on tiny input; its figures say nothing."""
    return "--tiny" in sys.argv[1:]


def machine() -> str:
    """Model and number of processors, and the Python."""
    told = CPU_INFO.read_text(encoding="utf-8").splitlines() if CPU_INFO.is_file() else []
    model = next((line.split(":", 1)[1].strip() for line in told if line.startswith("model name")), "")
    system = f"{platform.system()} {platform.machine()}"
    return f"{model or platform.processor()}, {os.cpu_count()} cores, {system}, Python {platform.python_version()}"
