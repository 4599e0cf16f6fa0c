"""Numbers and names as people say them."""

from __future__ import annotations

import math

STATES = {
    "home": "at home",
    "fuel_queue": "waiting for fuel",
    "waiting_transport": "waiting for transport",
    "road": "on the road",
    "stranded": "stranded",
    "walking": "walking",
    "in_care": "in care",
    "reception": "at reception",
    "registered": "registered",
    "accommodated": "given a place to sleep",
    "onward": "gone on by themselves",
    "stayed": "staying",
    "reported_dead": "reported dead (told, not computed)",
}
CONSTRAINTS = {
    "permission": "not let go, or not ready",
    "fuel": "fuel",
    "transport": "transport",
    "road": "the road",
    "incident": "an incident",
    "checkpoint": "the checkpoint",
    "nobody_left": "nobody left to come",
}


def thousands(value: float) -> str:
    """A count with separators: `12,345`."""
    return f"{value:,.0f}"


def amount(value: float) -> str:
    """A quantity with as many digits as it deserves: `12,345`, `9.5`, `0.24`."""
    if value and abs(value) < 1:
        return f"{value:.2g}"
    return f"{value:,.0f}" if abs(value) >= 10 or value == round(value) else f"{value:.1f}"


def about(value: float) -> str:
    """Two significant figures for a headline: `about 25,000`; small counts as they are."""
    if abs(value) < 100:
        return amount(value)
    digits = 1 - math.floor(math.log10(abs(value)))
    return f"about {round(value, digits):,.0f}"


def percent(share: float) -> str:
    """A share in percent: `24 %`."""
    return f"{100 * share:.0f} %"


def item_words(item: str) -> str:
    """An item's name in words: `drinking_water` reads `drinking water`."""
    return item.replace("_", " ")


def capital(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]
