"""Where every number comes from: what was told, what was taken for want of it, and what the library says of both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.scenario import acting
from sim.scenario.defaults import default_of
from sim.scenario.fields import Unit
from sim.scenario.known import once
from sim.scenario.paths import OWN_FIGURES, unit_at
from sim.scenario.standards import goods, named

if TYPE_CHECKING:
    from sim.scenario.acting import Given
    from sim.scenario.response import Source
    from sim.scenario.schema import Scenario

ASSUMED, UNKNOWN = "assumed", "unknown"
OWN = "tell your own value, or a later as_of"
YEAR = 4
"""Digits of a year."""
RANGE = "tell a value and its range under `uncertainty`, or a later as_of"
WITHOUT, JUDGED = "told without a source", "not told: judgement"
NEUTRAL: dict[float, str] = {0: "not told: none is taken", 1: "not told: all of it, or one, is taken"}
"""What a default says that needs no source: nothing happens, or nothing is cut."""


class Provenance(NamedTuple):
    """One input and where it comes from."""

    path: str
    value: str
    unit: str
    default: str
    origin: str
    source: str
    date: str
    confidence: str


class Brought(NamedTuple):
    """Something the library brings along, and what to tell instead where it may not enter."""

    path: str
    source: str
    date: str
    hint: str


@once
def origins(scenario: Scenario) -> list[Provenance]:
    """Every input that acts on a run: as told, and for the others the default, the road's class or the standard."""
    given, classed = acting.told(scenario), acting.of_class(scenario)
    rows = [_told(scenario, path, value, classed) for path, value in given.items()]
    rows += [_row(path, value, *_of_default(path, value)) for path, value in acting.untold(scenario).items()]
    rows += [
        _row(path, it.value, it.source, it.date, it.confidence) for path, it in classed.items() if path not in given
    ]
    return [*rows, *_figures(scenario)]


def brought(scenario: Scenario) -> list[Brought]:
    """What the library brings to a scenario, with its date: ranges of what is unknown, defaults, classes, standards."""
    given, classed, found = acting.told(scenario), acting.of_class(scenario), []
    for path, source in scenario.sources.items():
        if stands_in(source):
            found.append(
                Brought(path, source.note.split(": ", 1)[-1], source.date, f"cannot be `{UNKNOWN}` here; {RANGE}")
            )
    for path in acting.untold(scenario):
        note, date, _ = _of_default(path, None)
        found.append(Brought(path, note, date, f"its default may not enter; {OWN}"))
    found += [
        Brought(path, it.source, it.date, f"the figure of its class may not enter; {OWN}")
        for path, it in classed.items()
        if path not in given
    ]
    for path, figure in acting.figures(scenario):
        found.append(Brought(path, figure.edition, figure.date, f"the planning figure may not enter; {OWN}"))
    return [*found, *_prices(scenario)]


def _prices(scenario: Scenario) -> Iterator[Brought]:
    """Prices of the library that meet a need here; of a span of years (`2021-24`) the first counts."""
    told = scenario.costs
    names = [told.goods.get(figure.item) or goods.meeting(figure) for _, figure in acting.figures(scenario)]
    for name in dict.fromkeys(name for name in names if name and name not in told.prices):
        item = goods.named(name)
        if item.price_year and item.kind != "cash" and item.unit_cost_usd is not None:
            year, what = item.price_year[:YEAR], f"the price of {item.title}"
            yield Brought(f"costs.prices.{name}", what, year, f"the library's price may not enter; {OWN}")


def stands_in(source: Source) -> bool:
    """Whether a source is that of a range which stands in for what is unknown."""
    return source.note.startswith(f"{UNKNOWN};")


def _told(scenario: Scenario, path: str, value: Any, classed: dict[str, Given]) -> Provenance:
    usual = classed[path].value if path in classed else _usual(path)
    source = nearest(scenario, path)
    if source is None:
        return Provenance(path, _shown(value), _unit(path), _shown(usual), ASSUMED, WITHOUT, "", "low")
    note = "; ".join(text for text in (source.note, source.url) if text)
    cells = (source.origin, note, source.date, source.confidence)
    return Provenance(path, _shown(value), _unit(path), _shown(usual), *cells)


def _usual(path: str) -> Any:
    """The library's value beside the one told: a field's default, or the planning figure that an own value replaces."""
    own = path.startswith(OWN_FIGURES)
    return named(path.removeprefix(OWN_FIGURES)).value if own else acting.field_default(path)


def _row(path: str, value: Any, source: str, date: str, confidence: str) -> Provenance:
    """An input that was not told; judgement is assumed, the rest sourced."""
    judged = source.startswith(("judgement", "not told", "usual", "the usual")) or "judgement" in source
    origin = ASSUMED if judged else "sourced"
    return Provenance(path, _shown(value), _unit(path), _shown(value), origin, source, date, confidence)


def _of_default(path: str, value: Any) -> tuple[str, str, str]:
    """Source, date and confidence of a default."""
    row = default_of(path) or default_of(path.rpartition(".")[0])
    if row is not None:
        return row.source, row.date, row.confidence
    return NEUTRAL.get(value, JUDGED) if isinstance(value, (int, float)) else JUDGED, "", "low"


def _figures(scenario: Scenario) -> Iterator[Provenance]:
    for path, figure in acting.figures(scenario):
        value, unit = _shown(figure.value), f"{figure.unit}/{figure.per}"
        source = f"{figure.edition}: {figure.source}"
        yield Provenance(path, value, unit, value, "sourced", source, figure.date, figure.confidence)


def _shown(value: Any) -> str:
    if value is None or value == {}:
        return ""
    return f"{value:.6g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)


def nearest(scenario: Scenario, path: str) -> Any:
    """The source of a path, or of the section it lies in."""
    keys = path.split(".")
    while keys:
        if ".".join(keys) in scenario.sources:
            return scenario.sources[".".join(keys)]
        keys.pop()
    return None


def _unit(path: str) -> str:
    try:
        marker = unit_at(path)
    except KeyError:
        return ""
    return marker.unit if isinstance(marker, Unit) and marker.unit != "1" else ""
