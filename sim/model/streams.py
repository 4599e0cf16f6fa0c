"""Random streams, one for each purpose, so that scenarios that differ in one thing share all other luck."""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, replication: int, purpose: str) -> np.random.Generator:
    """The stream of that purpose: the same for the same seed, replication and purpose, whatever else is drawn."""
    key = zlib.crc32(purpose.encode())
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, replication, key])))
