"""Vehicles that stop on the way, dry or broken down, and what that does to the lane."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from sim.model.record import Stall
from sim.model.traffic import Trip

if TYPE_CHECKING:
    from sim.model.corridor import Road
    from sim.model.lane import Lane


def stop(road: Road, lane: Lane, vehicle: int, hour: float) -> tuple[Stall, Trip]:
    """A vehicle due at the end of a lane at an hour stops at the share of it that it reaches, and leaves the stream."""
    traffic, entered = road.traffic, lane.entered_at(lane.gone)
    share, cause, burn = reach(road, lane, vehicle, hour - entered)
    when = entered + share * (hour - entered)
    lane.stop(traffic.people[vehicle], when)
    lane.block(share, when, traffic.clearing[vehicle], traffic.blocks[vehicle], road.scenario.incidents.residual)
    km = lane.link.km + lane.km[0] + share * lane.length
    traffic.litres[vehicle] -= share * burn
    road.burnt_by_stalled += share * burn
    stall = Stall(vehicle, when, lane.name, km, cause, when + traffic.clearing[vehicle])
    return stall, Trip(cause, traffic.entered[vehicle], when, lane.name, km)


def reach(road: Road, lane: Lane, vehicle: int, on_link: float) -> tuple[float, str, float]:
    """The share of a lane that a vehicle gets to, what stops it there, and the litres it would take for the whole."""
    traffic = road.traffic
    late = max(on_link - lane.free_flow, 0.0)
    burn = traffic.use[vehicle] * lane.length + traffic.idle[vehicle] * late
    dry = max(traffic.litres[vehicle], 0.0) / burn if burn > traffic.litres[vehicle] else inf
    broken = max(traffic.breaks_at[vehicle] - traffic.joined_at[vehicle] + lane.begins, 0.0) / lane.length
    return (dry, "fuel", burn) if dry <= broken else (broken, "breakdown", burn)
