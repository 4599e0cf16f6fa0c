"""What runs leave behind, in a temporary file and never whole in memory."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from math import prod
from tempfile import TemporaryFile, gettempdir
from typing import Any, NamedTuple

import numpy as np

from sim.model.record import Array


class Scratch:
    """A temporary file without a name: it is gone with this object, and with the process however that ends."""

    def __init__(self) -> None:
        self.size = 0
        self._file = TemporaryFile(prefix="needsim-", buffering=0)  # noqa: SIM115 - closed with this object
        weakref.finalize(self, self._file.close)

    def append(self, data: bytes) -> int:
        """Add to the end; where it begins. OSError says where room is lacking, and how to give some."""
        begin, rest = self.size, memoryview(data)
        self._file.seek(begin)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as fault:
            advice = f"{begin / 1e6:,.0f} MB of results stand there; make room, or name another folder in TMPDIR"
            raise OSError(fault.errno, f"{fault.strerror}: {advice}", gettempdir()) from fault
        self.size += len(data)
        return begin

    def fill(self, room: Array, begin: int) -> None:
        """Read from a place into an array that lies in one piece; OSError where less stands there."""
        self._file.seek(begin)
        found = self._file.readinto(room.data)
        if found != room.nbytes:
            raise OSError(None, f"{found} bytes of results read back where {room.nbytes} were written", gettempdir())


class Place(NamedTuple):
    """Where an array lies in each run's record, in bytes, and what it is."""

    begin: int
    shape: tuple[int, ...]
    kind: np.dtype[Any]


class Shelf:
    """Arrays of many runs, a record a run; some cells of them are read back from every run at a time."""

    def __init__(self) -> None:
        self._scratch = Scratch()
        self._places: dict[str, Place] = {}
        self._length = 0

    def put(self, arrays: Mapping[str, Array]) -> None:
        """Add one run; ValueError where its arrays are not alike those of the first."""
        if not self._scratch.size:
            self._lay_out(arrays)
        found = {name: (values.shape, values.dtype) for name, values in arrays.items()}
        if found != {name: place[1:] for name, place in self._places.items()}:
            raise ValueError(f"a run's arrays are {found}; those of the first were {self._places}")
        self._scratch.append(b"".join(values.tobytes() for values in arrays.values()))

    def _lay_out(self, arrays: Mapping[str, Array]) -> None:
        begin = 0
        for name, values in arrays.items():
            self._places[name] = Place(begin, values.shape, values.dtype)
            begin += values.nbytes
        self._length = begin

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of an array in one run."""
        return self._places[name].shape

    def read(self, name: str, runs: Sequence[int], begin: int, end: int) -> Array:
        """Cells of an array from one to another, of runs by when they were put there; shape (runs, cells)."""
        place = self._places[name]
        first = place.begin + begin * place.kind.itemsize
        cells = np.empty((len(runs), end - begin), place.kind)
        for row, run in zip(cells, runs, strict=True):
            self._scratch.fill(row, run * self._length + first)
        return cells

    def whole(self, name: str, run: int) -> Array:
        """An array of one run."""
        shape = self.shape(name)
        return self.read(name, [run], 0, prod(shape)).reshape(shape)
