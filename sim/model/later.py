"""What happens at an hour that is known beforehand, and needs no process to wait for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import simpy


def at(env: simpy.Environment, hour: float, happens: Callable[[], object]) -> None:
    """Let something happen at an hour, or now if that is over."""
    callbacks: Any = env.timeout(max(hour - env.now, 0.0)).callbacks
    callbacks.append(lambda _: happens())
