"""Clocks of patients: hours since the last treatment, never a hazard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.record import Array

if TYPE_CHECKING:
    from sim.scenario.people import Patients


def care(told: Patients, since: Array, left_home: Array, in_care: Array) -> tuple[dict[str, float], Array]:
    """Patients past each safe interval when they reach care, and their hours since the last treatment then.

    Treatment goes on at home until they leave, for the share told; the clock runs from the last one.
    """
    treated = np.arange(len(since)) < told.treated_at_home * len(since)
    waited = np.where(np.isnan(left_home), 0.0, left_home)
    at_leaving = np.where(
        treated & (waited > 0) & (told.interval > 0), np.mod(since + waited, max(told.interval, 1e-9)), since + waited
    )
    hours = at_leaving + (in_care - left_home)
    reached = ~np.isnan(hours)
    past = {name: float((hours[reached] > limit).sum()) for name, limit in told.safe_intervals.items()}
    return {**past, "patients": float(len(since)), "in care": float(reached.sum())}, hours
