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

import numpy as np

from models.kernels import kernel

FAIL, PASS, UNKNOWN = 0, 1, 2
NO, YES = 0, 1
GENERAL_MINIMUM_AGE = 16
"""劳动法 art. 15. Only people of 16 and over can register as seekers, so an unknown age still passes it."""
LOWEST_EDUCATION = 1
EARTH_RADIUS_KM = 6371.0088
RULE_COUNT = 11
SCHOOLING, CREDENTIALS, PAY, TERMS = FAMILIES = range(4)
"""Rules that read the same few values of a seeker, of which there are few in a city: see `allowed_bits`."""

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


@kernel
def age(s, v):  # type: ignore[no-untyped-def]
    """Statutory minimum age of the work (劳动法 arts. 15, 64)."""
    if math.isnan(s.age):
        return PASS if v.minimum_age <= GENERAL_MINIMUM_AGE else UNKNOWN
    return PASS if s.age >= v.minimum_age else FAIL


@kernel
def education(s, v):  # type: ignore[no-untyped-def]
    """Level reached against level required; an advertisement's silence is a question."""
    if 0 <= v.education_min <= LOWEST_EDUCATION:
        return PASS
    if v.education_min < 0 or s.education < 0:
        return UNKNOWN
    return PASS if s.education >= v.education_min else FAIL


@kernel
def experience(s, v):  # type: ignore[no-untyped-def]
    """Years of work in all against years required; an advertisement's silence is a question."""
    if v.experience_min == 0:
        return PASS
    if math.isnan(v.experience_min) or math.isnan(s.experience):
        return UNKNOWN
    return PASS if s.experience >= v.experience_min else FAIL


@kernel
def _holds(required, s):  # type: ignore[no-untyped-def]
    if required & ~s.credentials == 0:
        return PASS
    return FAIL if s.complete == YES else UNKNOWN


@kernel
def credentials(s, v):  # type: ignore[no-untyped-def]
    """Licences and certificates; what was never asked of the seeker is a question."""
    return _holds(v.credentials, s)


@kernel
def languages(s, v):  # type: ignore[no-untyped-def]
    """Languages, as credentials."""
    return _holds(v.languages, s)


@kernel
def wage(s, v):  # type: ignore[no-untyped-def]
    """The highest pay offered reaches the floor; negotiable or unstated pay below it is a question."""
    if math.isnan(s.wage_min) or s.wage_min <= 0 or v.wage_max >= s.wage_min or v.wage_min >= s.wage_min:
        return PASS
    if v.negotiable == YES or math.isnan(v.wage_max):
        return UNKNOWN
    return FAIL


@kernel
def _tolerates(accepts, works):  # type: ignore[no-untyped-def]
    if works == NO or accepts == YES:
        return PASS
    if works == YES:
        return FAIL if accepts == NO else UNKNOWN
    return UNKNOWN if accepts == NO else PASS


@kernel
def night_work(s, v):  # type: ignore[no-untyped-def]
    """Fails where there is night work and the seeker refuses it; two silences pass."""
    return _tolerates(s.accepts_night, v.night)


@kernel
def shift_work(s, v):  # type: ignore[no-untyped-def]
    """Fails where there is shift work and the seeker refuses it; two silences pass."""
    return _tolerates(s.accepts_shift, v.shift)


@kernel
def _provided(needs, offered):  # type: ignore[no-untyped-def]
    if needs != YES or offered == YES:
        return PASS
    return FAIL if offered == NO else UNKNOWN


@kernel
def board(s, v):  # type: ignore[no-untyped-def]
    """Meals, where the seeker needs them."""
    return _provided(s.needs_board, v.board)


@kernel
def lodging(s, v):  # type: ignore[no-untyped-def]
    """Lodging, where the seeker needs it."""
    return _provided(s.needs_lodging, v.lodging)


@kernel
def distance_km(s, v):  # type: ignore[no-untyped-def]
    """Great-circle distance in km from unit vectors (haversine = chord² / 4); NaN where a place is unknown."""
    chord2 = (s.x - v.x) ** 2 + (s.y - v.y) ** 2 + (s.z - v.z) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord2) / 2)) if chord2 == chord2 else math.nan


@kernel
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


@kernel
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


@kernel
def verdicts(s, v):  # type: ignore[no-untyped-def]
    """Verdict of every rule in bit order."""
    return (
        age(s, v), education(s, v), experience(s, v), credentials(s, v), languages(s, v), wage(s, v),
        night_work(s, v), shift_work(s, v), board(s, v), lodging(s, v), commute(s, v),
    )  # fmt: skip


@kernel
def masks(s, v):  # type: ignore[no-untyped-def]
    """Bits of the rules that fail, and of those that are unknown."""
    failed, unknown = 0, 0
    found = verdicts(s, v)
    for rule in range(RULE_COUNT):
        failed |= (found[rule] == FAIL) << rule
        unknown |= (found[rule] == UNKNOWN) << rule
    return failed, unknown


@kernel
def judge_pairs(seekers, vacancies, seeker_rows, vacancy_rows, failed, unknown):  # type: ignore[no-untyped-def]
    """Fill `failed` and `unknown` (uint16, one a pair; bit = rule)."""
    for pair in range(len(seeker_rows)):
        failed[pair], unknown[pair] = masks(seekers[seeker_rows[pair]], vacancies[vacancy_rows[pair]])


@kernel
def _allows(family, s, v):  # type: ignore[no-untyped-def]
    """True where no rule of a family fails; all but commuting are in one."""
    if family == SCHOOLING:
        return age(s, v) != FAIL and education(s, v) != FAIL and experience(s, v) != FAIL
    if family == CREDENTIALS:
        return credentials(s, v) != FAIL and languages(s, v) != FAIL
    if family == PAY:
        return wage(s, v) != FAIL
    return night_work(s, v) != FAIL and shift_work(s, v) != FAIL and board(s, v) != FAIL and lodging(s, v) != FAIL


@kernel
def allowed_bits(family, seekers, vacancies):  # type: ignore[no-untyped-def]
    """uint64 (seekers, words): bit v % 64 of word v // 64 is set where no rule of the family forbids vacancy v."""
    bits = np.empty((len(seekers), (len(vacancies) + 63) // 64), dtype=np.uint64)
    for word in range(bits.shape[1]):
        some = vacancies[64 * word : 64 * word + 64]
        for i in range(len(seekers)):
            s, allowed = seekers[i], np.uint64(0)
            for j in range(len(some)):
                allowed |= np.uint64(_allows(family, s, some[j])) << np.uint64(j)
            bits[i, word] = allowed
    return bits


@kernel
def all_families(a, b, c, d, rows, bits, union):  # type: ignore[no-untyped-def]
    """Fill `bits` (n, words): of seeker i, a[rows[i, 0]] & b[rows[i, 1]] & …; and `union` (words) of all."""
    union[:] = 0
    for i in range(len(rows)):
        of_a, of_b, of_c, of_d = a[rows[i, 0]], b[rows[i, 1]], c[rows[i, 2]], d[rows[i, 3]]
        for word in range(len(union)):
            bits[i, word] = of_a[word] & of_b[word] & of_c[word] & of_d[word]
            union[word] |= bits[i, word]


@kernel
def dot_rows(query, vectors, rows):  # type: ignore[no-untyped-def]
    """float32 (m,): dot products of `query` with `vectors[rows]`, each summed in float64 in index order.

    Four at a time, since each addition of one sum waits for the last.
    """
    found = np.empty(len(rows), dtype=np.float32)
    last = len(rows) - 1
    for i in range(0, len(rows), 4):
        b, c, d = min(i + 1, last), min(i + 2, last), min(i + 3, last)
        sum_a = sum_b = sum_c = sum_d = 0.0
        for j in range(len(query)):
            x = np.float64(query[j])
            sum_a += x * np.float64(vectors[rows[i], j])
            sum_b += x * np.float64(vectors[rows[b], j])
            sum_c += x * np.float64(vectors[rows[c], j])
            sum_d += x * np.float64(vectors[rows[d], j])
        found[i], found[b], found[c], found[d] = sum_a, sum_b, sum_c, sum_d
    return found


@kernel(fastmath={"reassoc", "contract"})
def _dot_rows_in_any_order(query, vectors, rows):  # type: ignore[no-untyped-def]
    """As `dot_rows`, seven times as fast; no sum of d products is off by more than d · 2⁻²⁴."""
    found = np.empty(len(rows), dtype=np.float32)
    for i in range(len(rows)):
        vector, total = vectors[rows[i]], np.float32(0)
        for j in range(len(query)):
            total += query[j] * vector[j]
        found[i] = total
    return found


@kernel
def _settle(query, vectors, k, value, vacancy):  # type: ignore[no-untyped-def]
    """Put the best `k` by exact similarity, then by row, in front, in their order; returns how many there are.

    The sort key holds the bits of the similarity, made to rise as it falls, above those of the row.
    """
    exact = dot_rows(query, vectors, vacancy) + np.float32(0)  # no −0.0
    bits = exact.view(np.int32)
    key = np.empty(len(bits), dtype=np.int64)
    for i in range(len(bits)):
        falling = ~bits[i] if bits[i] >= 0 else ~(bits[i] ^ 0x7FFFFFFF)
        key[i] = (np.int64(falling) << 32) | np.int64(vacancy[i])
    order = np.argsort(key)[:k]
    vacancy[: len(order)] = vacancy[order]
    value[: len(order)] = exact[order]
    return len(order)


@kernel
def _drop(k, margin, value, vacancy):  # type: ignore[no-untyped-def]
    """Drop what is certainly not among the best `k`; returns how many stay and what others must reach.

    A similarity is within `margin` of the exact one, so the k-th exact one is at least the k-th noted one − margin,
    and whatever reaches that is noted at no less than the k-th noted one − 2 · margin.
    """
    least = np.partition(value, len(value) - k)[len(value) - k] - 2 * margin
    kept = 0
    for i in range(len(value)):
        if value[i] >= least:
            value[kept], vacancy[kept] = value[i], vacancy[i]
            kept += 1
    return kept, least


@kernel
def _make_room(query, vectors, k, margin, value, vacancy):  # type: ignore[no-untyped-def]
    """As `_drop`; where too many are nearly alike, only the best `k` by exact similarity stay."""
    kept, least = _drop(k, margin, value, vacancy)
    if kept > len(value) // 2:
        kept = _settle(query, vectors, k, value[:kept], vacancy[:kept])
        least = value[kept - 1] - margin
    return kept, least


@kernel
def _has(bits, row):  # type: ignore[no-untyped-def]
    return (bits[row >> 6] >> np.uint64(row & 63)) & np.uint64(1) != 0


_STRIP = 128


@kernel
def _reaching(line, bound, found):  # type: ignore[no-untyped-def]
    """Put the indices of values of at least `bound` into `found`, and return how many; most strips have none."""
    n = 0
    for start in range(0, len(line), _STRIP):
        strip = line[start : start + _STRIP]
        highest = strip[0]
        for j in range(len(strip)):
            highest = max(highest, strip[j])
        if highest >= bound:
            for j in range(len(strip)):
                if strip[j] >= bound:
                    found[n] = start + j
                    n += 1
    return n


@kernel
def _places(vacancies, rows):  # type: ignore[no-untyped-def]
    """Places of some vacancies side by side, largest radius, and by `will_relocate` + 1 where one may live there."""
    place, lives = np.empty((3, len(rows)), dtype=np.float32), np.zeros((3, len(rows)), dtype=np.bool_)
    radius = 0.0
    for j in range(len(rows)):
        v = vacancies[rows[j]]
        place[0, j], place[1, j], place[2, j] = v.x, v.y, v.z
        lives[0, j], lives[2, j] = v.lodging == YES, v.lodging != NO
        if v.radius > radius:
            radius = v.radius
    return place, radius, lives


@kernel
def _note_near(s, place, radius, lives, found, near):  # type: ignore[no-untyped-def]
    """Set `near` of `found` columns, or of all where they are many, unless `commute` surely fails there.

    No arc is shorter than its chord; 10 m and 1e-5 are far above the rounding of float32. What is unknown is near.
    """
    reach = (s.commute_limit + math.sqrt(s.radius**2 + radius**2)) * (1 + 1e-5) + 0.01
    most = np.float32((reach / EARTH_RADIUS_KM) ** 2)
    home_x, home_y, home_z = np.float32(s.x), np.float32(s.y), np.float32(s.z)
    x, y, z, live = place[0], place[1], place[2], lives[s.will_relocate + 1]
    if len(found) > len(near) // 8:
        for j in range(len(near)):
            far = (x[j] - home_x) ** 2 + (y[j] - home_y) ** 2 + (z[j] - home_z) ** 2 > most
            near[j] = live[j] | (not far)
    else:
        for j in found:
            far = (x[j] - home_x) ** 2 + (y[j] - home_y) ** 2 + (z[j] - home_z) ** 2 > most
            near[j] = live[j] | (not far)


@kernel
def offer_tile(  # type: ignore[no-untyped-def]
    seekers, vacancies, allowed, queries, vectors, tile, rows, k, margin, value, vacancy, count, least
):
    """Offer each seeker the vacancies `rows` (int32, one a column of `tile`) that are similar enough.

    `tile` (seekers, columns) holds similarities as the bits of float32 (int32) or of bfloat16 (int16, its upper half):
    bits of numbers above 0 order as the numbers do, so that strips of them are compared with the bits of the least
    at once. `allowed` (seekers, words): see `allowed_bits`. State of each seeker: `value` (float32) and `vacancy`
    (int32), (seekers, room > k), of which `count` (int64) are filled, and `least` (float32), what another must reach;
    −inf at first.
    """
    shift = 32 - 8 * tile.itemsize
    number = np.empty(1, dtype=np.float32)
    bits = number.view(np.int32)
    every = np.arange(tile.shape[1], dtype=np.int32)
    some, near = np.empty_like(every), np.empty(len(every), dtype=np.bool_)
    place, radius, lives = _places(vacancies, rows)
    for i in range(len(tile)):
        line, seeker, mine, values, stored = tile[i], seekers[i], allowed[i], value[i], vacancy[i]
        filled, bound = count[i], least[i]
        number[0] = bound
        found, n = every, len(every)
        if bound > 0:
            found, n = some, _reaching(line, line.dtype.type(bits[0] >> shift), some)
        _note_near(seeker, place, radius, lives, found[:n], near)
        for at in range(n):
            if not near[found[at]]:
                continue
            bits[0] = np.int32(line[found[at]]) << shift
            row = rows[found[at]]
            if number[0] >= bound and _has(mine, row) and commute(seeker, vacancies[row]) != FAIL:
                values[filled], stored[filled] = number[0], row
                filled += 1
                if filled == len(values):
                    filled, bound = _make_room(queries[i], vectors, k, margin, values, stored)
        count[i], least[i] = filled, bound


@kernel
def offer_pairs(  # type: ignore[no-untyped-def]
    seekers, vacancies, allowed, queries, vectors, seeker, rows, similar, k, margin, value, vacancy, count, least
):
    """As `offer_tile`, of pairs: seeker (row of the block), vacancy row and similarity (float32)."""
    for pair in range(len(rows)):
        i, row = seeker[pair], rows[pair]
        if similar[pair] >= least[i] and _has(allowed[i], row) and commute(seekers[i], vacancies[row]) != FAIL:
            value[i, count[i]], vacancy[i, count[i]] = similar[pair], row
            count[i] += 1
            if count[i] == value.shape[1]:
                count[i], least[i] = _make_room(queries[i], vectors, k, margin, value[i], vacancy[i])


@kernel
def settle(  # type: ignore[no-untyped-def]
    seekers, vacancies, queries, vectors, k, margin, value, vacancy, count, unknown
):
    """Leave the best `k` of each seeker, exact and in their order; fill `unknown` (uint16) of each."""
    for i in range(len(seekers)):
        if count[i] > k:
            count[i], _ = _drop(k, margin, value[i, : count[i]], vacancy[i, : count[i]])
            value[i, : count[i]] = _dot_rows_in_any_order(queries[i], vectors, vacancy[i, : count[i]])
            rounding = np.float32((queries.shape[1] + 8) * 2.0**-24)
            count[i], _ = _drop(k, rounding, value[i, : count[i]], vacancy[i, : count[i]])
        count[i] = _settle(queries[i], vectors, k, value[i, : count[i]], vacancy[i, : count[i]])
        for place in range(count[i]):
            unknown[i, place] = masks(seekers[i], vacancies[vacancy[i, place]])[1]


@kernel
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
