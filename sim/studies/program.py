"""Which program computes: the version, and a fingerprint of what decides the numbers."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import sim

ROOMS = ("scenario", "model", "results")
"""Rooms whose code and data decide what comes out of a run."""
SHOWN = 10


@cache
def program() -> str:
    """The version and a fingerprint of code and data, the same wherever the same files are."""
    home = Path(sim.__file__).parent
    told = hashlib.sha256()
    for path in sorted(path for room in ROOMS for kind in ("*.py", "*.csv") for path in (home / room).rglob(kind)):
        told.update(path.relative_to(home).as_posix().encode())
        told.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return f"{sim.__version__} ({told.hexdigest()[:SHOWN]})"
