"""Hours since the start as people read them: local dates, or days where there is no date."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DAY = 24.0
STEPS = (1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 48.0, 120.0, 240.0, 480.0, 960.0)
MOST_TICKS = 11


@dataclass(frozen=True)
class Clock:
    """The calendar of a scenario."""

    start: datetime | None

    @classmethod
    def of(cls, time: str, hour: float) -> Clock:
        """The calendar in which a written time is so many hours after the start; none where times are days."""
        if time.startswith("day"):
            return cls(None)
        return cls(datetime.fromisoformat(time) - timedelta(hours=hour))

    def words(self, hour: float) -> str:
        """An hour in words: `28 Sep 03:00`, or `day 3, 15:00`."""
        if self.start is None:
            return f"day {math.floor(hour / DAY)}, {_of_day(hour)}"
        time = self.at(hour)
        return f"{self.day(hour)} {time:%H:%M}"

    def day(self, hour: float) -> str:
        """The day an hour lies in: `28 Sep`, or `day 3`."""
        if self.start is None:
            return f"day {math.floor(hour / DAY)}"
        time = self.at(hour)
        return f"{time.day} {time:%b}"

    def at(self, hour: float) -> datetime:
        """The calendar time of an hour, to the minute."""
        assert self.start is not None
        return self.start + timedelta(minutes=round(hour * 60))

    def hour(self, date: str) -> float:
        """The hour at which a written date (`2023-09-28`) or day (`-3`, `day -3`) begins."""
        text = str(date).removeprefix("day").strip()
        if self.start is None or "-" not in text[1:]:
            return float(text) * DAY
        return (self._aware(text) - self.start) / timedelta(hours=1)

    def _aware(self, text: str) -> datetime:
        assert self.start is not None
        time = datetime.fromisoformat(text)
        return time if time.tzinfo else time.replace(tzinfo=self.start.tzinfo)

    def name(self) -> str:
        """What the axis of time shows."""
        if self.start is None:
            return "days since the start"
        offset = self.start.utcoffset()
        if offset is None:
            return "local time"
        hours = offset / timedelta(hours=1)
        return f"local time (UTC{hours:+g})"

    def axis(self, axes: Axes, first: float, last: float, most: int = MOST_TICKS) -> None:
        """Mark days (or hours, when there are few) along the axis of time."""
        last = max(last, first + 1.0)
        if self.start is not None and last - first > 60 * DAY:
            ticks, words = self._months(first, last)
        else:
            ticks, words = self._days(first, last, most)
        axes.set_xlim(first, last)
        axes.set_xticks(ticks, words)

    def _days(self, first: float, last: float, most: int) -> tuple[list[float], list[str]]:
        step = next((s for s in STEPS if (last - first) / s <= most), STEPS[-1])
        since = 0.0 if self.start is None else self.start.hour + self.start.minute / 60
        count = math.ceil((first + since) / step)
        ticks = []
        while count * step - since <= last:
            ticks.append(count * step - since)
            count += 1
        return ticks, [self._tick(tick, step) for tick in ticks]

    def _tick(self, hour: float, step: float) -> str:
        time = _of_day(hour) if self.start is None else f"{self.at(hour):%H:%M}"
        return self.day(hour) if step >= DAY or time == "00:00" else time

    def _months(self, first: float, last: float) -> tuple[list[float], list[str]]:
        assert self.start is not None
        time = self.at(first).replace(day=1, hour=0, minute=0)
        ticks, words = [], []
        while (hour := (time - self.start) / timedelta(hours=1)) <= last:
            if hour >= first:
                ticks.append(hour)
                words.append(f"{time:%b}\n{time.year}" if not ticks[1:] or time.month == 1 else f"{time:%b}")
            time = (time + timedelta(days=32)).replace(day=1)
        return ticks, words


def _of_day(hour: float) -> str:
    minutes = round(hour * 60) % 1440
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
