"""Going on foot or by cart, beside the traffic."""

from __future__ import annotations


def elapsed(km: float, speed: float, hours_a_day: float, since: float = 0.0) -> float:
    """Hours until people are so much farther on, who set off `since` hours ago.

    They walk in the first so many hours of each 24 since they set off, and rest in the others, as when they have to
    wait: who waits at a shut gate beyond those hours goes on with the next day's.
    """
    walked = km / speed
    if hours_a_day >= 24 or hours_a_day <= 0 or walked <= 0:
        return walked
    days, of_day = divmod(since, 24.0)
    total = days * hours_a_day + min(of_day, hours_a_day) + walked
    full_days = int(total / hours_a_day)
    rest = total - full_days * hours_a_day
    end = 24.0 * full_days + rest if rest > 1e-12 or full_days == 0 else 24.0 * (full_days - 1) + hours_a_day
    return end - since
