"""A column of a table."""

from __future__ import annotations

from typing import NamedTuple


class Column(NamedTuple):
    """A column: its name, unit, what it says, and its HXL tag where there is one."""

    name: str
    unit: str
    description: str
    hxl: str = ""
