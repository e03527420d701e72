from __future__ import annotations

from data.market import market_from_records
from matching.explanations import Explanation, explain
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy


def explained(seeker_changes: dict, vacancy_changes: dict, **tables: list) -> Explanation:
    made = records(seekers=[seeker(**seeker_changes)], vacancies=[vacancy(**vacancy_changes)], **tables)
    return explain(market_from_records(made, AS_OF), 0, 0, similarity=0.5)


def codes(reasons: tuple) -> list[str]:
    return [reason.code for reason in reasons]


def test_a_good_pair() -> None:
    found = explained({}, {"board_offered": True})
    assert codes(found.reasons_for) == ["desired_relation", "wage_surplus", "distance_km", "board_match"]
    assert found.reasons_for[1].zh == "工资中位高出最低要求25%"
    assert (found.reasons_against, found.missing, found.questions) == ((), (), ())


def test_a_missing_licence_is_named_for_training() -> None:
    required = [{"vacancy_id": "V-1", "credential_code": "OP-ELEC-LOW"}]
    found = explained({}, {}, vacancy_credentials=required)
    assert codes(found.missing) == ["credentials", "credential:OP-ELEC-LOW"]
    assert found.missing[1].zh == "缺少低压电工作业证"
    asked = explained({"credentials_complete": False}, {}, vacancy_credentials=required)
    assert codes(asked.questions) == ["credentials"]
    assert not asked.missing


def test_unknown_rules_become_questions_and_count_against() -> None:
    found = explained({"needs_lodging": True}, {"lodging_offered": None, "education_min": None})
    assert codes(found.questions) == ["education", "lodging"]
    assert found.reasons_against[-1].zh == "2项条件待确认"


def test_what_is_against() -> None:
    found = explained(
        {"desired_occupation_code": "4-03-02-01", "accepts_night_work": True, "education_level": 5},
        {"night_work": True, "wage_min_cny_month": 2000, "wage_max_cny_month": 5000},
    )
    assert codes(found.reasons_against) == ["desired_relation", "wage_surplus", "education_surplus", "shift_demand"]
