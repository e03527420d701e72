"""What is read from Chinese job text. Each table reads as a manual: the words, and what they mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import DataError
from data.facts.conditions import Conditions, find_conditions
from data.facts.credentials import find_credentials
from data.facts.education import find_education
from data.facts.experience import find_experience_years
from data.facts.headcount import find_headcount
from data.facts.numerals import with_digits
from data.facts.pay import Pay, parse_pay
from data.facts.wishes import find_wishes
from data.facts.work_history import find_jobs


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("1-1.5万/月", 10_000, 15_000),
        ("5千-8千", 5_000, 8_000),
        ("5-8千/月", 5_000, 8_000),
        ("0.8-1万/月", 8_000, 10_000),
        ("15-20万/年", 12_500, 16_667),
        ("10万以上/年", 8_333, None),
        ("150元/天", 3_262, 3_262),  # × 21.75 working days
        ("20元/小时", 3_480, 3_480),  # × 8 hours × 21.75
        ("8K-12K", 8_000, 12_000),
        ("8-12k·13薪", 8_000, 12_000),
        ("4,000-6,000元/月", 4_000, 6_000),
        ("４０００～６０００元", 4_000, 6_000),
        ("三千五到五千", 3_500, 5_000),
        ("五千往上", 5_000, None),
        ("一个月不能低于3500块", 3_500, None),
        ("1.5万以下/月", None, 15_000),
        ("4500", 4_500, 4_500),
        ("3500以上", 3_500, None),
        ("4000-6000元", 4_000, 6_000),
        ("1.2w-1.5w", 12_000, 15_000),
        ("8000-1.2万", 8_000, 12_000),  # the unit is not shared: 8000 is no 80 million
        ("4000-6千", 4_000, 6_000),
        ("100-150万/年", 83_333, 125_000),
        ("3千5", 3_500, 3_500),
        ("四五千", 4_000, 5_000),
        ("一天二百", 4_350, 4_350),
        ("200一天", 4_350, 4_350),  # not 2001 a day
        ("年薪15-20万", 12_500, 16_667),
        ("时薪20", 3_480, 3_480),
        ("5000元/月,年底双薪", 5_000, 5_000),  # not a sum a year
        ("五险一金,5000元", 5_000, 5_000),
        ("8小时4000元", 4_000, 4_000),
        ("底薪3000+提成", 3_000, None),
        ("6000以上,上不封顶", 6_000, None),
    ],
)
def test_pay(text: str, least: float | None, most: float | None) -> None:
    assert parse_pay(text) == Pay(least, most)


def test_pay_to_be_agreed_and_the_crawl_that_means_ten_thousands_a_year() -> None:
    assert parse_pay("面议") == Pay(None, None, negotiable=True)
    assert parse_pay("5-7", "万/年") == Pay(4_167, 5_833)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("-3000", "negative"),
        ("", "no pay"),
        ("高薪", "no pay"),
        ("8000-4000", "more at least"),
        ("900万/月", "check"),
        ("5-8", "check"),
        ("0.5元/件", "by the piece"),
        ("80元/课时", "by the piece"),
        ("2000美元/月", "not in CNY"),
        ("负3000", "negative"),
        ("五险一金", "no pay"),
    ],
)
def test_pay_that_is_none(text: str, says: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_pay(text)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("大专及以上", 4),
        ("统招本科", 5),
        ("高中/中专", 3),
        ("初中及以下", 2),
        ("学历不限", 0),
        ("硕士研究生", 6),
        ("无", None),
        ("本科/大专", 4),  # either will do
        ("学历不限，本科优先", 0),  # preferred is not required
        ("小学英语老师", None),  # a place of work
        ("本科室", None),
    ],
)
def test_education(text: str, level: int | None) -> None:
    assert find_education(text) == level


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("3-4年经验", 3), ("10年以上经验", 10), ("无需经验", 0), ("在工地干过3年架子工", 3), ("干了十多年", 10),
        ("半年", 0.5), ("一年半", 1.5), ("实习了6个月", 0.5), ("干过五年", 5), ("能吃苦", None),
        ("二十多年", 20), ("两三年", 2), ("十五六年", 15), ("一年以上", 1), ("有2年以上经验者优先", None),
        ("2018年毕业", None), ("5年级", None), ("1" * 5000 + "年", None),
    ],
)  # fmt: skip
def test_experience(text: str, years: float | None) -> None:
    assert find_experience_years(text) == years


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("有C1驾照", ["DL-C1"]),
        ("A2本，货运从业资格证齐全", ["DL-A2", "TQ-GOODS"]),
        ("B2票", ["DL-B2"]),
        ("没有驾照", []),
        ("型号ABC100", []),
        ("持健康证，电工证", ["HEALTH", "OP-ELEC-LOW"]),
        ("焊工证、叉车证都有", ["OP-WELD", "SE-FORKLIFT"]),
        ("英语六级，会日语", ["EN-CET6", "JA"]),
        ("Ｃ１驾照", ["DL-C1"]),
        ("A1A2驾照", ["DL-A1", "DL-A2"]),
        ("A2、B2驾照", ["DL-A2", "DL-B2"]),
        ("司机（C1）", ["DL-C1"]),
        ("B2司机", ["DL-B2"]),
        ("会计从业资格证", ["ACC-JUNIOR"]),
        ("有驾照没有健康证", ["DL-C1"]),
        # denied, one by one or as a list; not yet earned; lapsed; only preferred
        ("不要求有A2驾照", []),
        ("没有电工证和焊工证", []),
        ("电工证、焊工证都没有", []),
        ("想考叉车证，教师资格证在考，厨师证正在办", []),
        ("中级会计过了两科", []),
        ("健康证过期了", []),
        ("C1驾照没有", []),
        ("A2本过期了", []),
        ("有C1驾照者优先", []),
        # not credentials at all
        ("B/S架构，C1栋3楼，Q1季度，B、C类小店", []),
        ("驾照补贴", []),
        ("第一建筑公司", []),
        # as listed, and as spoken
        ("A2 B2都有", ["DL-A2", "DL-B2"]),
        ("驾龄12年，C1，跑过滴滴", ["DL-C1"]),
        ("证书：C1、叉车证", ["DL-C1", "SE-FORKLIFT"]),
        ("安全员C本", ["SAFETY-C"]),
        ("特种作业证（焊接），网约车资格证，T证", ["OP-WELD", "TQ-RIDE", "SE-LIFT"]),
        ("塔吊信号工，证齐全", ["OP-TOWER"]),
        ("日语N1", ["JA"]),
        ("数控车工四级证，法考A证", ["CNC", "LAWYER"]),
        ("本科｜C1｜销售", ["DL-C1"]),
        ("二级建造师还不能考", []),
    ],
)
def test_credentials(text: str, codes: list[str]) -> None:
    assert [mention.code for mention in find_credentials(text)] == codes


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("包吃住", Conditions(True, True, None, None, False)),
        ("五险一金、员工宿舍、餐饮补贴", Conditions(True, True, None, None, False)),
        ("住房公积金", Conditions(None, None, None, None, False)),
        ("两班倒，有夜班", Conditions(None, None, True, True, False)),
        ("长白班，不倒班", Conditions(None, None, False, False, False)),
        ("不提供食宿", Conditions(False, False, None, None, False)),
        ("退役军人优先", Conditions(None, None, None, None, True)),
        ("包吃不包住", Conditions(True, False, None, None, False)),
        ("食宿自理", Conditions(False, False, None, None, False)),
        ("没有宿舍", Conditions(None, False, None, None, False)),
        ("三班倒，双休", Conditions(None, None, None, True, False)),  # what is named wins over what is implied
        ("白班、夜班轮换", Conditions(None, None, True, None, False)),
        ("宿舍管理员", Conditions(None, None, None, None, False)),
        ("食堂厨师", Conditions(None, None, None, None, False)),
        ("住房补贴", Conditions(None, None, None, None, False)),
    ],
)
def test_conditions(text: str, conditions: Conditions) -> None:
    assert find_conditions(text) == conditions


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("2人", 2),
        ("招3-5名", 3),
        ("十人", 10),
        ("若干", None),
        ("", None),
        ("5", 5),
        ("2023年招5人", 5),
        ("0人", None),
        ("零点五个", None),
    ],
)
def test_headcount(text: str, people: int | None) -> None:
    assert find_headcount(text) == people


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("三千五", "3500"),
        ("两万", "20000"),
        ("１０", "10"),
        ("5千", "5千"),
        ("3千5", "3500"),
        ("1万二", "12000"),
        ("四五千", "4000-5000"),
        ("一百七八十", "170-180"),
        ("两千六七", "2600-2700"),
        ("百八十", "80-100"),
        ("三百八十", "380"),
        ("两三年", "2-3年"),
        ("5千8人", "5千8人"),
    ],
)
def test_numerals(text: str, digits: str) -> None:
    assert with_digits(text) == digits


@given(st.text(alphabet="0123456789.-~万千kK元/月年天小时一二三五十百面议以上下到 薪abc，", max_size=30))
def test_any_text_is_pay_in_order_or_a_data_error(text: str) -> None:
    try:
        pay = parse_pay(text)
    except DataError:
        return
    stated = [amount for amount in (pay.min_cny_month, pay.max_cny_month) if amount is not None]
    assert stated == sorted(stated)
    assert all(amount >= 0 for amount in stated)


@given(st.text(max_size=80))
def test_readers_take_any_text(text: str) -> None:
    find_conditions(text)
    assert find_education(text) in {None, *range(8)}
    assert 0 <= (find_experience_years(text) or 0) <= 60
    assert 1 <= (find_headcount(text) or 1) <= 100_000
    for found in (*find_credentials(text), *find_wishes(text), *find_jobs(text)):
        assert 0 <= found.start < found.end <= len(text)
