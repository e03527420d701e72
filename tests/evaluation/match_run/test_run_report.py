"""The report read back: its figures, its marks, and that it needs nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from evaluation.fairness.gate import NOTHING_TO_COMPARE, GateFinding, GateVerdict
from evaluation.fairness.run_fairness import GroupFigure, RunFairness
from evaluation.match_run.run_changes import ChangeCounts
from evaluation.match_run.run_report import render_report, write_report
from evaluation.match_run.run_summary import PolicyResult, ReferralsByLot, RunSummary, Shortage, StageCost
from evaluation.match_run.run_training import ProgrammeSeats, RunTraining
from matching.without_candidates import WithoutCandidates


def policy(name: str, placements: float) -> PolicyResult:
    by_group = {"everyone": placements, "veteran": placements / 10}
    return PolicyResult(name, f"{name}办法", name, 3_000, placements, 5.0, 0.25, 0.4, 0.9, by_group)


WOMEN = GateFinding(
    "referred_share", "sex", "female", 1_000, 0.51, 0.5, 0.007, 0.05, "everyone_else", 0.9, broken=False
)
OLDER = GateFinding(
    "expected_placement", "age", "45-54", 1_000, 0.57, 0.5, 0.061, 0.03, "everyone_else", 0.001, broken=True
)
RUN = RunSummary(
    run_id="2026-06-01-1", as_of="2026-06-01", is_synthetic=True, seekers=2_000, vacancies=400, openings=1_057,
    courses=30, groups={"everyone": 2_000, "veteran": 100}, candidate_share=0.352, eligible_share=0.1,
    seekers_referred=17, vacancies_referred_to=19,
    seekers_without_candidates=WithoutCandidates(7, {"wage": 5, "several": 2}),
    vacancies_without_candidates=WithoutCandidates(11, {"nobody": 11}),
    vacancies_unseen=13, referrals_per_seeker=5,
    referrals_per_opening=3, priority={"zero_employment_family": 2.0},
    certificate=0.999999, by_lot=ReferralsByLot(0.02, 131, 3.4, 0.6), ranker={"accept": "prior"},
    policies=(policy("own_best", 200), policy("greedy", 300), policy("allocation", 400)),
    shortages=(Shortage("焊工 <b>", "南关区", 2, 4, 0.125),), stages=(StageCost("分配 / allocate", 1.25, 900),),
    changes=ChangeCounts(
        "2026-05-31-1", {"price": {
            "referrals_gained": 31, "referrals_lost": 37, "newly_listed": 41, "no_longer_listed": 43,
        }}, 47, None,
    ),
    fairness=RunFairness(
        tuple(
            GroupFigure(measure, dimension, category, 1_000, 0.5, 0.47, 0.53, (1_000.0,) * 6)
            for measure in ("referred_share", "referrals_each", "expected_placement")
            for dimension, category in (("everyone", "everyone"), ("sex", "female"), ("age", "45-54"))
        ),
        GateVerdict("2026-05-31-1", (OLDER, WOMEN), (("group", "veteran"),)),
    ),
)  # fmt: skip


class Page(HTMLParser):
    """Tags with their attributes, and the text of each table row."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[str] = []
        self._in_row = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append("")
            self._in_row = True

    def handle_endtag(self, tag: str) -> None:
        self._in_row = self._in_row and tag != "tr"

    def handle_data(self, data: str) -> None:
        if self._in_row:
            self.rows[-1] += " " + " ".join(data.split())


def test_why_there_is_no_candidate_and_what_changed() -> None:
    rows = Page(render_report(RUN)).rows
    assert " 不满足：工资不低于求职者的最低要求 not met: pay reaches the seeker's floor 5" in rows
    assert " 另一方为空 nobody to match with 11" in rows
    assert " 竞争变化：影子价格升降 competition: the price rose or fell 31 37 41 43" in rows


def test_nothing_is_loaded_from_elsewhere() -> None:
    page = Page(render_report(RUN))
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe"}
    assert not [attributes for _, attributes in page.tags if {"src", "href"} & set(attributes)]


@pytest.mark.parametrize("is_synthetic", [True, False])
def test_only_a_synthetic_market_is_marked(is_synthetic: bool) -> None:
    html = render_report(replace(RUN, is_synthetic=is_synthetic))
    assert ("合成数据" in html, "Synthetic data" in html) == (is_synthetic, is_synthetic)


def test_bars_are_as_long_as_their_figures() -> None:
    bars = [float(a["width"] or 0) for tag, a in Page(render_report(RUN)).tags if tag == "rect"]
    assert bars == pytest.approx([bars[2] / 2, bars[2] * 3 / 4, bars[2]], abs=0.1)


def test_a_group_shows_its_number_and_share_under_each_policy() -> None:
    (row,) = [row.split() for row in Page(render_report(RUN)).rows if "退役军人" in row]
    assert row == ["退役军人", "veteran", "100", "20", "20.0", "%", "30", "30.0", "%", "40", "40.0", "%"]


def test_a_certificate_is_never_rounded_up() -> None:
    assert "99.999 %" in render_report(RUN)
    assert "100.0 %" not in render_report(RUN)


def test_text_of_records_is_shown_as_text() -> None:
    assert "焊工 &lt;b&gt;" in render_report(RUN)


def test_a_broken_limit_withholds_the_run_and_is_named() -> None:
    html = render_report(RUN)
    assert "本次匹配未发布" in html
    assert "expected placement rate of 45 to 54 (1,000 people) went from 57.0 % to 50.0 %" in html
    assert "人数太少，未作判断：退役军人" in html
    (row,) = [row.split() for row in Page(html).rows if "45–54岁" in row]
    assert row[-1] == "+6.1"
    (row,) = [row.split() for row in Page(html).rows if "性别 · 女" in row]
    assert row[-1] == "+0.7"


def test_a_reason_stands_where_the_run_was_published_all_the_same() -> None:
    verdict = replace(RUN.fairness.verdict, despite="<主管部门同意>")
    html = render_report(replace(RUN, fairness=replace(RUN.fairness, verdict=verdict)))
    assert "本次匹配未发布" not in html
    assert "仍发布，理由：&lt;主管部门同意&gt;" in html


def test_a_run_without_a_broken_limit_says_against_what_it_was_held() -> None:
    verdict = replace(RUN.fairness.verdict, findings=(WOMEN,))
    assert "没有人群变差超过上限（共判断 1 项）" in render_report(
        replace(RUN, fairness=replace(RUN.fairness, verdict=verdict))
    )
    nothing = replace(RUN.fairness, verdict=NOTHING_TO_COMPARE)
    assert "没有可比的已发布匹配" in render_report(replace(RUN, fairness=nothing))


def test_without_shortages_the_report_says_so() -> None:
    assert "没有岗位满额" in render_report(replace(RUN, shortages=()))


def test_the_json_beside_it_holds_the_same_figures(tmp_path: Path) -> None:
    page = write_report(RUN, tmp_path / "reports")
    figures = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    assert page.read_text(encoding="utf-8") == render_report(RUN)
    assert [p["placements"] for p in figures["policies"]] == [200, 300, 400]
    assert (figures["certificate"], figures["shortages"][0]["mean_price"]) == (0.999999, 0.125)


def test_training_is_told_where_there_are_courses() -> None:
    assert "培训计划" not in render_report(RUN)
    programme = ProgrammeSeats("rural", "农村劳动力技能培训", "rural skills training", 40_000, 1_234, 0.0567)
    training = RunTraining(53, 1_590, 1_777, 0.123, 1_234, 321, 1.0, (programme,))
    html = render_report(replace(RUN, training=training))
    assert "平均变化 +12.3 个百分点" in html
    assert " 农村劳动力技能培训 rural skills training 40,000 1,234 0.057" in Page(html).rows
