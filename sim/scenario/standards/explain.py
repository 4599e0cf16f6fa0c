"""The library in words: a list of figures, and what one of them says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from sim.scenario.faults import Fault, ScenarioError, did_you_mean
from sim.scenario.standards import goods, sectors
from sim.scenario.standards.catchment import catchments
from sim.scenario.standards.library import Figure, by_name, figures
from sim.scenario.standards.names import shown

SHOWN = ("name", "value", "unit", "per", "level", "edition", "source", "confidence")
"""What the list in JSON holds of each figure."""
WIDTHS = (40, 12, 26, 19, 8)


def matching(name: str) -> tuple[Figure, ...]:
    """The figure of that name, or all whose names begin so, or all of a sector or an item; ScenarioError for none."""
    if name in by_name():
        return (by_name()[name],)
    below = f"{name.rstrip('.')}."
    found = tuple(f for f in figures() if f.name.startswith(below) or name in (f.sector_code, f.item))
    if not found:
        raise ScenarioError([Fault("", f"no such planning figure: {name!r}; {did_you_mean(name, by_name())}")])
    return found


def as_rows(found: Iterable[Figure]) -> list[dict[str, str | float]]:
    """Figures as plain values, for other programs."""
    return [{key: getattr(figure, key) for key in SHOWN} for figure in found]


def as_list(found: Iterable[Figure]) -> Iterator[str]:
    """Figures as a table, by sector."""
    yield _line("name", "value", "unit and per", "level", "found, confidence")
    order = list(sectors.names())
    ordered = sorted(found, key=lambda figure: order.index(figure.sector_code))
    for code, mine in groupby(ordered, key=lambda figure: figure.sector_code):
        yield f"\n{code} {sectors.name_of(code)}"
        for figure in mine:
            measure = " per ".join(part for part in (figure.unit, figure.per) if part)
            sure = f"{figure.found}, {figure.confidence}"
            yield _line(figure.name, f"{figure.value:,g}", measure, figure.level, sure)


def _line(*cells: str) -> str:
    name, value, *rest = (f"{cell:{width}}" for cell, width in zip(cells, WIDTHS, strict=True))
    return " ".join([name, value.strip().rjust(len(value)), *rest]).rstrip()


def as_text(figure: Figure) -> Iterator[str]:
    """All that is known of one figure, a line each."""
    told = {
        "value": shown(figure) + _range(figure),
        "for": figure.of.replace("_", " "),
        "level": figure.level.replace("_", " ") or ("" if figure.kind == "share" else "none, it is no standard"),
        "kind": figure.kind,
        "when": figure.phase.replace("_", " "),
        "life": f"{figure.life_days:g} days" if figure.life_days else "",
        "counted": f"whole for all places together: {why}" if (why := catchments().get(figure.name)) else "",
        "sector": f"{figure.sector_code} {figure.sector_name}",
        "goods": _goods(figure),
        "not beside": f"{figure.part_of}: its need holds this one, or is met by it instead" if figure.part_of else "",
        "edition": " ".join(part for part in (figure.edition, figure.date and f"({figure.date})") if part),
        "source": figure.source,
        "found": f"{figure.found}, confidence {figure.confidence}",
    }
    yield f"{figure.name}: {figure.title}"
    yield from (f"  {key:11}{value}" for key, value in told.items() if value)


def _range(figure: Figure) -> str:
    low, high = figure.low, figure.high
    if low is None and high is None:
        return ""
    return f" (range {figure.value if low is None else low:g} to {figure.value if high is None else high:g})"


def _goods(figure: Figure) -> str:
    if not figure.goods:
        return ""
    item = goods.named(figure.goods)
    price = "price not known" if item.unit_cost_usd is None else f"{item.unit_cost_usd:g} USD"
    weight = f"{item.mass_kg:g} kg, {item.volume_m3:g} m3, " if item.kind == "goods" else ""
    return f"{item.title}: {weight}{price} per {item.unit} ({item.confidence} confidence)"
