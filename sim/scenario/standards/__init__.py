"""Planning standards: figures with their sources, goods, packages, country profiles, and the arithmetic on them."""

from sim.scenario.standards.library import (
    LEVELS,
    NEEDED,
    Figure,
    counted,
    drawn_at,
    figures,
    named,
    of_item,
    wanted,
    with_own,
)
from sim.scenario.standards.names import is_name, quantity

__all__ = [
    "LEVELS",
    "NEEDED",
    "Figure",
    "counted",
    "drawn_at",
    "figures",
    "is_name",
    "named",
    "of_item",
    "quantity",
    "wanted",
    "with_own",
]
