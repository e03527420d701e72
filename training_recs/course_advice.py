"""A recommended course as a person is told of it: what it opens, what it costs, what to ask, and what else there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from data.market import Market
from data.reference.credentials import codes_of
from data.reference.training_prerequisites import Prerequisite
from matching.eligibility import RULES, judge, seeker_records
from matching.rules import distance_km
from models.ranker import Ranker
from training_recs.course_catalogue import Catalogue
from training_recs.course_conditions import Condition, TraineeFacts, conditions_of, judge_courses
from training_recs.course_effects import TouchedVacancies, minor_groups, touched_vacancies
from training_recs.course_value import HORIZONS_DAYS, ValueTerms
from training_recs.recommend_courses import best_offers, listed
from training_recs.todays_options import TodaysOptions
from training_recs.uplift import CourseRematch, UpliftSettings, Vectors

ALTERNATIVES = 3
"""Other courses with the same effect that are named."""
ASKS_CREDENTIALS = np.uint16(sum(1 << rule.bit for rule in RULES if rule.name in ("credentials", "languages")))


@dataclass(frozen=True)
class Crowding:
    """How crowded the vacancies are that a course is for.

    `openings`; `referrals_per_opening`, None where no run is published; `price`: mean price of an opening, expected
    placements: what one more referral there takes from others.
    """

    openings: int
    referrals_per_opening: float | None
    price: float


@dataclass(frozen=True)
class CourseAdvice:
    """One recommended course, for the only seeker of a market.

    Attributes
    ----------
    course, run, first_course, first_run
        Rows of the market's courses and of the catalogue's runs; None: nothing to take first.
    uplift
        completion × (`utility_after` − `utility_today`), expected placements of one list of referrals.
    gains
        Days → placements within so many days with the course less those without.
    value
        Gain at the ranked horizon less the cost as placements: what courses are ordered by.
    fee_after_subsidy_cny, travel_cny
        What it costs him; `subsidised`: a subsidy is in it.
    distance_km
        To the class, one way, km; None where a place is not known.
    opened, opened_openings
        Vacancy rows closed to him today that no rule forbids afterwards, those best for him first; their openings.
    settled
        Further vacancies where it is a question today whether he holds what they require, and none afterwards.
    wage_change_cny_month
        Mean middle of the pay of his best vacancies afterwards less today's; None where pay is not stated.
    questions
        Conditions that are not known to be met.
    alternatives
        Other courses (rows) with the same effect that he may take.
    """

    course: int
    run: int
    first_course: int | None
    first_run: int | None
    uplift: float
    completion: float
    utility_today: float
    utility_after: float
    gains: dict[int, float]
    value: float
    fee_after_subsidy_cny: float
    travel_cny: float
    subsidised: bool
    starts_in_days: int
    class_days: int
    distance_km: float | None
    opened: tuple[int, ...]
    opened_openings: int
    settled: int
    wage_change_cny_month: float | None
    crowding: Crowding
    questions: tuple[Condition, ...]
    prerequisite: Prerequisite | None
    alternatives: tuple[int, ...]


@dataclass(frozen=True)
class Advice:
    """`courses` best first; none: no course, apply now.

    `best_gain_otherwise`: where none is recommended, days → gain of the course that would be worth most; None where he
    may take none.
    """

    utility_today: float
    courses: tuple[CourseAdvice, ...]
    best_gain_otherwise: dict[int, float] | None

    @property
    def apply_now(self) -> bool:
        """Whether no course is worth more than applying at once."""
        return not self.courses


def advise(
    market: Market,
    seeker_vector: Vectors,
    vacancy_vectors: Vectors,
    ranker: Ranker,
    prices: npt.NDArray[np.float64],
    today: TodaysOptions,
    catalogue: Catalogue,
    terms: ValueTerms,
    prerequisites: Mapping[str, Prerequisite],
    *,
    limit: int,
    referrals_per_vacancy: npt.NDArray[np.float64] | None = None,
    settings: UpliftSettings | None = None,
    facts: TraineeFacts | None = None,
    touched: TouchedVacancies | None = None,
) -> Advice:
    """`recommend_courses` for the only seeker of `market`, with what he is shown beside each.

    Parameters
    ----------
    referrals_per_vacancy
        float64 (vacancies,): referrals of the published run; None before the first.
    touched
        `touched_vacancies` of this catalogue and these vacancies, for callers that come back.
    """
    settings = settings or UpliftSettings()
    facts = facts or TraineeFacts.nothing_known(1)
    touched = touched or touched_vacancies(catalogue.effects, market.vacancies)
    rematch = CourseRematch(
        market, seeker_vector, vacancy_vectors, ranker, prices, catalogue.effects, today, settings, touched
    )
    best = best_offers(rematch, seeker_records(market.seekers), facts, catalogue, terms, slice(0, 1))
    courses = []
    for row in listed(best, catalogue, slice(0, 1), limit).to_dict("records"):
        effect = int(catalogue.offers["effect"][row["offer"]])
        variant = int(np.flatnonzero(best.rematched.effect == effect)[0])
        part = slice(best.rematched.first[variant], best.rematched.first[variant + 1])
        order = np.argsort(-best.rematched.net[part], kind="stable")
        scored, net = best.rematched.vacancy[part][order], best.rematched.net[part][order]
        opened, settled = _opened(market, catalogue, effect, scored)
        courses.append(
            _advice(
                row, market, catalogue, terms, prerequisites, facts, opened, settled,
                wage_change=_wage_change(market, best.rematched.today, scored, net, settings.referrals),
                crowding=_crowding(market, opened or tuple(scored.tolist()), prices, referrals_per_vacancy),
            )
        )  # fmt: skip
    return Advice(
        float(best.rematched.utility_today[0]), tuple(courses), _best_gain(best.found) if not courses else None
    )


def _best_gain(found: npt.NDArray[Any]) -> dict[int, float] | None:
    """Of the course that is worth most though it is not worth it."""
    offered = found[found["offer"] >= 0]
    if not len(offered):
        return None
    best = offered[int(np.argmax(offered["value"]))]
    return {days: float(best["gain"][place]) for place, days in enumerate(HORIZONS_DAYS)}


def _opened(
    market: Market, catalogue: Catalogue, effect: int, best_first: npt.NDArray[np.int32]
) -> tuple[tuple[int, ...], int]:
    """Vacancies that the rules keep closed today and open to the person as he would be: judged by the rules anew.

    And how many more are open today only if he holds what nobody asked him about.
    """
    effects, held = catalogue.effects, np.uint64(market.seekers["credential_mask"].iloc[0])
    years = np.float32(market.seekers["experience_years"].iloc[0])
    after = market.variants(
        3,
        credential_mask=np.array([held, held | effects.credentials[effect], held | effects.credentials[effect]]),
        experience_years=np.array([years, years, years + effects.replaced_years[effect]], dtype=np.float32),
    )
    every = np.arange(len(market.vacancies), dtype=np.int32)
    verdicts = [judge(after, np.full(len(every), variant, dtype=np.int32), every) for variant in range(3)]
    now, certified, trained = (one.candidate for one in verdicts)
    occupation = market.vacancies["occupation"].to_numpy()
    group, trade = np.append(minor_groups(), -2), int(effects.occupation[effect])
    in_group = group[occupation] == (group[trade] if trade >= 0 else -1)
    opened = set(np.flatnonzero(~now & (certified | (trained & in_group))).tolist())
    first = [row for row in best_first.tolist() if row in opened]
    asked_of = (verdicts[0].unknown & ASKS_CREDENTIALS != 0) & (verdicts[1].unknown & ASKS_CREDENTIALS == 0)
    return (*first, *sorted(opened - set(first))), int(np.sum(now & certified & asked_of))


def _wage_change(
    market: Market, today: TodaysOptions, scored: npt.NDArray[np.int32], net: npt.NDArray[np.float32], referrals: int
) -> float | None:
    """Between the best `referrals` afterwards, among the same options, and today's."""
    own, own_net = today.vacancy[0], today.net[0]
    own, own_net = own[own >= 0], own_net[own >= 0]
    rest = ~np.isin(own, scored)
    rows, worth = np.concatenate([scored, own[rest]]), np.concatenate([net, own_net[rest]])
    after = rows[np.argsort(-worth, kind="stable")][:referrals]
    pay = market.vacancies[["wage_min", "wage_max"]].mean(axis=1).to_numpy(np.float64)
    before_pay, after_pay = (pay[some][~np.isnan(pay[some])] for some in (own[:referrals], after))
    return float(after_pay.mean() - before_pay.mean()) if len(before_pay) and len(after_pay) else None


def _crowding(
    market: Market, rows: tuple[int, ...], prices: npt.NDArray[np.float64], referrals: npt.NDArray[np.float64] | None
) -> Crowding:
    chosen = np.array(rows, dtype=np.int64)
    openings = market.vacancies["headcount"].to_numpy(np.int64)[chosen]
    total = int(openings.sum())
    return Crowding(
        total,
        None if referrals is None or not total else float(referrals[chosen].sum() / total),
        float((prices[chosen] * openings).sum() / total) if total else 0.0,
    )


def _advice(
    row: dict[Any, Any], market: Market, catalogue: Catalogue, terms: ValueTerms,
    prerequisites: Mapping[str, Prerequisite], facts: TraineeFacts, opened: tuple[int, ...], settled: int, *,
    wage_change: float | None, crowding: Crowding,
) -> CourseAdvice:  # fmt: skip
    offer = catalogue.offers[int(row["offer"])]
    person = seeker_records(market.seekers)[0]
    km = float(distance_km(person, catalogue.places[offer["run"]]))
    travel = 0.0 if np.isnan(km) else 2 * km * float(offer["teaching_days"]) * terms.travel_cny_km
    if offer["first_run"] >= 0:
        first_km = float(distance_km(person, catalogue.places[offer["first_run"]]))
        travel += 0.0 if np.isnan(first_km) else 2 * first_km * float(offer["first_teaching"]) * terms.travel_cny_km
    fee = float(row["cost_cny"]) - travel
    asked = [prerequisites[code] for code in codes_of(int(offer["gives"])) if code in prerequisites]
    same = catalogue.offers[catalogue.first_offer[offer["effect"]] : catalogue.first_offer[offer["effect"] + 1]]
    failed, _ = judge_courses(seeker_records(market.seekers), facts, same, catalogue.places)
    others = dict.fromkeys(int(course) for course in same["course"][failed[0] == 0] if course != offer["course"])
    return CourseAdvice(
        course=int(offer["course"]),
        run=int(offer["run"]),
        first_course=int(offer["first_course"]) if offer["first_course"] >= 0 else None,
        first_run=int(offer["first_run"]) if offer["first_run"] >= 0 else None,
        uplift=float(row["uplift"]),
        completion=float(row["completion"]),
        utility_today=float(row["utility_today"]),
        utility_after=float(row["utility_after"]),
        gains={days: float(row[f"gain_{days}"]) for days in HORIZONS_DAYS},
        value=float(row["value"]),
        fee_after_subsidy_cny=max(0.0, fee),
        travel_cny=travel,
        subsidised=fee < float(offer["fee"]) - 0.5,
        starts_in_days=int(offer["starts_in"]),
        class_days=int(offer["class_days"]),
        distance_km=None if np.isnan(km) else km,
        opened=opened,
        opened_openings=int(market.vacancies["headcount"].to_numpy(np.int64)[list(opened)].sum()),
        settled=settled,
        wage_change_cny_month=wage_change,
        crowding=crowding,
        questions=tuple(conditions_of(int(row["unknown"]))),
        prerequisite=next((one for one in asked if one.zh), None),
        alternatives=tuple(others)[:ALTERNATIVES],
    )
