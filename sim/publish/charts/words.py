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
    "reported_dead": "reported dead, as told",
}
CONSTRAINTS = {
    "permission": ("not let go,\nor not ready", "not being let go, or not being ready,"),
    "fuel": ("waiting for fuel", "the wait for fuel"),
    "transport": ("waiting\nfor transport", "the wait for transport"),
    "road": ("the road itself", "the road itself"),
    "incident": ("breakdowns,\nclosures", "breakdowns and closures"),
    "checkpoint": ("the checkpoint", "the checkpoint"),
}
"""What holds people up: beside its panel, and as the subject of a sentence."""


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


def people(value: float) -> str:
    """So many people, for a headline: `about 25,000 people`, `1 person`."""
    return "1 person" if about(value) == "1" else f"{about(value)} people"


def percent(share: float) -> str:
    """A share in percent: `24 %`; `under 1 %` where it would round to nothing."""
    return "under 1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


def some(value: float, unit: str) -> str:
    """An amount with its unit: `0.9 kg`, `1 session`, `1,200 sessions`; less than 1 kg in grams."""
    if unit == "kg" and 0 < value < 1:
        return f"{1000 * value:.0f} g"
    return f"{amount(value)} {unit if value == 1 else units(unit)}"


def about_some(value: float, unit: str) -> str:
    """An amount with its unit for a headline: `about 75,000 L`, `1 person-day`."""
    return f"{about(value)} {unit if value == 1 else units(unit)}"


def units(unit: str) -> str:
    """A unit as it is written after a number: `m²`, `person-days`."""
    known = {"m2": "m²", "m3": "m³"}
    return known.get(unit, f"{unit}s" if (len(unit) > 3 and unit.isalpha()) or "-" in unit else unit)


def name_words(name: str) -> str:
    """A place or store by its name in the scenario: `the_old_camp` reads `The old camp`."""
    return capital(name.replace("_", " "))


def item_words(item: str) -> str:
    """An item's name in words: `drinking_water` reads `drinking water`."""
    return item.replace("_", " ")


def capital(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]
