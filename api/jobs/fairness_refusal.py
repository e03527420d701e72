"""How a job says that the fairness gate stays shut: what got worse for whom, and the way on."""

from __future__ import annotations

from pathlib import Path

from data.errors import DataError, WithheldError
from evaluation.fairness.gate import GateVerdict
from evaluation.fairness.gate_words import finding_words


def refuse_empty_reason(despite_fairness: str | None) -> None:
    """Nothing where a reason is given, or none is needed.

    Raises
    ------
    DataError
        The reason is empty.
    """
    if despite_fairness is not None and not despite_fairness.strip():
        raise DataError(
            "没有写理由 / no reason is given: --despite-fairness",
            remedy="一句话说明，将留存备查 / say why in a sentence; it is kept on record",
        )


def refuse_run(verdict: GateVerdict, report: Path) -> None:
    """Nothing where the gate opens.

    Raises
    ------
    WithheldError
        It does not; names every broken limit, the report, and the way on.
    """
    if verdict.opens:
        return
    words = [finding_words(finding) for finding in verdict.broken]
    raise WithheldError(
        f"匹配结果未发布，{verdict.compared_with} 仍在用：{'；'.join(zh for zh, _ in words)}\n"
        f"the run is not published and {verdict.compared_with} stays in use: {'; '.join(en for _, en in words)}",
        remedy=f"先看报告 / read the report: {report}\n"
        "  → 原因在市场（如某行业岗位到期）而不在办法，或主管部门同意时：zhuye rematch --despite-fairness 理由\n"
        "  → if the market is the cause (posts that closed) and not the policy, or the authority agrees: "
        "zhuye rematch --despite-fairness REASON",
    )


def refuse_ranker(verdict: GateVerdict, aside: Path) -> None:
    """Nothing where the gate opens.

    Raises
    ------
    WithheldError
        It does not; names every broken limit, where the new ranker lies, and the way on.
    """
    if verdict.opens:
        return
    words = [finding_words(finding) for finding in verdict.broken]
    raise WithheldError(
        f"新排序模型未启用，原模型仍在用：{'；'.join(zh for zh, _ in words)}\n"
        f"the new ranker is not put in use, the old one stays: {'; '.join(en for _, en in words)}",
        remedy=f"新模型留在 / the new one lies in {aside}\n"
        "  → 主管部门同意时 / if the authority agrees: zhuye train --despite-fairness 理由 REASON",
    )
