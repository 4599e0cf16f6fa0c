"""Who goes first when something is short: equal shares, unless a team has decided otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.model.allocation import shared
from sim.scenario.supplies import Allocation

AMOUNTS = st.floats(0, 1e4)


def test_all_of_one_rank_get_the_same_share_of_what_they_want() -> None:
    assert shared(15, [10, 20], [0, 0]) == pytest.approx([5, 10])


def test_the_first_rank_is_served_before_the_second() -> None:
    assert shared(15, [10, 20], [2, 1]) == pytest.approx([0, 15])
    assert shared(25, [10, 20], [2, 1]) == pytest.approx([5, 20])


@given(AMOUNTS, st.lists(st.tuples(AMOUNTS, st.integers(1, 3)), min_size=1, max_size=6))
def test_all_that_is_there_is_given_while_anybody_wants_it(amount: float, told: list[tuple[float, int]]) -> None:
    wants, ranks = [want for want, _ in told], [float(rank) for _, rank in told]
    given_ = shared(amount, wants, ranks)
    assert sum(given_) == pytest.approx(min(amount, sum(wants)), abs=1e-6)
    assert all(-1e-9 <= part <= want + 1e-6 for part, want in zip(given_, wants, strict=True))


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"rule": "equal", "order": {"goris": 1}}, "takes no `order`"),
        ({"rule": "most_vulnerable_first", "decided_by": "team"}, "needs `order`"),
        ({"rule": "by_budget", "decided_by": "team"}, "need each other"),
        ({"rule": "by_sector", "order": {"WSH": 1}}, "tell the team"),
    ],
)
def test_a_rule_says_what_it_needs_and_who_decided_it(told: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Allocation.model_validate(told)
