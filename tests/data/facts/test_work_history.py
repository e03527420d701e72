"""Work told of, in the ways that people tell it."""

from __future__ import annotations

import pytest

from data.facts.work_history import JobMention, find_jobs, find_total_years


@pytest.mark.parametrize(
    ("text", "title", "years"),
    [
        ("在工地干过3年架子工", "架子工", 3),
        ("以前在工地干瓦工干了十五六年", "瓦工", 15),
        ("保洁干了8年", "保洁", 8),
        ("塔吊开了七年", "塔吊", 7),
        ("送过一年半外卖", "送外卖", 1.5),
        ("做超市收银员三年", "超市收银员", 3),
        ("有3年电工经验", "电工", 3),
        ("当过服务员和洗碗工", "服务员和洗碗工", None),
        ("农闲还给人拉过货", "拉货", None),
        ("给人打扫过卫生", "打扫卫生", None),
        ("以前是国营商场营业员", "国营商场营业员", None),
        ("原来厂里的司炉工", "司炉工", None),
        ("看过几年大门", "看大门", None),
        ("焊工", "焊工", None),
        ("理发的", "理发", None),
        ("出纳5年", "出纳", 5),
        ("8年制造业财务", "制造业财务", 8),
        ("站柜台站了三年半", "站柜台", 3.5),
        ("在幼儿园食堂干过八年", "幼儿园食堂", 8),
        ("教培机构教了5年小学初中英语", "教小学初中英语", 5),
        ("退伍后在商场干过一年安保", "安保", 1),
        ("在国企做了二十六年账", "做账", 26),
        ("先在养老院后在医院当护工", "护工", None),
        ("跑过滴滴", "滴滴", None),
        ("瓦工、抹灰、贴砖都干过", "瓦工、抹灰、贴砖", None),
    ],
)
def test_one_job(text: str, title: str, years: float | None) -> None:
    (job,) = find_jobs(text)
    assert (job.title, job.years) == (title, years)
    assert text[job.start : job.end] in text


@pytest.mark.parametrize(
    "text",
    [
        "想找干过3年的师傅",  # wanted, not done
        "没干过架子工",
        "带娃五年没上班",
        "断断续续打过零工",
        "下岗职工",
        "想找电焊工,维修工",  # after a wish a trade is wished for as well
        "能吃苦",
        "公务员考了三年",
        "离退休还有三年",
        "在设计院实习一年",
        "92年的老兵",
        "跑长途也行",
        "党员",
        "会做表,打字快",
        "退伍两年了",
    ],
)
def test_no_job(text: str) -> None:
    assert find_jobs(text) == []


def test_two_works_in_one_breath() -> None:
    assert [(job.title, job.years) for job in find_jobs("做过2年前台1年教务")] == [("前台", 2), ("教务", 1)]
    assert [job.title for job in find_jobs("摆过摊卖过菜")] == ["摆摊", "卖菜"]


def test_a_place_of_work_gives_its_years_to_the_trade_told_before() -> None:
    (job,) = find_jobs("叉车司机，在物流园干了8年")
    assert (job.title, job.years) == ("叉车司机", 8)


def test_years_told_alone_belong_to_the_job_before() -> None:
    text = "原来在饭店当服务员,干了两三年"
    assert find_jobs(text) == [JobMention("服务员", 2.0, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("做销售5年,做过两年店长", 7),  # summed
        ("保洁干了8年,打工二十年", 20),  # a larger total that is said
        ("工龄12年", 12),
        ("当过保安", None),
        ("带娃五年没上班", None),
        ("店长干了两年，总共入行十一年", 11),
        ("干到厂子破产整十六年", 16),
        ("跟工程走了十来年", 10),
        ("焊龄14年", 14),
        ("部队干了16年", 16),
        ("驾龄12年", None),
    ],
)
def test_years_in_all(text: str, years: float | None) -> None:
    found = find_total_years(text, find_jobs(text))
    assert (found[0] if found else None) == years
