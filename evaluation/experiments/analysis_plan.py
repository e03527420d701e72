"""The plan of analysis in words, Chinese and English, as the design file states it before the start."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.experiments.design import ARM_NAMES_ZH, ExperimentDesign

POLICY_NAMES = {
    "prices": ("统筹分配", "allocation with prices"),
    "own_best": ("各选最优", "everyone's own best"),
    "greedy": ("贪心分配", "greedy"),
}
EVIDENCE_NAMES = {
    1: ("社保记录", "a social-insurance record"),
    2: ("劳动合同或更强证据", "a contract or stronger evidence"),
    3: ("用人单位确认或更强证据", "the employer's word or stronger evidence"),
    4: ("任何证据", "any evidence"),
}


@dataclass(frozen=True)
class AnalysisPlan:
    """The primary outcome and the steps of the analysis."""

    outcome_zh: str
    outcome_en: str
    steps_zh: tuple[str, ...]
    steps_en: tuple[str, ...]


def analysis_plan(design: ExperimentDesign) -> AnalysisPlan:
    """What will be computed, decided by the design alone."""
    proof_zh, proof_en = EVIDENCE_NAMES[int(design.proof)]
    top, arms = design.saturations[-1], [POLICY_NAMES[rule.policy] for rule in design.arms]
    return AnalysisPlan(
        outcome_zh=f"进入试验后 {design.horizon_days} 天内就业（证据：{proof_zh}）",
        outcome_en=f"placed within {design.horizon_days} days of entering (by {proof_en})",
        steps_zh=(
            f"{ARM_NAMES_ZH[0]}：{arms[0][0]}；{ARM_NAMES_ZH[1]}：{arms[1][0]}。",
            f"主要结果只有一个比较：饱和度 {top} 的市场中的全体与饱和度 0 的市场中的全体，就业比例之差（意向性分析）。",
            "其余比较（各饱和度的全体、处理者、未处理者，均与饱和度 0 的市场相比）为次要结果；未处理者之差即外溢。",
            "按人加权的最小二乘，市场为群，按市场过去的就业率调整；CR2 标准误，Satterthwaite 自由度，95 % 区间。",
            "另报随机化检验的 p 值：按本设计的抽签办法重抽。",
            "按人群的结果以 Holm 法校正；人数不足 10 人的不公布；任一侧市场少于 5 个的不作估计。",
            "每人按进入试验时的市场和臂计算，以后迁移、改行不变；擅自偏离者仍按原臂计算。",
            f"{design.known_on} 前的任何分析均为中期分析，不作结论。",
        ),
        steps_en=(
            f"Control: {arms[0][1]}; treatment: {arms[1][1]}.",
            f"One comparison is primary: everybody in markets of saturation {top} against everybody in markets of "
            "saturation 0, difference of the share placed, by intention to treat.",
            "The others (everybody, the treated and the untreated at each saturation, each against markets of "
            "saturation 0) are secondary; that of the untreated is the spillover.",
            "Least squares weighted by people, clustered by market, adjusted for the market's past placement rate; CR2 "
            "standard errors, Satterthwaite degrees of freedom, 95 % intervals.",
            "Beside it the p value of a randomisation test that draws as this design drew.",
            "Results by group are adjusted by Holm's method; of fewer than 10 people nothing is published; with fewer "
            "than 5 markets on a side nothing is estimated.",
            "Everybody counts in the market and arm in which he entered, wherever he moves and whatever he does.",
            f"Any analysis before {design.known_on} is an interim one and concludes nothing.",
        ),
    )
