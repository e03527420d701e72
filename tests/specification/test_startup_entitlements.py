"""What a person who starts a business is entitled to on 2026-06-01, asked about, or may apply for later."""

from __future__ import annotations

from typing import Any

import pytest

from data.errors import ConfigurationError
from data.reference.startup_support import load_support_rules, startup_conditions_of, support_rule
from tests.data.records_for_tests import AS_OF
from tests.training_recs.entrepreneurship.startup_for_tests import starter
from training_recs.entrepreneurship.entitlements import entitlements

E, ASK, LATER, NOT = "entitled", "ask", "later", None
OPEN: dict[str, Any] = {"stage": "trading", "has_licence": True}
"""Registered on a day given beside it, and trading since."""

# person's groups, what was told of the wish, support asked about → its variant, verdict, questions
CASES: list[tuple[tuple[str, ...], dict[str, Any], str, str | None, str | None, set[str]]] = [
    # training: one of the groups, of working age, at any stage
    (("graduate",), {}, "training", "training", E, set()),
    ((), {"standings": "registered_unemployed_half_year"}, "training", "training", E, set()),
    ((), {}, "training", None, NOT, set()),
    ((), {"standings_complete": False}, "training", "training", ASK, {"group"}),
    (("veteran",), {"standings_complete": False}, "training", "training", ASK, {"group"}),
    (("rural_transferred",), {"born": "1958-01-01"}, "training", None, NOT, set()),
    (("rural_transferred",), {"born": "1963-01-01"}, "training", "training", E, set()),
    # a loan: registered, with a licence; other loans are always asked about
    (("veteran",), {}, "loan_personal", "loan_personal", LATER, {"further"}),
    (("veteran",), {**OPEN, "registered_on": "2026-01-10"}, "loan_personal", "loan_personal", ASK, {"further"}),
    (("veteran",), {"stage": "registered"}, "loan_personal", "loan_personal", ASK, {"licence", "further"}),
    (("veteran",), {"stage": "registered", "has_licence": False}, "loan_personal", "loan_personal", LATER, {"further"}),
    (("veteran",), {"stage": None}, "loan_personal", "loan_personal", ASK, {"stage", "licence", "further"}),
    # a loan for a firm is for a firm
    ((), {**OPEN, "registered_on": "2026-01-10"}, "loan_small_firm", None, NOT, set()),
    ((), {**OPEN, "registered_on": "2026-01-10", "form": None}, "loan_small_firm", "loan_small_firm", ASK,
     {"form", "further"}),
    # first business: a year after registration for some, half a year for people lifted from poverty
    (("urban_hardship",), {**OPEN, "registered_on": "2025-06-02"}, "first_business", "hardship_or_graduate", LATER,
     {"further"}),
    (("urban_hardship",), {**OPEN, "registered_on": "2025-06-01"}, "first_business", "hardship_or_graduate", ASK,
     {"further"}),
    ((), {**OPEN, "registered_on": "2025-12-01", "standings": "lifted_from_poverty"}, "first_business",
     "lifted_from_poverty", ASK, {"further"}),
    (("urban_hardship",), {**OPEN, "registered_on": "2025-06-01", "first_business": False}, "first_business", None, NOT,
     set()),
    (("urban_hardship",), {**OPEN, "registered_on": "2025-06-01", "first_business": None}, "first_business",
     "hardship_or_graduate", ASK, {"first_business", "further"}),
    (("urban_hardship",), {**OPEN}, "first_business", "hardship_or_graduate", ASK, {"age_of_business", "further"}),
    (("veteran",), {**OPEN, "registered_on": "2025-01-01", "standings_complete": False}, "first_business", "township",
     ASK, {"further"}),
    # tax: self-employed, within 36 months of registration
    (("graduate",), {**OPEN, "registered_on": "2023-06-01"}, "tax", "key_groups", E, set()),
    (("graduate",), {**OPEN, "registered_on": "2023-05-01"}, "tax", None, NOT, set()),
    (("graduate",), {**OPEN, "registered_on": "2026-05-01", "form": "small_firm"}, "tax", None, NOT, set()),
    (("zero_employment_family",), {**OPEN, "registered_on": "2026-05-01"}, "tax", None, NOT, set()),
    (("zero_employment_family",), {**OPEN, "registered_on": "2026-05-01", "standings": "registered_unemployed"}, "tax",
     "key_groups", E, set()),
    (("veteran",), {**OPEN, "registered_on": "2026-05-01"}, "tax", "veterans", ASK, {"further"}),
    # workspace: not yet with a mere idea, not after three years
    (("graduate",), {"stage": "idea"}, "site", "site", LATER, set()),
    (("graduate",), {}, "site", "site", E, set()),
    (("graduate",), {**OPEN, "registered_on": "2022-01-01"}, "site", None, NOT, set()),
]  # fmt: skip


@pytest.mark.parametrize(("groups", "told", "support", "variant", "verdict", "questions"), CASES)
def test_entitlement(
    groups: tuple[str, ...], told: dict[str, Any], support: str, variant: str | None, verdict: str | None,
    questions: set[str],
) -> None:  # fmt: skip
    rules = load_support_rules(AS_OF)
    found = entitlements(starter(groups=groups, **told), rules)
    of_it = [one for one in found.to_dict("records") if rules[one["rule"]].support == support]
    told_of_it = [(rules[one["rule"]].variant, one["verdict"]) for one in of_it]
    assert told_of_it == ([] if variant is None else [(variant, verdict)])
    if variant is not None:
        assert {condition.name for condition in startup_conditions_of(of_it[0]["unknown"])} == questions


def test_a_loan_is_no_more_than_is_wanted() -> None:
    rules = load_support_rules(AS_OF)
    for wanted, expected in ((80_000, 80_000), (500_000, 300_000), (None, 300_000)):
        found = entitlements(starter(groups=("veteran",), capital_wanted_cny=wanted), rules)
        [loan] = [one for one in found.to_dict("records") if rules[one["rule"]].support == "loan_personal"]
        assert loan["amount_cny"] == expected


def test_a_rule_that_is_out_of_force_is_not_applied() -> None:
    assert "tax" not in {rule.support for rule in load_support_rules(AS_OF.replace(year=2028))}


def test_a_misspelt_group_in_the_file_is_told() -> None:
    with pytest.raises(ConfigurationError, match="unknown people veterans"):
        support_rule({"variant": "x", "any_of": "graduate|veterans"})
