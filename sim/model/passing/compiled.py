"""Functions compiled to machine code: the loops in which a run would spend most of its time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])
numba: Any = import_module("numba") if find_spec("numba") else None
PLAIN: bool = numba is None or bool(numba.config.DISABLE_JIT)
"""Whether functions run as they are written, slower: without a compiler for this machine, or when somebody asks."""
HOW: dict[str, Any] = {"error_model": "numpy", "_nrt": False, "forceinline": True}
"""Nobody counts who holds which table, which took two thirds of the time: so none can be made in these functions."""


def compiled(function: Function) -> Function:
    """The function, compiled when it is first called and kept for the next time; the same results to the bit."""
    if PLAIN:
        return function
    folder = kept_in()
    with _keeping(folder):
        made: Function = numba.njit(cache=folder is not None, **HOW)(function)
    return made


def waits_for_compiler(entry: str = "stream.advance") -> bool:
    """Whether the first run will take so much longer because the road was not compiled yet on this machine."""
    folder = kept_in()
    return not PLAIN and (folder is None or next(folder.rglob(f"{entry}-*.nbi"), None) is None)


def read_by_name(table: Any) -> Any:
    """A table whose rows tell their fields by name, as compiled functions see it anyway."""
    return table.view(np.recarray) if PLAIN and table.dtype.names else table


@cache
def kept_in() -> Path | None:
    """The folder of what was compiled from this very source: beside it, or in the user's own; None where neither is."""
    texts = sorted(Path(__file__).parent.glob("*.py"))
    name = sha256(b"\0".join(text.read_bytes() for text in texts)).hexdigest()[:16]
    own = Path(os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    for folder in (Path(__file__).parent / "__pycache__" / name, own / "needsim" / name):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return None


@contextmanager
def _keeping(folder: Path | None) -> Iterator[None]:
    """Have what is compiled here kept in a folder of ours, and what others compile where it was kept before.

    The compiler looks whether a function's own file has changed, not whether those have that it calls: so the folder
    is named by all of them.
    """
    before, numba.config.CACHE_DIR = numba.config.CACHE_DIR, str(folder or "")
    try:
        yield
    finally:
        numba.config.CACHE_DIR = before
