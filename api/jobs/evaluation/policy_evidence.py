"""Gathers what past nights and the ledger say of other policies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from api.bootstrap import Services
from api.jobs.overnight.referral_logs import kept_logs, read_log
from data.columns import Records
from data.storage.record_repository import load_records
from evaluation.off_policy.policy_evidence import DEFAULT_POLICIES, POLICY_VALUES, Policy, PolicyEvidence, policy_values
from evaluation.off_policy.run_log import RunLog, RunOutcomes, run_outcomes
from evaluation.refusal import Caution, Refusal

LEAST_RECORDED = 0.5
"""Below this share of referrals in the ledger nothing is told: what is missing counts as not placed."""
FEW_RECORDED = 0.8
"""Below this share of referrals in the ledger there is a caution."""


def policy_evidence(
    services: Services, today: date, *, horizon_days: int = 90, policies: Sequence[Policy] = DEFAULT_POLICIES
) -> PolicyEvidence:
    """What the policies would have achieved, from nights whose horizon has passed by `today`.

    The ledger is taken to know everything up to and including `today`.

    Raises
    ------
    DataError
        A log is damaged, or the ledger has events that cannot be.
    """
    logs = [read_log(folder) for folder in kept_logs(services.settings.referral_logs_path)]
    if not logs:
        return _nothing(
            horizon_days, "没有留存的夜间匹配记录：先运行 zhuye rematch", "no night's log is kept: run zhuye rematch"
        )
    drawn = [log for log in logs if log.share > 0]
    if not drawn:
        return _nothing(
            horizon_days,
            "留存的夜间匹配均未抽签（ZHUYE_EXPLORATION_SHARE 为 0），不能推断别的办法",
            "no night had a share by lot (ZHUYE_EXPLORATION_SHARE is 0): nothing can be told of other policies",
        )
    ripe = [log for log in drawn if log.as_of + timedelta(days=horizon_days) <= today]
    if not ripe:
        first = min(log.as_of for log in drawn)
        until = first + timedelta(days=horizon_days)
        return _nothing(
            horizon_days,
            f"最早一次抽签的匹配是 {first}，{horizon_days} 天后（{until}）才知道结果",
            f"the first night with a share by lot was {first}; its {horizon_days} days end on {until}",
        )
    with services.engine.connect() as connection:
        # Of nobody in particular: referrals and their events are all that is read.
        ledger = load_records(connection, seeker_ids=[], vacancy_ids=[], with_history=True)
    joined = [(log, _outcomes(log, ledger, horizon_days, today)) for log in ripe]
    told = [(log, outcome) for log, outcome in joined if outcome.recorded]
    if not told:
        return _nothing(
            horizon_days,
            f"台账中没有这 {len(ripe)} 次匹配的任何推荐：未登记，无从得知结果",
            f"the ledger has no referral of these {len(ripe)} nights: none was recorded, so nothing is known of them",
        )
    recorded = sum(outcome.recorded for _, outcome in told) / sum(outcome.referrals for _, outcome in told)
    if recorded < LEAST_RECORDED:
        return _nothing(
            horizon_days,
            f"只有 {recorded:.1%} 的推荐在台账中有记录（至少 {LEAST_RECORDED:.0%}）：其余结果不明，不能推断",
            f"only {recorded:.1%} of the referrals are in the ledger (at least {LEAST_RECORDED:.0%} needed): what "
            "became of the others is not known",
        )
    return _evidence(told, len(ripe) - len(told), horizon_days, policies)


def _outcomes(log: RunLog, ledger: Records, horizon_days: int, today: date) -> RunOutcomes:
    return run_outcomes(log, ledger, horizon_days=horizon_days, observed_until=today)


def _evidence(
    told: Sequence[tuple[RunLog, RunOutcomes]], unrecorded: int, horizon_days: int, policies: Sequence[Policy]
) -> PolicyEvidence:
    logs, outcomes = [log for log, _ in told], [outcome for _, outcome in told]
    referrals = sum(outcome.referrals for outcome in outcomes)
    recorded = sum(outcome.recorded for outcome in outcomes) / referrals
    return PolicyEvidence(
        horizon_days=horizon_days,
        run_ids=tuple(log.run_id for log in logs),
        first_night=min(log.as_of for log in logs),
        last_night=max(log.as_of for log in logs),
        seekers=len({seeker for log in logs for seeker in log.seeker_ids}),
        lists=sum(len(log.seeker_ids) for log in logs),
        referrals=referrals,
        recorded_share=recorded,
        values=policy_values(logs, outcomes, policies),
        refusal=None,
        cautions=_cautions(recorded, unrecorded, sum(outcome.contradicting for outcome in outcomes)),
    )


def _cautions(recorded: float, unrecorded: int, contradicting: int) -> tuple[Caution, ...]:
    cautions = [
        Caution(
            "按每对求职者与岗位各自的结果推断：人们相互竞争、让位的影响不在其中，须由模拟或试验衡量",
            "told from pairs one by one: that people compete for the same openings is left out, and is measured by "
            "simulation or an experiment",
        )
    ]
    if recorded < FEW_RECORDED:
        cautions.append(
            Caution(
                f"仅 {recorded:.1%} 的推荐在台账中有记录，其余按未就业计",
                f"only {recorded:.1%} of the referrals are in the ledger; the others count as not placed",
            )
        )
    if unrecorded:
        cautions.append(
            Caution(
                f"{unrecorded} 次匹配的推荐均未登记，未计入",
                f"{unrecorded} nights are left out: none of their referrals was recorded",
            )
        )
    if contradicting:
        cautions.append(
            Caution(
                f"{contradicting} 条推荐登记的倾向值与当夜记录不符，以当夜记录为准",
                f"{contradicting} referrals were recorded with another propensity than the night's; the night's counts",
            )
        )
    return tuple(cautions)


def _nothing(horizon_days: int, zh: str, en: str) -> PolicyEvidence:
    return PolicyEvidence(horizon_days, (), None, None, 0, 0, 0, None, POLICY_VALUES.empty(), Refusal(zh, en), ())
