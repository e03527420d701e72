"""Findings of many advertisements at once, and what publication requires but is not stated."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import DataError
from matching.vacancy_compliance import COMPLIANCE_FINDINGS, check_text, check_vacancies
from tests.data.records_for_tests import EMPLOYER, records, vacancy

COMPLETE = "负责厂区电气维修。要求：持低压电工证。五险一金，双休。"


def findings(*rows: dict[str, Any], **options: Any) -> pd.DataFrame:
    return check_vacancies(records(vacancies=list(rows)).vacancies, **options)


def missing(**changes: Any) -> list[str]:
    found = findings(vacancy(**{"description": COMPLETE, **changes}))
    return found.loc[found["severity"] == "missing", "code"].tolist()


def test_an_advertisement_that_states_everything_has_no_finding() -> None:
    found = findings(vacancy(description=COMPLETE))
    assert found.empty
    assert list(found.columns) == list(COMPLIANCE_FINDINGS.columns)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"headcount": None}, "headcount"),
        ({"wage_min_cny_month": None, "wage_max_cny_month": None}, "pay"),
        ({"wage_min_cny_month": None, "wage_max_cny_month": None, "wage_negotiable": True}, "pay"),  # 面议 states none
        ({"district_code": None}, "work_place"),
    ],
)
def test_what_is_missing_in_the_columns(changes: dict[str, Any], code: str) -> None:
    assert missing(**changes) == [code]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"description": ""}, ["work_content", "benefits", "social_insurance"]),
        ({"description": "福利：五险一金、双休"}, ["work_content"]),  # a crawl that has nothing but the benefits
        ({"description": "负责电气维修，五险一金"}, []),  # education and experience are in columns
        ({"description": "负责电气维修，双休"}, ["social_insurance"]),
        ({"description": "负责电气维修"}, ["benefits", "social_insurance"]),
        ({"description": "负责电气维修", "board_offered": None, "lodging_offered": None},
         ["benefits", "social_insurance"]),
        ({"description": "负责电气维修，缴纳社保", "education_min": None, "experience_min_years": None},
         ["conditions", "benefits"]),
        ({"description": "月薪5000元，工作地点：一汽厂区，要求高中，五险，双休",
          "wage_min_cny_month": None, "wage_max_cny_month": None, "district_code": None}, []),
    ],
)  # fmt: skip
def test_what_the_text_states_is_not_missing(changes: dict[str, Any], codes: list[str]) -> None:
    benefits_unknown = {"board_offered": None, "lodging_offered": None}
    assert missing(**{**benefits_unknown, **changes}) == codes


def test_the_employer_must_be_described_where_employers_are_given() -> None:
    ads = records(vacancies=[vacancy(description=COMPLETE)]).vacancies
    known = pd.DataFrame([EMPLOYER])
    bare = pd.DataFrame([{**EMPLOYER, "industry": None}])
    assert check_vacancies(ads)["code"].tolist() == []
    assert check_vacancies(ads, known)["code"].tolist() == []
    assert check_vacancies(ads, bare)["code"].tolist() == ["employer"]
    assert check_vacancies(ads, known.iloc[:0])["code"].tolist() == ["employer"]


def test_findings_name_the_vacancy_the_part_and_the_words() -> None:
    found = findings(
        vacancy(vacancy_id="V-1", description=COMPLETE),
        vacancy(vacancy_id="V-2", title="文员（女）", description=COMPLETE + "年龄35岁以下"),
        vacancy(vacancy_id="V-3", title="保安", description=COMPLETE + "交押金300元"),
    )
    assert found[["vacancy_row", "vacancy_id", "code", "severity", "part", "words"]].to_numpy().tolist() == [
        [1, "V-2", "sex", "unlawful", "title", "（女）"],
        [1, "V-2", "age", "doubtful", "description", "年龄35岁以下"],
        [2, "V-3", "fees_and_deposits", "unlawful", "description", "交押金"],
    ]


def test_the_title_can_excuse_what_the_description_asks() -> None:
    assert findings(vacancy(title="煤矿井下掘进工", description=COMPLETE + "限男性")).empty
    assert findings(vacancy(title="煤矿文员", description=COMPLETE + "限男性"))["code"].tolist() == ["sex"]


def test_articles_are_those_of_the_day() -> None:
    ad = vacancy(description=COMPLETE + "限男性", headcount=None)
    assert findings(ad, as_of=date(1990, 1, 1)).empty
    assert findings(ad)["code"].tolist() == ["sex", "headcount"]


@pytest.mark.parametrize("unit", ["\n", "1", "　", "男", "18-35岁", "押金", "不限", "要求负责具有户口"])
def test_time_grows_with_the_length_of_the_text_and_no_faster(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        start = time.perf_counter()
        check_vacancies(pd.DataFrame([vacancy(title="电工", description=text)]))
        return time.perf_counter() - start

    seconds(len(unit))
    assert seconds(32_000) < 24 * max(seconds(4_000), 0.002)  # eight times the text; its square would take 64


def test_a_table_of_another_layout_is_refused() -> None:
    with pytest.raises(DataError, match="vacancies"):
        check_vacancies(pd.DataFrame({"title": ["电工"]}))


_WORDS = st.lists(st.sampled_from(["限男性", "电工", "35岁以下", "，", "。", "押金200元", "不限", "\n", "乙肝", "女"]))


@given(title=_WORDS, description=_WORDS)
def test_places_point_into_the_part_they_name(title: list[str], description: list[str]) -> None:
    ad = vacancy(title="".join(title) or "电工", description="".join(description))
    found = findings(ad)
    for row in found[found["severity"] != "missing"].itertuples():
        assert ad[row.part][row.start : row.end] == row.words


@given(_WORDS)
def test_one_at_a_time_and_many_at_once_agree(words: list[str]) -> None:
    text = "".join(words)
    found = findings(vacancy(title="电工", description=text))
    at_once = [(r.code, r.start, r.end) for r in found[found["severity"] != "missing"].itertuples()]
    assert at_once == [(f.code, f.start, f.end) for f in check_text(text)]
