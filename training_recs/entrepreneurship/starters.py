"""People who want to start a business, and what is known of each as verdicts: it holds, does not, or is to be asked.

What was not told is UNKNOWN (docs/decisions/0003), unless something else that was told decides it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, reduce

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.facts.protected_words import without_protected_words
from data.market import Market
from data.market_columns import MARKET_SEEKERS
from data.records import BusinessForm, SeekerGroup, Standing, StartupStage, Verdict
from data.reference.occupations import load_occupations, occupation_rows
from data.startup_columns import STARTUP_WISHES, codes_in

Verdicts = npt.NDArray[np.int8]
FAIL, PASS, UNKNOWN = (np.int8(verdict) for verdict in (Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN))
STAGES = tuple(StartupStage)

_IMPLIED_BY: dict[str, tuple[str, ...]] = {
    Standing.REGISTERED_UNEMPLOYED: (Standing.REGISTERED_UNEMPLOYED_HALF_YEAR,),
    Standing.LEFT_SCHOOL_WITHIN_2_YEARS: (SeekerGroup.GRADUATE,),
}


@dataclass(frozen=True)
class Starters:
    """`seekers` (MARKET_SEEKERS) and `wishes` (STARTUP_WISHES) of the same people, row for row, sorted by seeker_id."""

    market: Market
    wishes: pd.DataFrame

    def __len__(self) -> int:
        return len(self.wishes)

    def rows(self, some: slice) -> Starters:
        """Some of them."""
        people = replace(self.market, seekers=self.seekers.iloc[some].reset_index(drop=True))
        return Starters(people, self.wishes.iloc[some].reset_index(drop=True))

    @property
    def seekers(self) -> pd.DataFrame:
        """Row for row with the wishes."""
        return self.market.seekers

    @cached_property
    def stage(self) -> npt.NDArray[np.int8]:
        """Place in `StartupStage`, −1 unknown. Where only a registration or licence was told, it is registered."""
        told = self.wishes["stage"].map({str(stage): place for place, stage in enumerate(STAGES)})
        stage = told.astype("Float64").fillna(-1).to_numpy(np.int8)
        is_registered = self.wishes["registered_on"].notna() | self.wishes["has_licence"].fillna(False)
        return np.where((stage < 0) & is_registered.to_numpy(bool), STAGES.index(StartupStage.REGISTERED), stage)

    @property
    def not_registered(self) -> npt.NDArray[np.bool_]:
        """Known not to have registered a business yet."""
        return (self.stage >= 0) & (self.stage < STAGES.index(StartupStage.REGISTERED))

    @cached_property
    def months(self) -> npt.NDArray[np.float64]:
        """Whole months since the business was registered; NaN: is not, or the day is not known."""
        day, first = pd.Timestamp(self.market.as_of), self.wishes["registered_on"]
        whole = (day.year - first.dt.year) * 12 + day.month - first.dt.month - (first.dt.day > day.day)
        return np.asarray(whole.astype("Float64").to_numpy(np.float64, na_value=np.nan))

    def holds(self, code: str) -> Verdicts:
        """Whether each belongs to a `SeekerGroup` or `Standing`; who was not asked for all may still."""
        codes = (code, *_IMPLIED_BY.get(code, ()))
        bits = sum(1 << bit for bit, group in enumerate(SeekerGroup) if str(group) in codes)
        told = np.array([not set(codes).isdisjoint(codes_in(one)) for one in self.wishes["standings"]], dtype=bool)
        member = told | (self.seekers["group_mask"].to_numpy(np.int64) & bits != 0)
        absent = np.where(self.wishes["standings_complete"].to_numpy(bool), FAIL, UNKNOWN)
        return np.where(member, PASS, absent).astype(np.int8)

    def is_form(self, form: BusinessForm) -> Verdicts:
        """Whether the business is, or will be, registered as `form`."""
        return _equals(self.wishes["form"], str(form))

    @property
    def is_first(self) -> Verdicts:
        """Whether it is his first business."""
        return _equals(self.wishes["first_business"], True)

    @property
    def has_licence(self) -> Verdicts:
        """Whether he holds a business licence: who registered got one, who has not yet has none."""
        told = _equals(self.wishes["has_licence"], True)
        registered = self.wishes["registered_on"].notna().to_numpy(bool)
        concluded = np.where(registered, PASS, np.where(self.not_registered, FAIL, UNKNOWN))
        return np.where(told == UNKNOWN, concluded, told).astype(np.int8)

    def in_months(self, low: int | None, high: int | None) -> Verdicts:
        """Whether so many months have passed since registration, both included; before it, `high` has not."""
        if low is None and high is None:
            return np.full(len(self), PASS)
        inside = (self.months >= (low or 0)) & (self.months <= (np.inf if high is None else high))
        known = np.where(inside, PASS, FAIL)
        before = FAIL if low else PASS
        unknown = np.where(self.not_registered, before, UNKNOWN)
        return np.where(np.isnan(self.months), unknown, known).astype(np.int8)

    def in_stages(self, allowed: Iterable[str]) -> Verdicts:
        """Whether each is at one of the stages; none given: at any."""
        places = [STAGES.index(StartupStage(one)) for one in allowed]
        if not places:
            return np.full(len(self), PASS)
        return np.where(self.stage < 0, UNKNOWN, np.where(np.isin(self.stage, places), PASS, FAIL)).astype(np.int8)

    def in_age(self, low: int | None, high: int | None) -> Verdicts:
        """Whether each is within these ages, years; `high` is reached until the next birthday."""
        age = self.seekers["age_years"].to_numpy(np.float64)
        if low is None and high is None:
            return np.full(len(self), PASS)
        inside = (age >= (low or 0)) & (age < (np.inf if high is None else high + 1))
        return np.where(np.isnan(age), UNKNOWN, np.where(inside, PASS, FAIL)).astype(np.int8)

    @cached_property
    def occupations(self) -> list[str]:
        """Code of the trade; '' unknown."""
        return [code if isinstance(code, str) else "" for code in self.wishes["occupation_code"]]

    def texts(self) -> list[str]:
        """What is embedded of each: the trade in his words and the name of its occupation; may be empty."""
        names, row_of = load_occupations()["name"], occupation_rows()
        return [
            without_protected_words(
                " ".join(part for part in (trade, names[row_of[code]] if code in row_of else "") if part)
            )
            for trade, code in zip(self.wishes["trade"].fillna(""), self.occupations, strict=True)
        ]


def starters_of(market: Market, wishes: pd.DataFrame) -> Starters:
    """Those of the market's seekers who want to start; nobody else, and nobody without a wish.

    Raises
    ------
    DataError
        `wishes` is not laid out as `STARTUP_WISHES`.
    """
    wanted = STARTUP_WISHES.check(wishes)
    wanted = wanted[wanted["wants_to_start"]].sort_values("seeker_id", ignore_index=True)
    row = pd.Index(market.seekers["seeker_id"]).get_indexer(pd.Index(wanted["seeker_id"]))
    people = MARKET_SEEKERS.check(market.seekers.iloc[row[row >= 0]])
    alone = Market(market.as_of, people, market.experience.iloc[:0], market.vacancies.iloc[:0], market.courses)
    return Starters(alone, wanted[row >= 0].reset_index(drop=True))


def any_holds(verdicts: Iterable[Verdicts]) -> Verdicts:
    """PASS where one passes, else UNKNOWN where one is unknown, else FAIL."""
    return _most(verdicts, (PASS, UNKNOWN))


def all_hold(verdicts: Iterable[Verdicts]) -> Verdicts:
    """FAIL where one fails, else UNKNOWN where one is unknown, else PASS."""
    return _most(verdicts, (FAIL, UNKNOWN))


def _most(verdicts: Iterable[Verdicts], order: tuple[np.int8, np.int8]) -> Verdicts:
    def of_two(one: Verdicts, other: Verdicts) -> Verdicts:
        found = one
        for strongest in reversed(order):
            found = np.where((one == strongest) | (other == strongest), strongest, found)
        return found

    return reduce(of_two, verdicts)


def _equals(values: pd.Series[str] | pd.Series[bool], wanted: str | bool) -> Verdicts:
    is_wanted = (values == wanted).fillna(False).to_numpy(bool)
    return np.where(values.isna().to_numpy(bool), UNKNOWN, np.where(is_wanted, PASS, FAIL)).astype(np.int8)
