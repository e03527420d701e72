"""What the ledger teaches: referred pairs with what became of them.

A referral is labelled only when it is decided, or when its window has passed without an answer: a pair
that is too young says nothing. Nor does the rejection by an employer whose openings were all filled by then: it is no
judgement of the person, and capacity is the allocation's business, not the probability's. Labels: `accepted` for
every pair, `hired` for the accepted ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import Records
from data.market import Market
from data.records import ReferralEventKind as Kind

ACCEPT_WINDOW_DAYS = 14
HIRE_WINDOW_DAYS = 45
_ACCEPTED = (Kind.SEEKER_ACCEPTED, Kind.INTERVIEWED, Kind.HIRED, Kind.REJECTED, Kind.STARTED, Kind.LEFT)
"""An employer interviews, hires or rejects only who accepted, also where the ledger skips that step."""
_HIRED = (Kind.HIRED, Kind.STARTED, Kind.LEFT)


@dataclass(frozen=True)
class TrainingPairs:
    """Labelled pairs in order of referral.

    `seeker`, `vacancy` int32 market rows; `referred_on` datetime64[s]; `accepted` bool; `hired` bool,
    meaningful where `hire_known`: accepted, decided or out of its window, and the post not full.
    """

    seeker: npt.NDArray[np.int32]
    vacancy: npt.NDArray[np.int32]
    referred_on: npt.NDArray[np.datetime64]
    accepted: npt.NDArray[np.bool_]
    hired: npt.NDArray[np.bool_]
    hire_known: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.seeker)


def training_pairs(records: Records, market: Market, as_of: date) -> TrainingPairs:
    """Pairs of `records.referrals` labelled by the events up to `as_of` (inclusive).

    `market` is `market_from_records(records, as_of, include_closed=True)`: the posts and people that
    history is about are mostly closed. Facts are those on record at `as_of`, not on the day of referral.
    """
    day = pd.Timestamp(as_of)
    referrals = records.referrals[records.referrals["referred_on"] <= day]
    referrals = referrals.sort_values(["referred_on", "referral_id"], ignore_index=True)
    events = records.referral_events[records.referral_events["occurred_on"] <= day]
    happened = {
        name: referrals["referral_id"].isin(events.loc[events["event"].isin(kinds), "referral_id"]).to_numpy(bool)
        for name, kinds in {
            "accepted": _ACCEPTED,
            "declined": (Kind.SEEKER_DECLINED,),
            "hired": _HIRED,
            "rejected": (Kind.REJECTED,),
        }.items()
    }
    age_days = (day - referrals["referred_on"]).dt.days.to_numpy()
    seeker = pd.Index(market.seekers["seeker_id"]).get_indexer(pd.Index(referrals["seeker_id"]))
    vacancy = pd.Index(market.vacancies["vacancy_id"]).get_indexer(pd.Index(referrals["vacancy_id"]))
    accepted, hired = happened["accepted"], happened["hired"]
    decided = accepted | happened["declined"] | (age_days >= ACCEPT_WINDOW_DAYS)
    hire_known = accepted & (hired | happened["rejected"] | (age_days >= HIRE_WINDOW_DAYS))
    hire_known &= hired | ~_full(records.vacancies, referrals, events)
    keep = decided & (seeker >= 0) & (vacancy >= 0)
    return TrainingPairs(
        seeker=seeker[keep].astype(np.int32),
        vacancy=vacancy[keep].astype(np.int32),
        referred_on=referrals["referred_on"].to_numpy("datetime64[s]")[keep],
        accepted=accepted[keep],
        hired=hired[keep],
        hire_known=hire_known[keep],
    )


def _full(vacancies: pd.DataFrame, referrals: pd.DataFrame, events: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Whether the hires on record filled the post by the day each referral was decided, or its window ended.

    A post that does not state its openings is never full.
    """
    hired_on = events[events["event"].isin(_HIRED)].groupby("referral_id")["occurred_on"].min()
    rejected_on = events[events["event"] == Kind.REJECTED].groupby("referral_id")["occurred_on"].min()
    hires = referrals.assign(on=referrals["referral_id"].map(hired_on)).dropna(subset="on")[["vacancy_id", "on"]]
    hires = hires.sort_values("on", ignore_index=True)
    hires["hires"] = hires.groupby("vacancy_id").cumcount() + 1
    window_end = referrals["referred_on"] + pd.Timedelta(days=HIRE_WINDOW_DAYS)
    asked = pd.DataFrame(
        {
            "vacancy_id": referrals["vacancy_id"],
            "on": referrals["referral_id"].map(rejected_on).fillna(window_end).astype(hires["on"].dtype),
            "row": np.arange(len(referrals)),
        }
    ).sort_values("on", ignore_index=True)
    by_then = pd.merge_asof(asked, hires, on="on", by="vacancy_id").sort_values("row")["hires"].fillna(0)
    openings = referrals["vacancy_id"].map(vacancies.set_index("vacancy_id")["headcount"])
    return (by_then.to_numpy() >= openings.to_numpy("float64", na_value=np.inf)).astype(bool)
