"""What the gate says, in words: Chinese and English."""

from __future__ import annotations

from data.reference.fairness_limits import Comparison
from evaluation.fairness.gate import GateFinding
from evaluation.fairness.people import category_names

_OTHERS = str(Comparison.EVERYONE_ELSE)
_MEASURES = {
    "referred_share": ("获推荐的比例", "share with a referral"),
    "expected_placement": ("预计就业率", "expected placement rate"),
    "accept_calibration_gap": ("接受意愿的预测偏差", "misjudged acceptance"),
    "hire_calibration_gap": ("录用机会的预测偏差", "misjudged chance to be hired"),
    "accept_squared_error": ("接受意愿的预测误差", "squared error of predicted acceptance"),
    "hire_squared_error": ("录用机会的预测误差", "squared error of predicted hiring"),
}


def measure_names(measure: str) -> tuple[str, str]:
    """Chinese and English name of a measure of `fairness_limits.csv`."""
    return _MEASURES[measure]


def finding_words(finding: GateFinding) -> tuple[str, str]:
    """One finding as a sentence in Chinese and in English: group, before, after, worsening, limit."""
    (who_zh, who_en), (what_zh, what_en) = (
        category_names(finding.dimension, finding.category), measure_names(finding.measure),
    )  # fmt: skip
    before, after, worse, limit = (
        f"{100 * value:.1f}" for value in (finding.before, finding.after, finding.worsening, finding.limit)
    )
    beyond_zh, beyond_en = ("相对其他人", " against everyone else") if finding.compared_with == _OTHERS else ("", "")
    return (
        f"{who_zh}（{finding.people:,} 人）的{what_zh}由 {before} % 变为 {after} %，{beyond_zh}变差 {worse} 个百分点，"
        f"上限 {limit}",
        f"{what_en} of {who_en} ({finding.people:,} people) went from {before} % to {after} %, "
        f"{worse} points worse{beyond_en} where {limit} is the limit",
    )
