"""Going on foot or by cart, beside the traffic."""

from __future__ import annotations


def elapsed(km: float, speed: float, hours_a_day: float) -> float:
    """Hours from setting off to arrival when so many hours of each day are walked."""
    walked = km / speed
    if hours_a_day >= 24 or hours_a_day <= 0:
        return walked
    full_days = int(walked / hours_a_day)
    rest = walked - full_days * hours_a_day
    return 24.0 * full_days + rest if rest > 1e-12 or full_days == 0 else 24.0 * (full_days - 1) + hours_a_day
