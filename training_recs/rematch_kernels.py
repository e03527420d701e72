"""The compiled parts of the re-match: which vacancies a person as trained is scored for, and the utility that results.

They ask the rules themselves (`matching.rules`), compiled in here. Numba's cache on disk sees changes of one file only:
after a change of the rules delete `__pycache__/*.nb*`; `CourseRematch` judges every pair again and says so.
"""

from __future__ import annotations

import numpy as np

from matching.rules import FAIL, commute, credentials, experience, languages
from models.kernels import kernel

_STRIP = 64
NOTHING = np.iinfo(np.int64).min
"""Where no vacancy stands."""


@kernel(fastmath={"reassoc", "contract"})
def _dot(one, other):  # type: ignore[no-untyped-def]
    total = np.float32(0)
    for j in range(len(one)):
        total += one[j] * other[j]
    return total


@kernel
def find_best(  # type: ignore[no-untyped-def]
    pieces, screen, margin, bits, seekers, vacancies, vectors, vacancy_vectors, charge, adds, first, touched,
    first_effect, effect_of, replaced, least, best
):  # fmt: skip
    """Leave in `best` int64 (B, E, m), of each effect, the vacancies to score, packed as `_packed`, highest first.

    The key is the similarity of a person and a vacancy less the vacancy's `charge`; of equal ones the lower row comes
    first. Offers the vacancies of the pieces from `pieces[0]` to `pieces[1]`; call after call goes on with what is
    there, at first `NOTHING`. `bits` (B, words): vacancies that no rule but commuting and those that training changes
    forbids. `screen` float32 (B, columns): keys of these vacancies within `margin` of the exact ones, so that most are
    never computed exactly; without columns all are. `least` float32 (E, B): the key that another must reach, at first
    −inf, or +inf where the effect is not wanted.
    """
    offset, is_screened = first[pieces[0]], screen.shape[1] > 0
    kept = best.shape[2]
    as_trained = seekers[:1].copy()
    may = np.empty(len(least), dtype=np.int64)
    of_piece = np.empty(kept, dtype=np.int64)
    for piece in range(pieces[0], pieces[1]):
        post = vacancies[touched[first[piece]]]  # what it asks for all of the piece ask for
        for i in range(len(seekers)):
            s, n, weakest = seekers[i], 0, np.float32(np.inf)
            as_trained[0] = s
            for t in range(first_effect[piece], first_effect[piece + 1]):
                e = effect_of[t]
                if least[e, i] < np.inf:
                    as_trained[0].credentials = s.credentials | adds[e]
                    if credentials(as_trained[0], post) != FAIL and languages(as_trained[0], post) != FAIL:
                        may[n] = t
                        n += 1
                        weakest = min(weakest, least[e, i])
            if n == 0:
                continue
            of_piece[:] = NOTHING
            for start in range(first[piece], first[piece + 1], _STRIP):
                end = min(start + _STRIP, first[piece + 1])
                near = screen[i, start - offset : end - offset] if is_screened else screen[i]
                if is_screened and _highest(near) < weakest - margin:
                    continue
                for place in range(start, end):
                    v = touched[place]
                    if is_screened and near[place - start] < weakest - margin:
                        continue
                    if (bits[i, v >> 6] >> np.uint64(v & 63)) & np.uint64(1) == 0:
                        continue
                    worth = _dot(vectors[i], vacancy_vectors[v]) - charge[v]
                    if worth < weakest or commute(s, vacancies[v]) == FAIL:
                        continue
                    if experience(s, vacancies[v]) != FAIL:
                        if _keep(_packed(worth, v), of_piece) and of_piece[kept - 1] != NOTHING:
                            weakest = max(weakest, _key(of_piece[kept - 1]))
                        continue
                    for one in range(n):
                        t = may[one]
                        as_trained[0].experience = s.experience + replaced[t]
                        if experience(as_trained[0], vacancies[v]) != FAIL:
                            e = effect_of[t]
                            if _keep(_packed(worth, v), best[i, e]) and best[i, e, kept - 1] != NOTHING:
                                least[e, i] = _key(best[i, e, kept - 1])
            if of_piece[0] == NOTHING:
                continue
            highest = _key(of_piece[0])
            for one in range(n):
                e = effect_of[may[one]]
                if highest < least[e, i]:
                    continue
                mine = best[i, e]
                for place in range(kept):
                    if of_piece[place] == NOTHING or not _keep(of_piece[place], mine):
                        break
                if mine[kept - 1] != NOTHING:
                    least[e, i] = _key(mine[kept - 1])


@kernel(fastmath={"nnan"})
def _highest(strip):  # type: ignore[no-untyped-def]
    found = strip[0]
    for one in strip:
        found = max(found, one)
    return found


@kernel
def _packed(key, row):  # type: ignore[no-untyped-def]
    """One number that orders as (key, −row): the bits of a float32, made to rise with it, above those of the row."""
    bits = np.int64(np.float32(key + np.float32(0)).view(np.int32))  # no −0.0
    return ((bits if bits >= 0 else bits ^ np.int64(0x7FFFFFFF)) << np.int64(32)) | np.int64(0x7FFFFFFF - row)


@kernel
def _key(packed):  # type: ignore[no-untyped-def]
    bits = packed >> np.int64(32)
    return np.int32(bits if bits >= 0 else bits ^ np.int64(0x7FFFFFFF)).view(np.float32)


@kernel
def _row(packed):  # type: ignore[no-untyped-def]
    return 0x7FFFFFFF - (packed & np.int64(0xFFFFFFFF))


@kernel
def _keep(one, best):  # type: ignore[no-untyped-def]
    """Put it in its place among the best, falling; True where it had one."""
    place = len(best) - 1
    if one <= best[place]:
        return False
    while place > 0 and one > best[place - 1]:
        best[place] = best[place - 1]
        place -= 1
    best[place] = one
    return True


@kernel
def number_pairs(  # type: ignore[no-untyped-def]
    seekers, vacancies, best, piece_of, first_effect, effect_of, same_as, number, pair_first, pair_effect, pair_vacancy,
    own_first, own_vacancy
):  # fmt: skip
    """Number the pairs to score, each once, and the vacancies among them that are open to the person as he is.

    Fills `number` (B, E, m): which pair stands there, −1 for none; `piece_of` int32 (vacancies,). Of
    seeker i the pairs `pair_first[i]` to `pair_first[i + 1]` (`pair_effect`, `pair_vacancy`), those of an effect side
    by side; and `own_vacancy` from `own_first[i]` on.
    """
    size = 64
    while size < 3 * best.shape[1] * best.shape[2]:
        size *= 2
    effects, n_vacancies = best.shape[1], len(vacancies)
    held, at = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.int32)
    of_effect = np.empty(effects + 1, dtype=np.int64)
    pairs = own = 0
    pair_first[0] = own_first[0] = 0
    for i in range(len(seekers)):
        s = seekers[i]
        held[:] = -1
        of_effect[:] = 0
        for e in range(effects):
            for place in range(best.shape[2]):
                number[i, e, place] = -1
                if best[i, e, place] == NOTHING:
                    continue
                v = _row(best[i, e, place])
                t = first_effect[piece_of[v]]
                while effect_of[t] != e:
                    t += 1
                told = same_as[t]
                slot = _slot(np.int64(told) * n_vacancies + v, held)
                number[i, e, place] = slot
                if held[slot] < 0:
                    held[slot] = np.int64(told) * n_vacancies + v
                    of_effect[told + 1] += 1
                    alone = _slot(np.int64(effects) * n_vacancies + v, held)
                    if held[alone] < 0:
                        held[alone] = np.int64(effects) * n_vacancies + v
                        post = vacancies[v]
                        if credentials(s, post) != FAIL and languages(s, post) != FAIL and experience(s, post) != FAIL:
                            own_vacancy[own] = v
                            own += 1
        own_first[i + 1] = own
        for e in range(effects):
            of_effect[e + 1] += of_effect[e]
        pair_first[i + 1] = pairs + of_effect[effects]
        at[:] = -1
        for e in range(effects):
            for place in range(best.shape[2]):
                slot = number[i, e, place]
                if slot < 0:
                    continue
                told, v = held[slot] // n_vacancies, held[slot] % n_vacancies
                if at[slot] < 0:
                    at[slot] = pairs + of_effect[told]
                    pair_effect[at[slot]], pair_vacancy[at[slot]] = told, v
                    of_effect[told] += 1
                number[i, e, place] = at[slot]
        pairs = pair_first[i + 1]


@kernel
def _slot(wanted, held):  # type: ignore[no-untyped-def]
    """Where it is, or would be put, in an open table of a power of two places; −1 marks a free one."""
    mask = len(held) - 1
    slot = ((wanted * np.int64(0x9E3779B97F4A7C1)) >> np.int64(20)) & mask
    while held[slot] >= 0 and held[slot] != wanted:
        slot = (slot + 1) & mask
    return slot


@kernel
def fill_similarities(  # type: ignore[no-untyped-def]
    vectors, vacancy_vectors, effect_vectors, share, first, effect, vacancy, similarity
):  # fmt: skip
    """Cosine of each person's text with each vacancy's; with `share` of an effect's text, where `effect` has any."""
    for i in range(len(first) - 1):
        for pair in range(first[i], first[i + 1]):
            own = _dot(vectors[i], vacancy_vectors[vacancy[pair]])
            if share != 0 and len(effect):
                text = effect_vectors[effect[pair]]
                norm = np.float32(1) + np.float32(2) * share * _dot(vectors[i], text) + share * share
                own += share * _dot(text, vacancy_vectors[vacancy[pair]])
                own /= np.sqrt(max(norm, np.float32(1e-6)))
            similarity[pair] = own


@kernel
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


@kernel
def _place(worth, of_vacancy, best, price):  # type: ignore[no-untyped-def]
    """Keep the largest values, falling, with the prices of their vacancies."""
    place = len(best)
    while place > 0 and worth > best[place - 1]:
        place -= 1
    for later in range(len(best) - 1, place, -1):
        best[later], price[later] = best[later - 1], price[later - 1]
    if place < len(best):
        best[place], price[place] = worth, of_vacancy
