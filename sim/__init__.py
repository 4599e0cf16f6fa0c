"""needsim: who moves along a road out of a blockade, when they arrive, and what they lack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.publish.charts import draw_all as draw
    from sim.publish.export import write
    from sim.publish.frames import ask_next, find, frame, sensitivity
    from sim.scenario.loader import load
    from sim.scenario.paths import change
    from sim.studies.advise import advise
    from sim.studies.binds import binds
    from sim.studies.compare import compare
    from sim.studies.prepare import prepare
    from sim.studies.run import replicate, run
    from sim.studies.sweep import sweep

__version__ = "0.1.0"
__all__ = [
    "__version__",
    "advise",
    "ask_next",
    "binds",
    "change",
    "compare",
    "draw",
    "find",
    "frame",
    "load",
    "prepare",
    "replicate",
    "run",
    "sensitivity",
    "sweep",
    "write",
]

_HOMES = {
    "load": ("sim.scenario.loader", "load"),
    "change": ("sim.scenario.paths", "change"),
    "run": ("sim.studies.run", "run"),
    "compare": ("sim.studies.compare", "compare"),
    "binds": ("sim.studies.binds", "binds"),
    "replicate": ("sim.studies.run", "replicate"),
    "sweep": ("sim.studies.sweep", "sweep"),
    "frame": ("sim.publish.frames", "frame"),
    "sensitivity": ("sim.publish.frames", "sensitivity"),
    "find": ("sim.publish.frames", "find"),
    "ask_next": ("sim.publish.frames", "ask_next"),
    "write": ("sim.publish.export", "write"),
    "prepare": ("sim.studies.prepare", "prepare"),
    "advise": ("sim.studies.advise", "advise"),
    "draw": ("sim.publish.charts", "draw_all"),
}


def __getattr__(name: str) -> Any:
    """Load a part of the public API when it is first used: the command line starts without any of it."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
