"""Free colloquial text → typed fields that point to their words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.market import market_from_records
from models.occupation_coder import OccupationCoder
from models.profile_reader import mask_identifiers, read_profile

SCAFFOLDER = "在工地干过3年架子工,有C1驾照,想找包吃住的活,月薪5000以上"


def test_a_scaffolder_in_his_own_words(coder: OccupationCoder) -> None:
    reading = read_profile(SCAFFOLDER, coder)
    (job,) = reading.values("experience")
    assert (job.title, job.years, job.occupation_code) == ("架子工", 3, "6-29-01-05")
    assert reading.values("credential") == ["DL-C1"]
    assert reading.value("wage_min_cny_month") == 5_000
    assert reading.value("needs_board") is True
    assert reading.value("needs_lodging") is True
    assert reading.value("desired_title") is None  # "work with board and lodging" names no work
    words = {found.field: SCAFFOLDER[found.start : found.end] for found in reading.fields}
    assert words["wage_min_cny_month"] == "月薪5000以上"
    assert words["experience"] == "干过3年架子工"


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("今年45，高中文化，想当更夫", "age", 45),
        ("今年45，高中文化，想当更夫", "education_level", 3),
        ("教了5年小学初中英语，本科英语专业", "education_level", 5),
        ("本科英语专业", "major", "英语"),
        ("一个月不能低于三千五", "wage_min_cny_month", 3_500),
        ("工资按月发就行", "wage_min_cny_month", None),
        ("打字一分钟70字", "wage_min_cny_month", None),
        ("不上夜班", "accepts_night_work", False),
        ("夜班可以", "accepts_night_work", True),
        ("能倒班", "accepts_shift_work", True),
        ("有宿舍就行", "needs_lodging", True),
        ("要包住", "needs_lodging", True),
        ("管住更好", "needs_lodging", None),  # a wish, not a condition
        ("可以住家", "will_relocate", True),
        ("家在农安县", "district_code", "220122"),
        ("在高新区附近12公里内", "commute_limit_km", 12),
        ("在一汽干过两年", "district_code", None),  # where he worked is not where he lives
        ("想找:电工。", "desired_title", "电工"),
        ("想当保安", "desired_occupation_code", "4-07-05-01"),
        ("退伍两年了", "group", "veteran"),
        ("别干重活", "refuses", "别干重活"),
        ("别的也行", "refuses", None),
        ("今年四十二,农安的", "age", 42),
        ("孩子8岁", "age", None),
        ("高中没念完", "education_level", 2),  # completed is what counts
        ("孩子上小学得接送", "education_level", None),
        ("土木本科", "education_level", 5),
        ("护理大专", "major", "护理"),
        ("学会计的", "major", "会计"),
        ("两千五就行", "wage_min_cny_month", 2_500),
        ("一天三百以上", "wage_min_cny_month", 6_525),
        ("3k-4k", "wage_min_cny_month", 3_000),
        ("安全行车6万公里", "wage_min_cny_month", None),
        ("我是农安的", "district_code", "220122"),
        ("在绿园区住", "district_code", "220106"),
        ("南关或者朝阳都行", "district_code", "220102"),
        ("没当过兵", "group", None),
        ("我朋友有A2证，我没有", "credential", None),
        ("我儿子25，有厨师证，给他找个后厨的活", "credential", "CHEF"),  # he is the one who seeks
        ("85年的，住绿圆区", "district_code", "220106"),  # a slip
        ("85年的，住绿圆区", "birth_year", 1985),
        ("不是应届生", "group", None),
        ("孩子今年刚毕业", "group", None),
        ("农村户口", "group", "rural_transferred"),
        ("非农业户口", "group", None),
        ("老家在村里", "group", None),  # where the family is does not say what work is sought
        ("想找工地的活", "desired_occupation_code", None),  # a place of work names no occupation
    ],
)
def test_what_words_mean(coder: OccupationCoder, text: str, field: str, value: object) -> None:
    assert read_profile(text, coder).value(field) == value


@pytest.mark.parametrize(
    ("text", "title", "years"),
    [
        ("干焊工十来年了", "焊工", 10),
        ("在物流园开叉车4年", "开叉车", 4),
        ("给人家看过6年孩子", "看孩子", 6),
        ("做过网吧网管", "网吧网管", None),
        ("3年电工经验", "电工", 3),
    ],
)
def test_work_done_before(text: str, title: str, years: float | None) -> None:
    (job,) = read_profile(text, None).values("experience")
    assert (job.title, job.years) == (title, years)


def test_records_of_a_profile_make_a_market_of_one(coder: OccupationCoder) -> None:
    text = f"{SCAFFOLDER},电话13912345678,今年38,退伍军人,家在农安县"
    records = read_profile(text, coder).records("S-x", date(2026, 6, 1))
    market = market_from_records(records, date(2026, 6, 1))
    (seeker,) = market.seekers.to_dict("records")
    assert "13912345678" not in seeker["profile_text"]
    assert seeker["age_years"] == pytest.approx(38.5, abs=0.1)
    assert seeker["needs_lodging"] == 1
    assert seeker["accepts_night_work"] == -1
    assert seeker["group_mask"] == 16
    assert len(market.experience) == 1


def test_identifiers_are_masked() -> None:
    assert mask_identifiers("电话13912345678 身份证11010519491231002X 工号123456") == (
        f"电话{'*' * 11} 身份证{'*' * 18} 工号123456"
    )


@given(st.text(alphabet="干过3年电工有证想找月薪千五以上包吃住夜班在家区公里,。:今岁本科专业0123456789不", max_size=60))
def test_any_text_is_read_and_every_field_points_into_it(text: str) -> None:
    _check_any(text)


@given(st.text(max_size=80))
def test_any_unicode_is_read(text: str) -> None:
    _check_any(text)


def test_identifiers_are_masked_before_anything_is_read() -> None:
    reading = read_profile("想找电工13912345678，会修车220102197605061234", None)
    told = " ".join([reading.text, *(str(found.value) for found in reading.fields)])
    assert "13912345678" not in told
    assert "220102197605061234" not in told


def _check_any(text: str) -> None:
    reading = read_profile(text, None)
    for found in reading.fields:
        assert 0 <= found.start < found.end <= len(text)
    reading.records("S-x", date(2026, 6, 1))


def test_clauses_parted_by_spaces_only() -> None:
    reading = read_profile("应届本科 计算机专业 会java 想找开发 住净月 8k", None)
    assert reading.value("desired_title") == "开发"
    assert reading.value("wage_min_cny_month") == 8000
    assert reading.value("district_code") == "220172"
    assert reading.value("education_level") == 5
    assert reading.value("major") in (None, "计算机")
