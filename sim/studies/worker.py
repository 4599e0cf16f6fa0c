"""`python -m sim.studies.worker ADDRESS`: a worker of this machine's own cluster; it ends with whoever started it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading

HERE = "127.0.0.1"
QUIET = {
    "distributed.scheduler.allowed-failures": 0,  # who is lost is counted case by case, in `cluster`
    "distributed.worker.profile.enabled": False,  # looks at a run a hundred times a second
    "distributed.admin.log-length": 100,  # logs of every task would grow with the runs
    "distributed.admin.low-level-log-length": 100,
    "distributed.admin.tick.interval": "1s",  # counting ticks and reading meters takes time from runs
    "distributed.admin.tick.limit": "1h",
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.admin.system-monitor.disk": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.logging": {"distributed": "critical"},
}
"""What a cluster of our own is told."""


def main(address: str) -> None:
    """Take cases from the scheduler until it is gone, or whoever started this."""
    import dask

    dask.config.set(QUIET)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one stops it
    threading.Thread(target=end_with_starter, daemon=True).start()
    asyncio.run(serve(address))


async def serve(address: str) -> None:
    """One thread, as much memory as there is, and nothing that listens beyond this machine."""
    from distributed import Worker

    async with Worker(
        address, nthreads=1, host=HERE, memory_limit=0, dashboard=False, dashboard_address=f"{HERE}:0"
    ) as worker:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdout = sys.stderr  # nobody reads the pipe until this process ends
        await worker.finished()


def end_with_starter() -> None:
    """The pipe from the process that started this one closes with it, however it ended."""
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1])
