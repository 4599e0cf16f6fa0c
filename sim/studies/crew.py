"""Worker processes on this machine: as many as were asked for, each started anew when it is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

COMMAND = "sim.studies.worker"
LAST = 10
"""Lines that are kept of what a worker says."""
MOST = 5
"""Times in a row that a worker may end before it is ready."""


class Place:
    """One worker's place: whoever holds it is replaced when lost."""

    def __init__(self, address: str) -> None:
        self._address, self._stopped = address, False
        self._process: subprocess.Popen[bytes] | None = None
        self.error = ""
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def _keep(self) -> None:
        """Start a worker and wait for its end, again and again."""
        in_vain = 0
        while not self._stopped and in_vain < MOST:
            with started(self._address) as self._process:
                if self._stopped:
                    self._process.kill()
                said = deque(self._process.stderr or (), LAST)
                was_ready = self._process.stdout is not None and bool(self._process.stdout.read())
                code = self._process.wait()
            in_vain = 0 if was_ready else in_vain + 1
        if in_vain == MOST:
            told = b"".join(said).decode(errors="replace").strip()
            self.error = told.splitlines()[-1] if told else f"it ended with code {code}"

    def stop(self) -> None:
        """End the worker, and start none any more."""
        self._stopped = True
        if self._process is not None:
            with suppress(OSError):
                self._process.kill()
        self._keeper.join()


def started(address: str) -> subprocess.Popen[bytes]:
    """A worker process that finds the same modules as this one."""
    paths = os.pathsep.join([str(Path(__file__).parents[2]), *filter(None, sys.path)])
    return subprocess.Popen(
        [sys.executable, "-m", COMMAND, address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": paths},
    )


@contextmanager
def crew(address: str, workers: int) -> Iterator[Callable[[], None]]:
    """So many workers at a scheduler; gives a look at them, which raises OSError when they cannot be started."""
    places = [Place(address) for _ in range(workers)]

    def look() -> None:
        if error := next((place.error for place in places if place.error), ""):
            raise OSError(None, f"no worker process can be started: {error}", COMMAND)

    try:
        yield look
    finally:
        for place in places:
            place.stop()
