"""The compiled parts of the re-match: which vacancies a person as trained is scored for, and the utility that results.

They ask the rules themselves (`matching.rules`), compiled in here. Numba's cache on disk sees changes of one file only:
after a change of the rules delete `__pycache__/*.nb*`; `CourseRematch` judges every pair again and says so.
"""

from __future__ import annotations

import numba
import numpy as np

from matching.rules import FAIL, commute, credentials, experience, languages


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _dot(one, other):  # type: ignore[no-untyped-def]
    total = np.float32(0)
    for j in range(len(one)):
        total += one[j] * other[j]
    return total


@numba.njit(cache=True, nogil=True)
def find_most_similar(  # type: ignore[no-untyped-def]
    bits, seekers, vacancies, vectors, vacancy_vectors, prices, wanted, adds, effect_vectors,
    touched_first, touched_effect, nearness, replaced, share, price_weight, count, vacancy, key, similarity, as_is
):  # fmt: skip
    """Fill `count` (B, E), `vacancy` and `similarity` (B, E, m) with the vacancies to score, most similar first.

    `bits` (B, words): vacancies that no rule but commuting and those that training changes forbids. Of equal keys the
    lower vacancy row is kept.
    """
    kept = vacancy.shape[2]
    as_trained = seekers[:1].copy()
    norm = np.empty(wanted.shape[1], dtype=np.float32)
    for i in range(len(seekers)):
        s = seekers[i]
        as_trained[0] = s
        for e in range(wanted.shape[1]):
            if wanted[i, e]:
                along = np.float32(2) * share * _dot(vectors[i], effect_vectors[e])
                norm[e] = np.float32(1) / np.sqrt(max(np.float32(1) + along + share * share, np.float32(1e-6)))
        for word in range(bits.shape[1]):
            left = bits[i, word]
            while left != 0:
                lowest = left & (~left + np.uint64(1))
                v = 64 * word + _position(lowest)
                left ^= lowest
                if touched_first[v] == touched_first[v + 1] or commute(s, vacancies[v]) == FAIL:
                    continue
                own = now = np.float32(np.nan)
                for t in range(touched_first[v], touched_first[v + 1]):
                    e = touched_effect[t]
                    if not wanted[i, e]:
                        continue
                    as_trained[0].credentials = s.credentials | adds[e]
                    if (
                        credentials(as_trained[0], vacancies[v]) == FAIL
                        or languages(as_trained[0], vacancies[v]) == FAIL
                    ):
                        continue
                    as_trained[0].experience = s.experience + replaced[t]
                    if experience(as_trained[0], vacancies[v]) == FAIL:
                        continue
                    if own != own:
                        own = _dot(vectors[i], vacancy_vectors[v])
                        is_open = credentials(s, vacancies[v]) != FAIL and languages(s, vacancies[v]) != FAIL
                        now = own if is_open and experience(s, vacancies[v]) != FAIL else now
                    near = (own + share * nearness[t]) * norm[e]
                    worth = near - price_weight * np.float32(prices[v])
                    n = count[i, e]
                    if n == kept and worth <= key[i, e, n - 1]:
                        continue
                    place = min(n, kept - 1)
                    while place > 0 and worth > key[i, e, place - 1]:
                        key[i, e, place] = key[i, e, place - 1]
                        vacancy[i, e, place] = vacancy[i, e, place - 1]
                        similarity[i, e, place], as_is[i, e, place] = (
                            similarity[i, e, place - 1],
                            as_is[i, e, place - 1],
                        )
                        place -= 1
                    key[i, e, place], vacancy[i, e, place] = worth, v
                    similarity[i, e, place], as_is[i, e, place] = near, now
                    count[i, e] = min(n + 1, kept)


@numba.njit(cache=True)
def _position(bit):  # type: ignore[no-untyped-def]
    """Number of the only bit that is set."""
    place = 0
    for step in (32, 16, 8, 4, 2, 1):
        if bit >> np.uint64(step) != 0:
            bit >>= np.uint64(step)
            place += step
    return place


@numba.njit(cache=True, nogil=True)
def fill_prospects(  # type: ignore[no-untyped-def]
    seeker, first, vacancy, net, own_vacancy, own_net, prices, referrals, utility, rate
):
    """Of each row the sums, over the best by net value of today's options and the new ones, of net values and scores.

    A vacancy counts once, at its better.
    """
    best, price = np.empty(referrals, dtype=np.float32), np.empty(referrals)
    for row in range(len(seeker)):
        best[:] = 0
        i = seeker[row]
        for pair in range(first[row], first[row + 1]):
            worth = net[pair]
            for option in range(own_vacancy.shape[1]):
                if own_vacancy[i, option] == vacancy[pair]:
                    worth = max(worth, own_net[i, option])
            _place(worth, prices[vacancy[pair]], best, price)
        for option in range(own_vacancy.shape[1]):
            if own_vacancy[i, option] < 0:
                break
            is_new = True
            for pair in range(first[row], first[row + 1]):
                is_new = is_new and vacancy[pair] != own_vacancy[i, option]
            if is_new:
                _place(own_net[i, option], prices[own_vacancy[i, option]], best, price)
        utility[row], rate[row] = 0.0, 0.0
        for place in range(referrals):
            if best[place] > 0:
                utility[row] += best[place]
                rate[row] += best[place] + price[place]


@numba.njit(cache=True)
def _place(worth, of_vacancy, best, price):  # type: ignore[no-untyped-def]
    """Keep the largest values, falling, with the prices of their vacancies."""
    place = len(best)
    while place > 0 and worth > best[place - 1]:
        place -= 1
    for later in range(len(best) - 1, place, -1):
        best[later], price[later] = best[later - 1], price[later - 1]
    if place < len(best):
        best[place], price[place] = worth, of_vacancy
