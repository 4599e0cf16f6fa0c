"""The ledger: where everybody is, hour by hour, and the sums that must hold at every event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.journal import STATES, ConservationError
from sim.model.record import Array, FuelBook, Record
from sim.results.dates import full_hours

if TYPE_CHECKING:
    from sim.model.provided import SupplyRecord

INSTANT = 1e-9
"""Hours: moves nearer to each other happen at the same time."""
LITRES = 1e-6
"""Relative error of a sum of litres."""
RATION = 1e-6
"""Relative error of a sum of rations."""
RECEIVED = ("reception", "registered", "accommodated", "onward")


def states(record: Record, after: float = 0.0) -> Array:
    """People in each state so long after each full hour, shape (states, hours + 1)."""
    last = full_hours(record.scenario) + 1
    of_spot = np.array([STATES.index(spot.state) for spot in record.spots], int)
    slot = np.clip(np.ceil(record.move_hour - after - INSTANT).astype(int), 0, last)
    size, people = (last + 1) * len(STATES), record.move_people.astype(float)
    came = np.bincount(of_spot[record.move_destination] * (last + 1) + slot, people, size)
    went = np.bincount(of_spot[record.move_origin] * (last + 1) + slot, people, size)
    first = np.bincount(of_spot, record.first, len(STATES))
    changes = np.cumsum((came - went).reshape(len(STATES), last + 1), axis=1)[:, :last]
    result: Array = first[:, None] + changes
    return result


def verify(record: Record) -> None:
    """Check every sum of people, vehicles and litres; ConservationError names the one that does not hold."""
    _sum_of_people(record)
    _no_negative_count(record)
    _received_after_arriving(record)
    vehicles(record)
    if record.fuel is not None:
        litres(record.fuel)
    rations(record.supply)


def _sum_of_people(record: Record) -> None:
    there, present = int(record.first.sum()), record.scenario.present
    if there != present:
        raise ConservationError(f"people: {there:,} are in some state at hour 0, {present:,} are present")
    if len(record.move_people) and record.move_people.min() < 0:
        raise ConservationError("people: a move takes fewer than none")


def _no_negative_count(record: Record) -> None:
    """At no spot are ever fewer than no people, at any instant at which somebody moves."""
    order = np.argsort(record.move_hour, kind="stable")
    spots, changes = _moved(record, order)
    by_spot = np.argsort(spots, kind="stable")
    size = np.bincount(spots, minlength=len(record.spots))
    sums, ends = np.cumsum(changes[by_spot]), np.cumsum(size)
    before = np.concatenate([[0], sums])[ends - size] - record.first
    few = np.flatnonzero(sums < np.repeat(before, size))
    spot, later = spots[by_spot[few]], np.minimum(few + 1, len(by_spot) - 1)
    hour, then = (record.move_hour[order[by_spot[at] // 2]] for at in (few, later))
    wrong = np.flatnonzero((few + 1 == ends[spot]) | (then > hour + INSTANT))  # the others are made up for at once
    if len(wrong):
        at, where = few[wrong[0]], spot[wrong[0]]
        count, name = sums[at] - before[where], "/".join(record.spots[where])
        raise ConservationError(f"people: {count:,} are in {name} at hour {hour[wrong[0]]:.3f}")


def _moved(record: Record, order: Array) -> tuple[Array, Array]:
    """Spots that moves leave and enter, one after the other, and the change of people there."""
    spots, changes = np.empty((len(order), 2), np.int16), np.empty((len(order), 2), np.int64)
    spots[:, 0], spots[:, 1] = record.move_origin[order], record.move_destination[order]
    changes[:, 1] = record.move_people[order]
    np.negative(changes[:, 1], out=changes[:, 0])
    return spots.ravel(), changes.ravel()


def _received_after_arriving(record: Record) -> None:
    there = states(record)[:, -1]
    received = sum(there[STATES.index(state)] for state in RECEIVED)
    arrived = record.counts["arrived"][1].sum()
    arrived += discharged(record)
    if received > arrived:
        raise ConservationError(f"people: {received:,.0f} are received where {arrived:,} arrived")


def discharged(record: Record) -> int:
    """Patients who have left hospital: they were taken there without being counted as arrived."""
    changes = record.chain.changes if record.chain is not None else ()
    return sum(more for _, _, stage, _, more in changes if stage == "discharged")


def vehicles(record: Record) -> None:
    """Every vehicle that got onto the road has left its end, stalled, is in service, or stands on one link."""
    logs = record.links
    if not any(len(log.party) for log in logs):
        return
    party, left = np.concatenate([log.party for log in logs]), np.concatenate([log.left for log in logs])
    stalled = np.concatenate([log.stalled for log in logs]).astype(bool)
    at_end = np.concatenate([np.full(len(log.party), log.leads_out) for log in logs])
    count = int(party.max()) + 1
    ended = np.bincount(party[np.isnan(left) | stalled | at_end], minlength=count)
    if ended.max() > 1:
        raise ConservationError(f"vehicles: vehicle {int(ended.argmax())} is in two places at once")
    seen = np.bincount(party, minlength=count) > 0
    lost = np.flatnonzero(seen & (ended == 0) & ~_in_service(record, party, left))
    if len(lost):
        raise ConservationError(f"vehicles: {len(lost)} have left the road on the way, vehicle {lost[0]} first")


def _in_service(record: Record, party: Array, left: Array) -> Array:
    """Vehicles whose last passage began a service at a post that has not let them go, shape (vehicles,)."""
    count = int(party.max()) + 1
    last, begun = np.full(count, -np.inf), np.full(count, -np.inf)
    np.maximum.at(last, party, np.nan_to_num(left, nan=np.inf))
    for post in record.posts:
        known = post.party < count
        np.maximum.at(begun, post.party[known], post.begun[known])
    result: Array = begun >= last
    return result


def litres(book: FuelBook) -> None:
    """What vehicles held, depots had and deliveries brought equals what was burnt, was lost and is left."""
    before = book.held_first + book.stock_first + book.delivered
    after = book.burnt + book.lost + book.held_last + book.stock_last
    if abs(before - after) > LITRES * max(before, 1.0):
        raise ConservationError(
            f"litres: {before:,.3f} were held, in stock or delivered, {after:,.3f} are accounted for"
        )
    if min(book.held_last, book.stock_last) < -LITRES * max(before, 1.0):
        raise ConservationError("litres: fewer than none are left")


def rations(supply: SupplyRecord) -> None:
    """What was in store or came is handed out, sent on, lost or left; no store ever holds less than none."""
    for row in supply.rows:
        gone = float(row.drawn.sum()) + row.late + row.sent + row.lost + float(row.stock[-1])
        if abs(row.received - gone) > RATION * max(row.received, 1.0):
            told = f"{row.received:,.3f} were there or came, {gone:,.3f} are accounted for"
            raise ConservationError(f"rations of {row.name}: {told}")
        if row.stock.min(initial=0.0) < -RATION * max(row.received, 1.0):
            raise ConservationError(f"rations of {row.name}: {row.stock.min():,.3f} are in stock")
    for item, sums in supply.rations.items():
        given = sum(float(row.drawn.sum()) for row in supply.rows if row.item == item)
        if abs(given - sums.met) > RATION * max(given, 1.0) or sums.met > sums.wanted * (1 + RATION) + RATION:
            text = f"stores gave {given:,.3f}, {sums.met:,.3f} of {sums.wanted:,.3f} wanted were met"
            raise ConservationError(f"rations of {item}: {text}")
    sent = sum(row.sent for row in supply.rows)
    if abs(sent - supply.moved - supply.under_way) > RATION * max(sent, 1.0):
        text = f"{sent:,.3f} were sent on, {supply.moved:,.3f} came and {supply.under_way:,.3f} are under way"
        raise ConservationError(f"rations between stores: {text}")
