"""Progress on the plan's targets: what this database measures of each, and what it cannot, in so many words.

Nothing here stands for the city: the database knows who registered with the service and whom it placed. A count of
those is a lower bound of the city's, and a share among them is theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

import numpy as np
import pandas as pd

from data.columns import Records
from data.records import EnrolmentStep, SeekerGroup
from data.reference.plan_targets import PlanTarget
from evaluation.groups import SMALLEST_CELL
from evaluation.intervals import wilson
from evaluation.outcomes.cohorts import stock_cohort
from evaluation.outcomes.placements import PROVED, placements_known
from evaluation.refusal import Caution, Refusal
from evaluation.target_progress import Measured, Part, TargetProgress

SIX_MONTHS_DAYS = 180


def target_progress(records: Records, cut_off: date, targets: Iterable[PlanTarget]) -> tuple[TargetProgress, ...]:
    """Progress on each of `targets` from what the ledger knows on `cut_off` (included), in their order.

    Raises
    ------
    DataError
        The ledger contradicts itself (`placements_known`).
    KeyError
        A target is none of those defined here.
    """
    return tuple(_MEASURES[target.target](records, cut_off, target) for target in targets)


def _graduates(records: Records, cut_off: date, target: PlanTarget) -> TargetProgress:
    """Destination of everybody who is a graduate of the current year on the cut-off day, as it stands on that day."""
    day = pd.Timestamp(cut_off)
    graduates = _members(records, SeekerGroup.GRADUATE, day, day)["seeker_id"].unique()
    placed = placements_known(records, cut_off)
    at_work = placed[~(placed["left_on"] <= day).fillna(False)]
    contract = set(at_work.loc[at_work["evidence_tier"] <= PROVED, "seeker_id"])
    other_work = set(at_work["seeker_id"]) - contract
    exits = records.seeker_exits
    studying = set(exits.loc[(exits["exit"] == "further_study") & (exits["left_on"] <= day), "seeker_id"])
    known = pd.Series(graduates, dtype="string")
    by_contract, otherwise = known.isin(contract), known.isin(other_work)
    study = known.isin(studying) & ~by_contract & ~otherwise
    counts = [int(which.sum()) for which in (by_contract, otherwise, study)]
    counts.append(len(known) - sum(counts))
    names = (
        ("签约就业（合同或社保为证）", "contract (proved by contract or social insurance)"),
        (
            "其他就业（单位确认或本人报告，含灵活就业）",
            "other work (employer or seeker says so; flexible work included)",
        ),
        ("升学", "further study"),
        ("去向未知（含自主创业、待业）", "not known (self-employed and looking for work included)"),
    )
    notes: list[Refusal | Caution] = [
        Caution(
            "只含在本机构登记的毕业生；自主创业无记录：为下限",
            "graduates registered with the service only; self-employment is not recorded: a lower bound",
        )
    ]
    if exits.empty:
        notes.append(
            Caution(
                "没有去向调查：升学人数未知，未计入",
                "no destination survey: further study is not known and not counted",
            )
        )
    return _share(
        target, cut_off, Measured.LOWER_BOUND, numerator=sum(counts[:3]), denominator=len(known), notes=notes,
        parts=tuple(Part(*name, count) for name, count in zip(names, counts, strict=True)),
        of_zh="截止日就业或升学的 ÷ 截止日在册的应届高校毕业生",
        of_en="at work or studying on the cut-off day ÷ registered graduates of the current year on that day",
    )  # fmt: skip


def _families(records: Records, cut_off: date, target: PlanTarget) -> TargetProgress:
    """People of certified families, for households are not on record."""
    day = pd.Timestamp(cut_off)
    certified = _members(records, SeekerGroup.ZERO_EMPLOYMENT_FAMILY, _new_year(cut_off), day)
    first = certified.groupby("seeker_id")["valid_from"].min()
    placed = placements_known(records, cut_off)
    since = placed["seeker_id"].map(first)
    helped = placed.loc[(placed["started_on"] >= since).fillna(False), "seeker_id"].nunique()
    return _share(
        target, cut_off, Measured.STAND_IN, numerator=int(helped), denominator=len(first), parts=(),
        notes=[
            Caution(
                "以人代户：记录中没有家庭，人的比例不是户的比例，不能据以称援助率达到或未达到 100 %",
                "people stand in for households, which are not on record: this share is not the families', and can "
                "neither reach nor miss 100 %",
            )
        ],
        of_zh="认定之后上岗的人（任一等级证据）÷ 当年内属于零就业家庭的求职者",
        of_en="people placed since their certification, by any evidence ÷ seekers of certified families in the year",
    )  # fmt: skip


def _rural(records: Records, cut_off: date, target: PlanTarget) -> TargetProgress:
    """Placements that completed six months in the year, of people who were rural labour on the day they started."""
    placed = placements_known(records, cut_off)
    starts = placed.merge(_group(records, SeekerGroup.RURAL_TRANSFERRED), on="seeker_id")
    holds = (starts["valid_from"] <= starts["started_on"]) & ~(starts["valid_until"] <= starts["started_on"]).fillna(
        False
    )
    rural = starts[holds.to_numpy(bool)].drop_duplicates("referral_id")
    complete = rural["started_on"] + pd.Timedelta(days=SIX_MONTHS_DAYS)
    stayed = ~(rural["left_on"] < complete).fillna(False)
    lasted = rural[(stayed & (complete >= _new_year(cut_off)) & (complete <= pd.Timestamp(cut_off))).to_numpy(bool)]
    under_way = rural[(stayed & (complete > pd.Timestamp(cut_off))).to_numpy(bool)]
    people = int(lasted["seeker_id"].nunique())
    few = 0 < people < SMALLEST_CELL
    times = None if few else len(lasted)
    notes: list[Refusal | Caution] = [
        Caution(
            "只含经本机构介绍的上岗；自行外出就业的无记录：为全市的下限。离职漏报会使其偏高",
            "placements through the service only; who went by himself is not on record: a lower bound. Departures that "
            "nobody reported make it too high",
        )
    ]
    return TargetProgress(
        target, cut_off, Measured.NOT if few else Measured.LOWER_BOUND, times, None, None, times, None,
        of_zh=f"当年满 {SIX_MONTHS_DAYS} 天的农村劳动力上岗，人次（任一等级证据）",
        of_en=f"placements of rural labour that lasted {SIX_MONTHS_DAYS} days by a day of the year, by any evidence",
        parts=(
            Part("人次", "person-times (placements)", times),
            Part("人数", "people", None if few else people),
            Part("在岗未满六个月，人次", "under way, not yet six months, person-times", _unless_few(under_way)),
        ),
        notes=tuple([_FEW, *notes] if few else notes),
    )  # fmt: skip


_PROGRAMME_OF = {
    "entrepreneurship_trainings": "entrepreneurship", "employment_trainings": "employment",
    "rural_skills_trainings": "rural",
}  # fmt: skip
"""Which programme (training_programmes.csv) counts towards which target."""


def _trainings(records: Records, cut_off: date, target: PlanTarget) -> TargetProgress:
    """Places that the programme pays for, in classes begun in the year, of people who did not leave before it began."""
    day, runs = pd.Timestamp(cut_off), records.course_runs
    begun = runs[((runs["starts_on"] >= _new_year(cut_off)) & (runs["starts_on"] <= day)).to_numpy(bool)]
    seats = Part(
        "当年已开班课程的学位数（非人次）", "seats of runs begun this year (not people)", int(begun["seats"].sum())
    )
    if records.enrolments.empty:
        why = Refusal(
            "报名没有记录，不能计培训人次：请导入报名名册（zhuye import enrolments）",
            "no enrolments are on record, so trainings cannot be counted: import the rolls of the training "
            "institutions (zhuye import enrolments)",
        )
        return _unmeasured(target, cut_off, why, parts=(seats,))
    events = records.enrolment_events[(records.enrolment_events["occurred_on"] <= day).to_numpy(bool)]
    of_step = {step: set(part["enrolment_id"]) for step, part in events.groupby("event")}
    places = records.enrolments
    first_day = places.set_index("enrolment_id")["course_run_id"].map(runs.set_index("course_run_id")["starts_on"])
    left = events[(events["event"] == EnrolmentStep.DROPPED_OUT).to_numpy(bool)]
    left_before = set(
        left.loc[(left["occurred_on"] < left["enrolment_id"].map(first_day)).to_numpy(bool), "enrolment_id"]
    )
    counted = places[
        (places["programme"] == _PROGRAMME_OF[target.target]).fillna(False).to_numpy(bool)
        & places["course_run_id"].isin(begun["course_run_id"]).to_numpy(bool)
        & ~places["enrolment_id"].isin(left_before).to_numpy(bool)
    ]
    certified = counted[counted["enrolment_id"].isin(of_step.get(EnrolmentStep.CERTIFIED, set())).to_numpy(bool)]
    few = 0 < counted["seeker_id"].nunique() < SMALLEST_CELL
    times = None if few else len(counted)
    limit = Caution(
        "只含报名记录中由该培训计划支付的：为全市的下限",
        "only places on record that the programme pays for: a lower bound of the city's",
    )
    return TargetProgress(
        target, cut_off, Measured.NOT if few else Measured.LOWER_BOUND, times, None, None, times, None,
        of_zh="当年开班、由该计划支付且未在开班前退出的报名，人次",
        of_en="enrolments that the programme pays for, in classes begun in the year, not left before they began",
        parts=(Part("其中取证", "of them certified", _unless_few(certified)), seats),
        notes=(_FEW, limit) if few else (limit,),
    )  # fmt: skip


def _unemployment(records: Records, cut_off: date, target: PlanTarget) -> TargetProgress:
    active = len(stock_cohort(records, cut_off, observed_until=cut_off).people)
    return _unmeasured(
        target, cut_off,
        Refusal(
            "分母中的城镇就业人数不在库中，须由统计局或社保提供；在册求职者也不尽是登记失业人员（含在职求职者）",
            "the denominator's urban employed are not in the database and would come from the statistics bureau or "
            "social insurance; nor is every registered seeker a registered unemployed person (some seek while at work)",
        ),
        numerator=active,
        parts=(Part("截止日在册求职者（近似分子）", "seekers active on the day (near the numerator)", active),),
    )  # fmt: skip


def _new_employment(_: Records, cut_off: date, target: PlanTarget) -> TargetProgress:
    return _unmeasured(
        target, cut_off,
        Refusal(
            "城镇新增就业含不经本机构的就业，并须减去自然减员（退休、死亡等）：两者都不在库中，须由社保与人社统计提供当年和上年数",
            "new urban employment includes work found without the service, less natural attrition (retirement, death): "
            "neither is in the database; figures of this year and the last would come from social insurance and the "
            "human-resources bureau's statistics",
        ),
    )  # fmt: skip


_MEASURES: dict[str, Callable[[Records, date, PlanTarget], TargetProgress]] = {
    "graduate_destination_rate": _graduates,
    "zero_employment_family_assistance": _families,
    "rural_transfers": _rural,
    "entrepreneurship_trainings": _trainings,
    "employment_trainings": _trainings,
    "rural_skills_trainings": _trainings,
    "registered_unemployment_rate": _unemployment,
    "new_urban_employment_growth": _new_employment,
}


def _share(
    target: PlanTarget, cut_off: date, measured: Measured, *, numerator: int, denominator: int, of_zh: str, of_en: str,
    parts: tuple[Part, ...], notes: list[Refusal | Caution],
) -> TargetProgress:  # fmt: skip
    """A share with Wilson's interval; nothing of fewer than `SMALLEST_CELL` people, and no parts if one is as small."""
    if denominator < SMALLEST_CELL:
        return TargetProgress(
            target, cut_off, Measured.NOT, None, None, None, None, None, of_zh, of_en, (), (_FEW, *notes)
        )  # fmt: skip
    low, high = (float(end[0]) for end in wilson(np.array([numerator]), np.array([denominator])))
    if any(part.count is not None and 0 < part.count < SMALLEST_CELL for part in parts):
        parts = tuple(Part(part.name_zh, part.name_en, None) for part in parts)
    return TargetProgress(
        target, cut_off, measured, numerator / denominator, low, high, numerator, denominator, of_zh, of_en, parts,
        tuple(notes),
    )  # fmt: skip


def _unmeasured(
    target: PlanTarget, cut_off: date, why: Refusal, *, numerator: int | None = None, parts: tuple[Part, ...] = ()
) -> TargetProgress:
    return TargetProgress(
        target, cut_off, Measured.NOT, None, None, None, numerator, None,
        target.definition_zh, target.definition_en, parts, (why,),
    )  # fmt: skip


def _unless_few(placements: pd.DataFrame) -> int | None:
    return None if 0 < placements["seeker_id"].nunique() < SMALLEST_CELL else len(placements)


_FEW = Refusal(f"不足 {SMALLEST_CELL} 人，不予列出", f"of fewer than {SMALLEST_CELL} people: withheld")


def _new_year(day: date) -> pd.Timestamp:
    return pd.Timestamp(day.replace(month=1, day=1))


def _group(records: Records, group: SeekerGroup) -> pd.DataFrame:
    groups = records.seeker_groups
    return groups.loc[groups["group_code"] == group, ["seeker_id", "valid_from", "valid_until"]]


def _members(records: Records, group: SeekerGroup, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """Memberships that hold on some day from `first` to `last`, both included."""
    members = _group(records, group)
    ended = (members["valid_until"] <= first).fillna(False)
    return members[((members["valid_from"] <= last) & ~ended).to_numpy(bool)]
