"""Country profiles: a default, never a finding; what was reported goes before any."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.faults import ScenarioError
from sim.scenario.loader import load
from sim.scenario.standards import profiles, told
from sim.scenario.standards.profiles import GLOBAL, beside, birth_events, births_a_month, pregnancies, share

PEOPLE = 120_000
HERE = Path(__file__).resolve().parents[2]


def births(country: str) -> float:
    rate = beside("births", country).used
    assert rate is not None
    return rate


def test_pregnant_women_by_births_and_never_by_a_flat_share() -> None:
    both = pregnancies(PEOPLE, "armenia")
    assert (both.default, both.country) == (pytest.approx(2151), pytest.approx(1107))
    assert (both.origin, both.used) == ("country", both.country)
    assert PEOPLE * (share("pregnant", "armenia") or 0) == pytest.approx(1107)


def test_a_reported_number_goes_before_any_profile() -> None:
    told_ = pregnancies(PEOPLE, "armenia", 2070)
    assert (told_.origin, told_.used) == ("own", 2070)
    assert told_.country == pytest.approx(1107)
    assert share("pregnant", "armenia", {"pregnant": 0.02}) == 0.02


def test_births_and_complications_of_three_months() -> None:
    assert births_a_month(PEOPLE, births("armenia")) == pytest.approx(123)
    assert births_a_month(PEOPLE, births(GLOBAL)) == pytest.approx(239)
    assert birth_events("complications", PEOPLE, births("armenia"), 3) == pytest.approx(55.35)
    assert birth_events("complications", PEOPLE, births(GLOBAL), 3) == pytest.approx(107.55)


def test_what_a_country_does_not_tell_is_the_global_default() -> None:
    dialysis = beside("dialysis", "armenia")
    assert (dialysis.country, dialysis.origin) == (None, "default")
    assert PEOPLE * (dialysis.used or 0) == pytest.approx(27.48)


def test_infants_under_six_months_are_half_a_years_births() -> None:
    for country in (GLOBAL, "armenia"):
        assert share("infants_under_6_months", country) == pytest.approx(births(country) / 2, abs=0.0002)


def test_shares_are_shares_and_a_group_within_a_group_is_smaller() -> None:
    for country in profiles.profiles():
        for group in (*profiles.profile(GLOBAL), "infants", "children", "over_6_months", "children_6_59_months"):
            found = share(group, country)
            assert found is None or 0 <= found <= 1
    assert share("sti") == pytest.approx(0.63 * 0.05)
    assert share("care_after_violence") == pytest.approx(0.26 * 0.02)


def test_what_nobody_tells_is_not_provided() -> None:
    assert share("incontinent", "armenia") is None
    assert share("wounded") is None
    assert beside("over_65").used is None


def test_a_profile_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="no such profile: 'armenya'; did you mean 'armenia'"):
        profiles.profile("armenya")


def test_a_scenario_chooses_its_profile(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text("population:\n  total: 120000 people\n  profile: armenia\n")
    scenario = load(file)
    assert told.share_there(scenario, "school_age") == pytest.approx(0.24)
    pregnant = next(row for row in told.demography(scenario) if row.quantity == "pregnant")
    assert (pregnant.default, pregnant.country) == (pytest.approx(2151), pytest.approx(1107))
    assert pregnant.own is None
    file.write_text("population:\n  total: 120000 people\n  profile: armenya\n")
    with pytest.raises(ScenarioError, match=r"plan\.yaml:3:\d+: population\.profile: no such profile.*'armenia'"):
        load(file)


def test_the_reference_event_uses_the_women_reported() -> None:
    scenario = load(HERE / "scenarios" / "lachin_2023.yaml", {"population.profile": "armenia"})
    pregnant = next(row for row in told.demography(scenario) if row.quantity == "pregnant")
    assert (pregnant.origin, round(pregnant.used or 0)) == ("own", 2070)
    assert pregnant.country == pytest.approx(0.0123 / 12 * 9 * scenario.present)


def test_near_term_and_newborns_are_the_births_of_a_month() -> None:
    """Of 120,000: 123 by Armenia's births, 239 by global ones; of 2,070 women reported pregnant a ninth."""
    for group in ("near_term", "newborns"):
        assert 120_000 * (share(group, "armenia") or 0) == pytest.approx(123, abs=0.5)
        assert 120_000 * (share(group) or 0) == pytest.approx(239, abs=0.5)
        assert share(group, "armenia", {"pregnant": 0.18}) == pytest.approx(0.02)


def test_elderly_are_those_reported_or_of_the_profile() -> None:
    assert share("elderly", "armenia") == share("over_65", "armenia")
    assert share("elderly", "armenia", {"over_65": 0.18}) == 0.18
