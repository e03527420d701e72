"""The hard rules, one small compiled function each: a seeker record and a vacancy record in, a verdict out.

A verdict is 0 FAIL, 1 PASS or 2 UNKNOWN (`data.records.Verdict`). The policy of the third value: what an
advertisement demands but does not state (education, experience) is a question; what a person has not
asked for (meals, a wage) is no demand and passes; where one side has spoken and the other has not, ask.
The specification table in `tests/specification/test_eligibility_rules.py` lists every case.

Rules and the kernels that run them share this module because numba's cache on disk sees changes of one
file only. Their order is the bit order of every mask; `matching.eligibility.RULES` names them.
"""

from __future__ import annotations

import math

import numba
import numpy as np

FAIL, PASS, UNKNOWN = 0, 1, 2
NO, YES = 0, 1
GENERAL_MINIMUM_AGE = 16
"""劳动法 art. 15. Only people of 16 and over can register as seekers, so an unknown age still passes it."""
LOWEST_EDUCATION = 1
EARTH_RADIUS_KM = 6371.0088
RULE_COUNT = 11

SEEKER_RECORD = np.dtype(
    [
        ("credentials", "u8"), ("x", "f8"), ("y", "f8"), ("z", "f8"), ("age", "f4"), ("experience", "f4"),
        ("wage_min", "f4"), ("commute_limit", "f4"), ("radius", "f4"), ("education", "i1"), ("accepts_night", "i1"),
        ("accepts_shift", "i1"), ("needs_board", "i1"), ("needs_lodging", "i1"), ("will_relocate", "i1"),
        ("complete", "i1"), ("padding", "i1", 5),
    ]
)  # fmt: skip
VACANCY_RECORD = np.dtype(
    [
        ("credentials", "u8"), ("languages", "u8"), ("x", "f8"), ("y", "f8"), ("z", "f8"), ("experience_min", "f4"),
        ("wage_min", "f4"), ("wage_max", "f4"), ("radius", "f4"), ("education_min", "i1"), ("minimum_age", "i1"),
        ("negotiable", "i1"), ("night", "i1"), ("shift", "i1"), ("board", "i1"), ("lodging", "i1"), ("padding", "i1"),
    ]
)  # fmt: skip


@numba.njit(cache=True)
def age(s, v):  # type: ignore[no-untyped-def]
    """Statutory minimum age of the work (劳动法 arts. 15, 64)."""
    if math.isnan(s.age):
        return PASS if v.minimum_age <= GENERAL_MINIMUM_AGE else UNKNOWN
    return PASS if s.age >= v.minimum_age else FAIL


@numba.njit(cache=True)
def education(s, v):  # type: ignore[no-untyped-def]
    """Level reached against level required; an advertisement's silence is a question."""
    if 0 <= v.education_min <= LOWEST_EDUCATION:
        return PASS
    if v.education_min < 0 or s.education < 0:
        return UNKNOWN
    return PASS if s.education >= v.education_min else FAIL


@numba.njit(cache=True)
def experience(s, v):  # type: ignore[no-untyped-def]
    """Years of work in all against years required; an advertisement's silence is a question."""
    if v.experience_min == 0:
        return PASS
    if math.isnan(v.experience_min) or math.isnan(s.experience):
        return UNKNOWN
    return PASS if s.experience >= v.experience_min else FAIL


@numba.njit(cache=True)
def _holds(required, s):  # type: ignore[no-untyped-def]
    if required & ~s.credentials == 0:
        return PASS
    return FAIL if s.complete == YES else UNKNOWN


@numba.njit(cache=True)
def credentials(s, v):  # type: ignore[no-untyped-def]
    """Licences and certificates; what was never asked of the seeker is a question."""
    return _holds(v.credentials, s)


@numba.njit(cache=True)
def languages(s, v):  # type: ignore[no-untyped-def]
    """Languages, as credentials."""
    return _holds(v.languages, s)


@numba.njit(cache=True)
def wage(s, v):  # type: ignore[no-untyped-def]
    """The highest pay offered reaches the floor; negotiable or unstated pay below it is a question."""
    if math.isnan(s.wage_min) or s.wage_min <= 0 or v.wage_max >= s.wage_min or v.wage_min >= s.wage_min:
        return PASS
    if v.negotiable == YES or math.isnan(v.wage_max):
        return UNKNOWN
    return FAIL


@numba.njit(cache=True)
def _tolerates(accepts, works):  # type: ignore[no-untyped-def]
    if works == NO or accepts == YES:
        return PASS
    if works == YES:
        return FAIL if accepts == NO else UNKNOWN
    return UNKNOWN if accepts == NO else PASS


@numba.njit(cache=True)
def night_work(s, v):  # type: ignore[no-untyped-def]
    """Fails where there is night work and the seeker refuses it; two silences pass."""
    return _tolerates(s.accepts_night, v.night)


@numba.njit(cache=True)
def shift_work(s, v):  # type: ignore[no-untyped-def]
    """Fails where there is shift work and the seeker refuses it; two silences pass."""
    return _tolerates(s.accepts_shift, v.shift)


@numba.njit(cache=True)
def _provided(needs, offered):  # type: ignore[no-untyped-def]
    if needs != YES or offered == YES:
        return PASS
    return FAIL if offered == NO else UNKNOWN


@numba.njit(cache=True)
def board(s, v):  # type: ignore[no-untyped-def]
    """Meals, where the seeker needs them."""
    return _provided(s.needs_board, v.board)


@numba.njit(cache=True)
def lodging(s, v):  # type: ignore[no-untyped-def]
    """Lodging, where the seeker needs it."""
    return _provided(s.needs_lodging, v.lodging)


@numba.njit(cache=True)
def distance_km(s, v):  # type: ignore[no-untyped-def]
    """Great-circle distance in km from unit vectors (haversine = chord² / 4); NaN where a place is unknown."""
    chord2 = (s.x - v.x) ** 2 + (s.y - v.y) ** 2 + (s.z - v.z) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord2) / 2)) if chord2 == chord2 else math.nan


@numba.njit(cache=True)
def commute(s, v):  # type: ignore[no-untyped-def]
    """Within the seeker's limit, or lodging offered to one who relocates.

    Beyond a stated limit, one yes and one silence make a question; two silences fail. A place known only by its
    district may be nearer than the district's centre: within both radii of the limit, ask.
    """
    if v.lodging == YES and s.will_relocate == YES:
        return PASS
    km = distance_km(s, v)
    if math.isnan(km) or math.isnan(s.commute_limit):
        return UNKNOWN
    if km <= s.commute_limit:
        return PASS
    if km <= s.commute_limit + math.sqrt(s.radius**2 + v.radius**2):
        return UNKNOWN
    may_live_there = v.lodging != NO and s.will_relocate != NO and (v.lodging == YES or s.will_relocate == YES)
    return UNKNOWN if may_live_there else FAIL


@numba.njit(cache=True)
def is_candidate(s, v):  # type: ignore[no-untyped-def]
    """True where no rule fails; stops at the first that does. The dearest rule is last."""
    return (
        age(s, v) != FAIL
        and education(s, v) != FAIL
        and experience(s, v) != FAIL
        and credentials(s, v) != FAIL
        and languages(s, v) != FAIL
        and wage(s, v) != FAIL
        and night_work(s, v) != FAIL
        and shift_work(s, v) != FAIL
        and board(s, v) != FAIL
        and lodging(s, v) != FAIL
        and commute(s, v) != FAIL
    )


@numba.njit(cache=True)
def verdicts(s, v):  # type: ignore[no-untyped-def]
    """Verdict of every rule in bit order."""
    return (
        age(s, v), education(s, v), experience(s, v), credentials(s, v), languages(s, v), wage(s, v),
        night_work(s, v), shift_work(s, v), board(s, v), lodging(s, v), commute(s, v),
    )  # fmt: skip


@numba.njit(cache=True, nogil=True)
def judge_pairs(seekers, vacancies, seeker_rows, vacancy_rows, failed, unknown):  # type: ignore[no-untyped-def]
    """Fill `failed` and `unknown` (uint16, one a pair; bit = rule)."""
    for pair in range(len(seeker_rows)):
        found = verdicts(seekers[seeker_rows[pair]], vacancies[vacancy_rows[pair]])
        for rule in range(RULE_COUNT):
            if found[rule] == FAIL:
                failed[pair] |= np.uint16(1 << rule)
            elif found[rule] == UNKNOWN:
                unknown[pair] |= np.uint16(1 << rule)


@numba.njit(cache=True, nogil=True)
def thresholds_of_best(seekers, vacancies, similarity, k, margin, threshold, count):  # type: ignore[no-untyped-def]
    """Per seeker: what a candidate's similarity must reach to be perhaps among the best `k`, and how many reach it.

    A heap keeps the k best candidates seen so far; rules are asked only about what would enter it, which after
    the first few hundred vacancies is seldom. Fills `threshold` (float32; −inf below k candidates: all count)
    and `count` (int64), one a seeker.
    """
    heap = np.empty(k, dtype=np.float32)  # the least of the best at the root
    for row in range(len(seekers)):
        size = 0
        for column in range(len(vacancies)):
            value = similarity[row, column]
            if size == k and value <= heap[0]:
                continue
            if not is_candidate(seekers[row], vacancies[column]):
                continue
            if size < k:
                at = size
                size += 1
                while at > 0 and heap[(at - 1) // 2] > value:
                    heap[at] = heap[(at - 1) // 2]
                    at = (at - 1) // 2
            else:
                at = 0
                while 2 * at + 1 < k:
                    child = 2 * at + 1
                    if child + 1 < k and heap[child + 1] < heap[child]:
                        child += 1
                    if heap[child] >= value:
                        break
                    heap[at] = heap[child]
                    at = child
            heap[at] = value
        threshold[row] = heap[0] - margin if size == k else -np.inf
        reached = 0
        for column in range(len(vacancies)):
            if similarity[row, column] >= threshold[row] and is_candidate(seekers[row], vacancies[column]):
                reached += 1
        count[row] = reached


@numba.njit(cache=True, nogil=True)
def score_best(  # type: ignore[no-untyped-def]
    seekers, vacancies, similarity, threshold, first, queries, vectors, row_of, column_of, exact
):
    """Fill the candidates that reach their threshold: row, column and exact similarity, from `first[row]` on.

    `exact` (float32) is a dot product summed in float64 in index order, whatever the shape of the block.
    """
    for row in range(len(seekers)):
        at = first[row]
        for column in range(len(vacancies)):
            if similarity[row, column] >= threshold[row] and is_candidate(seekers[row], vacancies[column]):
                total = 0.0
                for j in range(queries.shape[1]):
                    total += np.float64(queries[row, j]) * np.float64(vectors[column, j])
                row_of[at], column_of[at], exact[at] = row, column, total
                at += 1


@numba.njit(cache=True, nogil=True)
def count_pairs(seekers, vacancies):  # type: ignore[no-untyped-def]
    """How many of all pairs are candidates, and how many surely eligible."""
    candidates, eligible = 0, 0
    for row in range(len(seekers)):
        for column in range(len(vacancies)):
            if is_candidate(seekers[row], vacancies[column]):
                candidates += 1
                sure = True
                for verdict in verdicts(seekers[row], vacancies[column]):
                    sure = sure and verdict == PASS
                eligible += sure
    return candidates, eligible
