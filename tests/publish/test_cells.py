"""Numbers and text as they are written."""

from __future__ import annotations

import csv
from io import StringIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.publish import cells


def test_numbers_are_written_without_trailing_zeros_and_never_as_minus_zero() -> None:
    assert cells.numbers([1.0, 2.5, -0.0, 1e-12, 100000.0]) == ["1", "2.5", "0", "0", "100000"]


def test_what_is_not_known_or_never_happens_is_an_empty_cell() -> None:
    assert cells.numbers([np.nan, np.inf]) == ["", ""]


@pytest.mark.parametrize("text", ["=1+1", "@cmd", "+49 30", "-x", "\tx"])
def test_text_is_never_a_formula(text: str) -> None:
    (written,) = cells.texts([text])
    assert written.lstrip('"').startswith("'")


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1))
def test_text_is_read_back_as_it_was_told(text: str) -> None:
    told = f"a{text}"  # never a formula
    (row,) = csv.reader(StringIO(cells.texts([told])[0]))
    assert row == [told]


def test_a_number_that_begins_with_a_minus_stays_a_number() -> None:
    assert cells.texts(["-5"]) == ["-5"]
