"""needsim: who moves along a road out of a blockade, when they arrive, and what they lack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.scenario.loader import load
    from sim.studies.run import replicate, run_one

__version__ = "0.1.0"
__all__ = ["__version__", "change", "load", "replicate", "run", "run_one"]

_HOMES = {
    "load": "sim.scenario.loader",
    "change": "sim.scenario.paths",
    "replicate": "sim.studies.run",
    "run_one": "sim.studies.run",
    "run": "sim.studies.api",
}


def __getattr__(name: str) -> Any:
    """Load a part of the public API when it is first used: the command line starts without any of it."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
