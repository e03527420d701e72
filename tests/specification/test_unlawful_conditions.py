"""What an advertisement may not say, and what it may. The table reads as a manual: words, and what is found in them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.reference.unlawful_conditions import load_articles, load_required_particulars, load_unlawful_conditions
from matching.vacancy_compliance import check_text

U, D = "unlawful", "doubtful"


@pytest.mark.parametrize(
    ("text", "code", "severity", "words"),
    [
        # Sex: neither a limit nor a preference, for either.
        ("装卸工，限男性", "sex", U, "限男性"),
        ("文员若干，女士优先", "sex", U, "女士优先"),
        ("男生优先，吃苦耐劳", "sex", U, "男生优先"),
        ("业务员（男）", "sex", U, "（男）"),
        ("招女工，包吃住", "sex", U, "招女工"),
        ("性别：女", "sex", U, "性别：女"),
        ("男性，能倒班", "sex", U, "男性"),
        ("女文员一名", "sex", U, "女文员"),
        ("夜间值守，女性勿扰", "sex", U, "女性勿扰"),
        # Marriage and children.
        ("已婚已育优先", "marriage_and_children", U, "已婚已育优先"),
        ("要求未婚", "marriage_and_children", U, "要求未婚"),
        ("三年内不得怀孕", "marriage_and_children", U, "三年内不得怀孕"),
        ("简历请注明婚育状况", "marriage_and_children", U, "请注明婚育状况"),
        ("宝妈优先", "marriage_and_children", D, "宝妈优先"),
        # Ethnicity and religion.
        ("汉族优先", "ethnicity", U, "汉族优先"),
        ("少数民族勿扰", "ethnicity", U, "少数民族勿扰"),
        ("朝鲜族优先", "ethnicity", D, "朝鲜族优先"),
        ("要求无宗教信仰", "religion", U, "无宗教信仰"),
        # Household registration and origin: a limit is unlawful, a preference needs a reason.
        ("限本地户口", "household", U, "限本地户口"),
        ("户籍要求：长春市", "household", U, "户籍要求：长春市"),
        ("外地人勿扰", "household", U, "外地人勿扰"),
        ("籍贯：吉林", "household", U, "籍贯：吉林"),
        ("本地人优先", "household", D, "本地人优先"),
        ("长春户口优先", "household", D, "长春户口优先"),
        # Health.
        ("入职体检查乙肝两对半", "hepatitis_b", U, "体检查乙肝两对半"),
        ("乙肝携带者勿扰", "hepatitis_b", U, "乙肝携带者勿扰"),
        ("无艾滋病", "infectious_disease", U, "无艾滋"),
        ("仓库理货员，无传染病", "infectious_disease", D, "无传染病"),
        ("残疾人勿扰", "disability", U, "残疾人勿扰"),
        ("四肢健全", "disability", D, "四肢健全"),
        # Appearance and superstition.
        ("身高170cm以上", "appearance", D, "身高170"),
        ("处女座勿扰", "superstition", U, "处女座勿扰"),
        ("老板属蛇，不招属虎的", "superstition", U, "不招属虎"),
        # Age: no article names it among the forbidden grounds, which end with 等; it needs a reason in the work.
        ("18-35岁", "age", D, "18-35岁"),
        ("年龄在20周岁至45周岁之间", "age", D, "年龄在20周岁至45周岁之间"),
        ("35周岁以下，经验不限", "age", D, "35周岁以下"),
        ("年龄40岁以内", "age", D, "年龄40岁以内"),
        ("年龄不超过50岁", "age", D, "不超过50岁"),
        ("三十五岁以下", "age", D, "三十五岁以下"),
        ("１８～４５周岁", "age", D, "１８～４５周岁"),
        ("95后优先", "age", D, "95后优先"),
        ("超龄勿扰", "age", D, "超龄勿扰"),
        ("招15岁以上学徒", "age", U, "15岁以上"),
        # Money, security, documents.
        ("入职需交押金500元", "fees_and_deposits", U, "入职需交押金500元"),
        ("服装费200元", "fees_and_deposits", U, "服装费200"),
        ("培训费从工资中扣", "fees_and_deposits", U, "培训费从工资中扣"),
        ("押一个月工资", "fees_and_deposits", U, "押一个月工资"),
        ("须提供本地担保人", "fees_and_deposits", U, "须提供本地担保人"),
        ("先培训后付款，学费可分期", "fees_and_deposits", D, "先培训后付款"),
        ("入职扣押身份证", "withheld_documents", U, "扣押身份证"),
        ("毕业证原件由公司统一保管", "withheld_documents", U, "毕业证原件由公司统一保管"),
        ("试岗三天无工资", "unpaid_trial", U, "试岗三天无工资"),
        ("不缴纳社保", "no_social_insurance", U, "不缴纳社保"),
        # What is itself an offence.
        ("兼职刷单，日结", "criminal_offer", U, "兼职刷单"),
        ("高价收购银行卡", "criminal_offer", U, "高价收购银行卡"),
        ("夜场公关高薪", "criminal_offer", D, "夜场公关"),
    ],
)
def test_found(text: str, code: str, severity: str, words: str) -> None:
    assert [(f.code, f.severity, f.words) for f in check_text(text) if f.code == code][:1] == [(code, severity, words)]


@pytest.mark.parametrize(
    "text",
    [
        "男女不限，经验不限",
        "性别不限",
        "招女装导购、女鞋营业员",
        "妇女节礼品，子女福利，女职工产假",
        "形象好，气质佳，五官端正",
        "负责男士护肤品销售",
        "婚育不限",
        "未婚员工联谊活动，单身公寓",
        "婚假、产假、结婚礼金",
        "民族不限，少数民族优先",
        "汉族服饰设计师",
        "不论性别、民族、宗教信仰，一视同仁",
        "户籍不限",
        "可解决长春户口，人才落户补贴",
        "熟悉本地市场，有本地客户资源",
        "居住在净月区附近",
        "乙肝疫苗推广专员",
        "体检不检查乙肝",
        "厨师，持健康证，无传染病",
        "残疾人优先，残疾人专岗",
        "身体健康，能适应夜班",
        "身高不限",
        "星座不限，性格开朗",
        "年满18周岁",
        "16周岁以上，未成年工依法保护",
        "18-60岁",
        "未达到法定退休年龄",
        "团队平均年龄26岁",
        "教3到12岁孩子画画",
        "面向60岁以上老人的护理",
        "驾龄20年以上",
        "1-3年经验，月薪4000-5000元",
        "无需押金，不收任何费用",
        "入职不交服装费、培训费",
        "负责核算客户保证金和投标保证金",
        "培训费用由公司承担",
        "缴纳五险一金",
        "不扣押身份证",
        "携带身份证原件和复印件面试",
        "应聘者提供身份证复印件",
        "试用期工资4000元",
        "有社保断缴的也可以投",
        "识别刷单、防范刷信誉行为",
        "退役军人优先，党员优先",
        "本科以上，985院校优先",
    ],
)
def test_harmless(text: str) -> None:
    assert check_text(text) == ()


def test_underground_mining_may_ask_for_men_because_the_state_bars_women_from_it() -> None:
    assert check_text("煤矿井下采掘工，限男性") == ()
    assert [f.code for f in check_text("煤矿地面皮带工，限男性")] == ["sex"]


def test_several_conditions_are_found_in_the_order_of_the_text() -> None:
    found = check_text("限女性，35岁以下，未婚，须交服装费")
    assert [f.code for f in found] == ["sex", "age", "marriage_and_children", "fees_and_deposits"]


def test_a_finding_names_the_article_and_a_lawful_wording_in_both_languages() -> None:
    (found,) = check_text("限男性")
    assert "就业促进法》第二十七条" in found.article_zh
    assert "Employment Promotion Law, Article 27" in found.article_en
    assert found.advice_zh
    assert found.advice_en


def test_an_article_counts_from_the_day_it_is_in_force() -> None:
    (before,) = check_text("限男性", as_of=date(2022, 12, 31))
    (after,) = check_text("限男性", as_of=date(2023, 1, 1))
    assert "妇女权益保障法》第四十三条" not in before.article_zh
    assert "妇女权益保障法》第四十三条" in after.article_zh
    assert check_text("限男性", as_of=date(1990, 1, 1)) == ()


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("男女限招婚族户口岁押金证-35，。（）乙肝 \n"))))
def test_any_text_is_taken_and_findings_point_into_it(text: str) -> None:
    for found in check_text(text):
        assert 0 <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == found.words


def test_every_condition_and_particular_has_articles_advice_and_dates() -> None:
    for rule in (*load_unlawful_conditions(), *load_required_particulars().values()):
        assert rule.articles
        assert rule.name_zh
        assert rule.name_en
        assert rule.advice_zh
        assert rule.advice_en
    for article in load_articles().values():
        assert article.valid_until is None or article.valid_from < article.valid_until
        assert article.source in {"条文已对照全文", "条文已对照转载", "条文未核"}
    cited = {a.key for r in (*load_unlawful_conditions(), *load_required_particulars().values()) for a in r.articles}
    assert cited == set(load_articles())
