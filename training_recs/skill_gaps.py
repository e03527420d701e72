"""What stands between a person and the vacancies that nearly fit, and what each gap is worth to him.

A vacancy nearly fits when no rule fails but those that training can change: credentials, languages, and years of
experience as far as policy lets training stand for them. Requirements are read off the rules, never off word counts.
What an advertisement only prefers (…者优先) keeps nothing closed; it is listed apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from data.facts.credentials import find_credentials
from data.market import Market
from data.reference.credentials import codes_of, held_mask, load_credentials, mask_of_kind, required_mask
from data.reference.occupations import group_names, load_occupations
from data.reference.training_policy import TrainingPolicy
from matching.eligibility import RULES, judge
from matching.retrieval import dot_rows
from models.ranker import Ranker
from training_recs.course_effects import Effects, minor_groups
from training_recs.todays_options import TodaysOptions
from training_recs.uplift import CourseRematch, UpliftSettings, Vectors

READ_FOR_PREFERENCES = 200
"""Nearest vacancies open to the person whose texts are read for what they prefer."""
_BIT = {rule.name: rule.bit for rule in RULES}
_CREDENTIALS = np.uint16((1 << _BIT["credentials"]) | (1 << _BIT["languages"]))
_EXPERIENCE = np.uint16(1 << _BIT["experience"])


@dataclass(frozen=True)
class SkillGap:
    """A requirement that the person lacks.

    Attributes
    ----------
    kind
        `credential`, `language` or `experience` (in one minor group of occupations).
    code
        Of the credential, or of the minor group.
    required
        False: preferred by the vacancies named, which are open to him already.
    vacancies
        Rows of the market that it alone keeps closed; those that it would make best first.
    openings
        Their openings.
    also_needed
        How many further vacancies lack it together with something else.
    worth
        Rise of his utility at current prices were the gap closed, expected placements of one list of referrals; 0
        where the vacancies that it opens are crowded.
    """

    kind: str
    code: str
    zh: str
    en: str
    required: bool
    vacancies: tuple[int, ...]
    openings: int
    also_needed: int
    worth: float


@dataclass(frozen=True)
class _Lack:
    kind: str
    code: str
    zh: str
    en: str
    rows: npt.NDArray[np.bool_]


def skill_gaps(
    market: Market,
    seeker_vector: Vectors,
    vacancy_vectors: Vectors,
    ranker: Ranker,
    prices: npt.NDArray[np.float64],
    today: TodaysOptions,
    policy: TrainingPolicy,
    settings: UpliftSettings | None = None,
) -> list[SkillGap]:
    """Gaps of the only seeker of `market`, those worth most first; what is only preferred comes last.

    A credential that the person was not asked about is no gap but a question.

    Parameters
    ----------
    seeker_vector, vacancy_vectors
        float32 (1, d) and (vacancies, d).
    """
    every = np.arange(len(market.vacancies), dtype=np.int32)
    failed = judge(market, np.zeros(len(every), dtype=np.int32), every).failed
    lacks = _lacks(market, failed, policy)
    lacking = np.sum([one.rows for one in lacks], axis=0) if lacks else np.zeros(len(every))
    worths, opened = _worths(
        market, seeker_vector, vacancy_vectors, ranker, prices, today, policy, lacks, settings or UpliftSettings()
    )
    headcount = market.vacancies["headcount"].to_numpy(np.int64)
    gaps = []
    for number, lack in enumerate(lacks):
        alone = np.flatnonzero(lack.rows & (lacking == 1))
        best_first = [row for row in opened[number] if row in set(alone.tolist())]
        rows = (*best_first, *(row for row in alone.tolist() if row not in set(best_first)))
        gaps.append(
            SkillGap(
                lack.kind, lack.code, lack.zh, lack.en, True, rows, int(headcount[alone].sum()),
                int(np.sum(lack.rows & (lacking > 1))), worths[number],
            )
        )  # fmt: skip
    required = sorted(gaps, key=lambda gap: (-gap.worth, -gap.openings, gap.kind, gap.code))
    return required + _preferred(market, seeker_vector, vacancy_vectors, failed, headcount)


def _lacks(market: Market, failed: npt.NDArray[np.uint16], policy: TrainingPolicy) -> list[_Lack]:
    """Every single thing that is missing at a vacancy that nearly fits, and where."""
    person = market.seekers.iloc[0]
    required = market.vacancies["experience_min_years"].to_numpy(np.float32)
    replaceable = required <= np.float32(person["experience_years"]) + np.float32(policy.replaced_experience_years)
    occupation = market.vacancies["occupation"].to_numpy()
    short = (failed & _EXPERIENCE != 0) & replaceable & (occupation >= 0)
    nearly = (failed != 0) & (failed & ~(_CREDENTIALS | _EXPERIENCE) == 0) & (short | (failed & _EXPERIENCE == 0))
    masks = market.vacancies["credential_mask"].to_numpy(np.uint64) & ~np.uint64(person["credential_mask"])
    masks = np.where(failed & _CREDENTIALS != 0, masks, np.uint64(0))
    names, languages = load_credentials().set_index("code"), mask_of_kind("language")
    lacks = []
    for code in codes_of(int(np.bitwise_or.reduce(masks[nearly], initial=np.uint64(0)))):
        bit = required_mask([code])
        kind = "language" if languages & bit else "credential"
        rows = nearly & (masks & np.uint64(bit) != 0)
        lacks.append(_Lack(kind, code, str(names["name_zh"][code]), str(names["name_en"][code]), rows))
    group, codes = minor_groups(), load_occupations()["code"].str.rsplit("-", n=1).str[0]
    groups = np.where(occupation >= 0, group[np.maximum(occupation, 0)], -1)
    for number in np.unique(groups[nearly & short]):
        code = str(codes.iloc[int(np.argmax(group == number))])
        name = group_names().get(code, code)
        zh, en = f"{name}的工作经验", f"experience in {code} {name}"
        lacks.append(_Lack("experience", code, zh, en, nearly & short & (groups == number)))
    return lacks


def _worths(
    market: Market, seeker_vector: Vectors, vacancy_vectors: Vectors, ranker: Ranker, prices: npt.NDArray[np.float64],
    today: TodaysOptions, policy: TrainingPolicy, lacks: list[_Lack], settings: UpliftSettings,
) -> tuple[list[float], list[list[int]]]:  # fmt: skip
    """What closing each is worth, and the vacancies that the person would then have, best first: matched again."""
    if not lacks:
        return [], []
    code_of = load_occupations()["code"].str.rsplit("-", n=1).str[0]
    years = policy.replaced_experience_years
    effects = Effects(
        credentials=np.array([0 if one.kind == "experience" else held_mask([one.code]) for one in lacks], np.uint64),
        occupation=np.array(
            [int(np.argmax(code_of == one.code)) if one.kind == "experience" else -1 for one in lacks], np.int16
        ),
        replaced_years=np.array([years if one.kind == "experience" else 0 for one in lacks], np.float32),
        counted_years=np.zeros(len(lacks), np.float32),
        vectors=np.zeros((len(lacks), vacancy_vectors.shape[1]), np.float32),
    )
    rematch = CourseRematch(
        market, seeker_vector, vacancy_vectors, ranker, prices, effects, today, replace(settings, profile_share=0.0)
    )
    found = rematch.of(slice(0, 1), np.ones((1, len(lacks)), dtype=bool))
    now = float(found.utility_today[0])
    worths = [0.0] * len(lacks)
    opened: list[list[int]] = [[] for _ in lacks]
    for row, effect in enumerate(found.effect):
        part = slice(found.first[row], found.first[row + 1])
        worths[effect] = max(0.0, float(found.utility[row]) - now)
        order = np.argsort(-found.net[part], kind="stable")
        opened[effect] = found.vacancy[part][order].tolist()
    return worths, opened


def _preferred(
    market: Market, seeker_vector: Vectors, vacancy_vectors: Vectors, failed: npt.NDArray[np.uint16],
    headcount: npt.NDArray[np.int64],
) -> list[SkillGap]:  # fmt: skip
    """Credentials that near vacancies, open to the person, prefer: found with the word and not without it."""
    text = market.vacancies["description"]
    rows = np.flatnonzero((failed == 0) & text.str.contains("优先", regex=False).to_numpy(bool))
    similarity = dot_rows(np.asarray(seeker_vector[0]), vacancy_vectors, rows)
    held, names = int(market.seekers["credential_mask"].iloc[0]), load_credentials().set_index("code")
    wanted: dict[str, list[int]] = {}
    for row in rows[np.lexsort((rows, -similarity))[:READ_FOR_PREFERENCES]]:
        said = str(text.iloc[row])
        asked = {one.code for one in find_credentials(said)}
        for code in {one.code for one in find_credentials(said.replace("优先", ""))} - asked - set(codes_of(held)):
            wanted.setdefault(code, []).append(int(row))
    gaps = [
        SkillGap(
            "language" if mask_of_kind("language") & required_mask([code]) else "credential", code,
            str(names["name_zh"][code]), str(names["name_en"][code]), False, tuple(found),
            int(headcount[found].sum()), 0, 0.0,
        )
        for code, found in wanted.items()
    ]  # fmt: skip
    return sorted(gaps, key=lambda gap: (-len(gap.vacancies), gap.code))
