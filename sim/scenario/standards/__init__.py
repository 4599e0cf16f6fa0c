"""Planning standards: figures with their sources, goods, packages, country profiles, and the arithmetic on them."""

from sim.scenario.standards.library import (
    LEVELS,
    NEEDED,
    Figure,
    counted,
    figures,
    named,
    wanted,
    with_own,
)
from sim.scenario.standards.names import is_name, quantity
from sim.scenario.standards.needed import drawn_at, needed, of_item

__all__ = [
    "LEVELS",
    "NEEDED",
    "Figure",
    "counted",
    "drawn_at",
    "figures",
    "is_name",
    "named",
    "needed",
    "of_item",
    "quantity",
    "wanted",
    "with_own",
]
