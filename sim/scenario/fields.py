"""Field types of the scenario: a number with its unit, a random quantity, a time, a time of day, a head count."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, ValidationError, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from sim.scenario import units
from sim.scenario.distributions import IN_UNIT, PARAMETERS, Distribution
from sim.scenario.faults import did_you_mean
from sim.scenario.standards import is_name, quantity


class Section(BaseModel):
    """A part of a scenario: frozen, with no keys but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False)


def _context(info: ValidationInfo) -> dict[str, Any]:
    return info.context or {}


def number(value: Any, unit: str, written: bool) -> float:
    """One value in its unit, or the name of a planning figure; a bare number is refused where people write."""
    if isinstance(value, bool) or value is None:
        raise ValueError(f"{value!r} is not a quantity; write a number and a unit, such as '1 {unit}'")
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            raise ValueError(f"{value} is not a finite number")
        if written and unit != "1":
            raise ValueError(f"{value:g} has no unit; write '{value:g} {unit}' if that is what you mean")
        return float(value)
    if isinstance(value, str):
        return quantity(value, unit) if is_name(value) else units.read(value, unit)
    raise ValueError(f"{value!r} is not a quantity; write a number and a unit, such as '1 {unit}'")


@dataclass(frozen=True)
class Unit:
    """Marks a float field with its unit and bounds; reads ``77 km`` and, in Python, a bare number."""

    unit: str
    low: float = 0.0
    high: float = math.inf
    above: bool = False

    def check(self, value: float) -> float:
        """The value, when it lies within the bounds."""
        if value < self.low or (self.above and value == self.low):
            least = "more than" if self.above else "at least"
            raise ValueError(
                f"{units.show(value, self.unit)} is too small; must be {least} {units.show(self.low, self.unit)}"
            )
        if value > self.high:
            raise ValueError(
                f"{units.show(value, self.unit)} is too large; must be at most {units.show(self.high, self.unit)}"
            )
        return value

    def read(self, value: Any, written: bool) -> float:
        """A value as told, in this unit and within the bounds."""
        return self.check(number(value, self.unit, written))

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def validate(value: Any, info: ValidationInfo) -> float:
            return self.read(value, bool(_context(info).get("written")))

        return core_schema.with_info_plain_validator_function(validate)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        kinds = ["string", "number"] if self.unit == "1" else ["string"]
        return {"type": kinds, "x-unit": self.unit, "examples": [units.show(1, self.unit)]}


@dataclass(frozen=True)
class Varying(Unit):
    """Marks a Distribution field: one plain quantity, or a mapping with ``distribution`` and parameters."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def validate(value: Any, info: ValidationInfo) -> Distribution:
            return self.distribution(value, bool(_context(info).get("written")))

        return core_schema.with_info_plain_validator_function(validate)

    def distribution(self, value: Any, written: bool) -> Distribution:
        """A distribution as told, its parameters read in this unit."""
        if isinstance(value, Distribution):
            return value
        if not isinstance(value, dict):
            return Distribution(value=self.read(value, written))
        _known(value)
        told = {
            key: (number(item, self.unit, written) if key in IN_UNIT else _plain(item, key))
            for key, item in value.items()
            if item is not None
        }
        try:
            result = Distribution(**told)
        except ValidationError as fault:
            raise ValueError(fault.errors()[0]["msg"].removeprefix("Value error, ")) from None
        for name in ("value", "low", "mean", "median"):
            given = getattr(result, name)
            if given is not None:
                self.check(given)
        return result

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return {"type": ["string", "number", "object"], "x-unit": self.unit}


def _known(told: dict[str, Any]) -> None:
    """Refuses keys and kinds that no distribution has."""
    for key in told:
        if key not in Distribution.model_fields:
            raise ValueError(f"no {key!r} in a distribution; {did_you_mean(str(key), Distribution.model_fields)}")
    kind = told.get("distribution", "fixed")
    if kind not in PARAMETERS:
        raise ValueError(f"no distribution {kind!r}; {did_you_mean(str(kind), PARAMETERS)}")


def _plain(value: Any, key: str) -> Any:
    return value if key == "distribution" else number(value, "1", written=True)


class Headcount(Section):
    """People as a number or as a share of those present; exactly one of the two."""

    people: float | None = None
    share: float | None = None

    def of(self, total: float) -> float:
        """How many people that is among so many."""
        if self.people is not None:
            return min(self.people, total)
        return (self.share or 0.0) * total


@dataclass(frozen=True)
class HeadcountOf:
    """Reads ``1,200 people`` or ``12 %``; in Python a bare number up to 1 is a share."""

    unit: str = "person"

    def read(self, value: Any, written: bool) -> Headcount:
        """A head count as told."""
        if isinstance(value, Headcount):
            return value
        if isinstance(value, dict):
            return Headcount(**value)
        if is_name(value):
            return self._checked(None, quantity(value, "1"))
        if isinstance(value, str):
            amount, unit = units.split(value)
            if unit in ("%", "percent"):
                return self._checked(None, amount / 100)
            return self._checked(units.read(value, "person"), None)
        amount = number(value, "person", written)
        return self._checked(None, amount) if amount <= 1 else self._checked(amount, None)

    def _checked(self, people: float | None, share: float | None) -> Headcount:
        if (people is not None and people < 0) or (share is not None and not 0 <= share <= 1):
            told = units.show(people, "people") if people is not None else f"{(share or 0) * 100:g} %"
            raise ValueError(f"{told} is not possible; give 0 people or more, or 0 to 100 %")
        return Headcount(people=people, share=share)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def validate(value: Any, info: ValidationInfo) -> Headcount:
            return self.read(value, bool(_context(info).get("written")))

        return core_schema.with_info_plain_validator_function(validate)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return {"type": "string", "examples": ["1,200 people", "12 %"]}


def moment(text: Any) -> datetime:
    """A calendar time with or without offset; ValueError says how to write one."""
    if isinstance(text, datetime):
        return text
    try:
        tidy = re.sub(r"\s*([+-]\d\d:?\d\d)$", r"\1", str(text).strip())
        return datetime.fromisoformat(tidy)
    except ValueError:
        raise ValueError(f"{text!r} is not a time; write it like 2023-09-24 13:00 +04:00") from None


MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
          "december")  # fmt: skip


def month(text: Any) -> str | None:
    """A month told without a day (`2023-09`, `September 2023`), as `2023-09`; None when the text is not one."""
    told = str(text).strip().lower()
    numbered = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", told)
    if numbered:
        return told
    named = re.fullmatch(r"([a-z]{3,9})\s+(\d{4})", told)
    number = next((k for k, name in enumerate(MONTHS, 1) if named and name.startswith(named[1])), None)
    return None if named is None or number is None else f"{named[2]}-{number:02d}"


def hour_of(value: Any, start: datetime | None) -> float:
    """Hours since the start: a calendar time, ``day 2 06:00``, or a duration such as ``43.75 h``."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    text = str(value).strip()
    counted = re.fullmatch(r"day\s+(-?\d+)(?:\s+(\d{1,2}):(\d\d))?", text)
    if counted:
        return 24.0 * int(counted[1]) + int(counted[2] or 0) + int(counted[3] or 0) / 60
    if units.QUANTITY.fullmatch(text):
        return units.read(text, "h")
    when = moment(text)
    if start is None:
        raise ValueError(f"{text} is a calendar time, but the scenario has no `start`; write hours, such as '13 h'")
    if when.tzinfo is None:
        when = when.replace(tzinfo=start.tzinfo)
    if start.tzinfo is None:
        when = when.replace(tzinfo=None)
    return (when - start) / timedelta(hours=1)


def _validated(reader: Callable[[Any, ValidationInfo], Any], schema: dict[str, Any]) -> Any:
    class Reader:
        def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
            return core_schema.with_info_plain_validator_function(reader)

        def __get_pydantic_json_schema__(self, core: CoreSchema, handler: Any) -> dict[str, Any]:
            return schema

    return Reader()


def _instant(value: Any, info: ValidationInfo) -> float:
    if isinstance(value, (int, float)) and _context(info).get("written"):
        raise ValueError(f"{value!r} is not a time; write 2023-09-24 13:00, or '{value} h' after the start")
    return hour_of(value, _context(info).get("start"))


def _time_of_day(value: Any, _info: ValidationInfo) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    found = re.fullmatch(r"\s*(\d{1,2}):(\d\d)\s*", str(value))
    if not found or int(found[1]) * 60 + int(found[2]) > 24 * 60 or int(found[2]) > 59:
        raise ValueError(f"{value!r} is not a time of day; write it like 06:00 or 22:30")
    return int(found[1]) + int(found[2]) / 60


INSTANT = _validated(_instant, {"type": "string", "examples": ["2023-09-25 19:45", "day 1 20:00", "43.75 h"]})
Instant = Annotated[float, INSTANT]
TIME_OF_DAY = _validated(_time_of_day, {"type": "string", "examples": ["06:00"]})
TimeOfDay = Annotated[float, TIME_OF_DAY]

People = Annotated[float, Unit("people", high=20_000_000)]
PeopleOrShare = Annotated[Headcount, HeadcountOf()]
Number = Annotated[float, Unit("1")]
Positive = Annotated[float, Unit("1", above=True)]
Share = Annotated[float, Unit("1", high=1.0)]
Hours = Annotated[float, Unit("h")]
SignedHours = Annotated[float, Unit("h", low=-math.inf)]
PositiveHours = Annotated[float, Unit("h", above=True)]
Kilometres = Annotated[float, Unit("km", above=True, high=20_000)]
Speed = Annotated[float, Unit("km/h", above=True, high=300)]
VehiclesPerHour = Annotated[float, Unit("vehicles/h", above=True)]
VehiclesPerKilometre = Annotated[float, Unit("vehicles/km", above=True)]
Vehicles = Annotated[float, Unit("vehicles", above=True)]
Litres = Annotated[float, Unit("L")]
LitresPerDay = Annotated[float, Unit("L/day")]
LitresPerKilometre = Annotated[float, Unit("L/km")]
LitresPerHour = Annotated[float, Unit("L/h")]
Tonnes = Annotated[float, Unit("t")]
PeoplePerHour = Annotated[float, Unit("people/h", above=True)]
Celsius = Annotated[float, Unit("degC", low=-90, high=60)]
HoursVary = Annotated[Distribution, Varying("h")]
LitresVary = Annotated[Distribution, Varying("L")]
DaysVary = Annotated[Distribution, Varying("day")]
SpeedVary = Annotated[Distribution, Varying("km/h", above=True)]
ShareVary = Annotated[Distribution, Varying("1")]
LitresPerKilometreVary = Annotated[Distribution, Varying("L/km")]
LitresPerHourVary = Annotated[Distribution, Varying("L/h")]


def hours(value: float) -> Distribution:
    """A duration that does not vary."""
    return Distribution(value=value)


class OpeningHours(Section):
    """Hours of the day; from 22:00 to 06:00 runs over midnight."""

    opens: TimeOfDay = Field(alias="from")
    """Opens."""
    closes: TimeOfDay = Field(alias="to")
    """Closes."""
