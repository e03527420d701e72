"""Two-stage randomisation: markets to saturations by lot within strata, then seekers of a market by a keyed hash.

Baird, Bohren, McIntosh & Özler (2018), "Optimal design of experiments in the presence of interference", Review of
Economics and Statistics 100: a market's *saturation* is the share of its people who are treated; whole markets without
anybody treated are the pure control. A person's lot is a function of the design's key and his identifier alone, so
whoever comes later is assigned in the same way on any night and any machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from data.errors import ConfigurationError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
BLOCKS_PER_BAND = 2


def read_saturations(texts: Sequence[str]) -> tuple[Fraction, ...]:
    """Shares to be treated, rising, from texts such as '0', '1/2', '0.5', '1'.

    Raises
    ------
    ConfigurationError
        One is no share, one occurs twice, or the pure control (0) is not among at least two.
    """
    try:
        shares = tuple(sorted(Fraction(text) for text in texts))
    except (ValueError, ZeroDivisionError) as error:
        raise ConfigurationError(f"saturations {', '.join(texts)}", remedy="shares such as 0, 1/2, 1") from error
    if len(shares) < 2 or len(set(shares)) < len(shares) or shares[0] != 0 or shares[-1] > 1:
        raise ConfigurationError(
            f"saturations {', '.join(texts)}",
            remedy="different shares from 0 to 1, with 0 (markets in which nobody is treated) and at least one other",
        )
    return shares


def strata(people: Ints, past_rate: Floats, saturations: int) -> Ints:
    """Stratum of each market, int64 (markets,): like in size, then in past placement rate.

    Markets are cut by falling size into bands of twice as many as there are saturations, each band by falling rate into
    blocks of as many as there are saturations; the last block may be short. An unknown rate counts as the mean.
    """
    known = past_rate[~np.isnan(past_rate)]
    rate = np.where(np.isnan(past_rate), known.mean() if len(known) else 0.0, past_rate)
    by_size = np.argsort(-people, kind="stable")
    band = np.empty(len(people), dtype=np.int64)
    band[by_size] = np.arange(len(people)) // (BLOCKS_PER_BAND * saturations)
    order = np.lexsort((np.arange(len(people)), -rate, band))
    found = np.empty(len(people), dtype=np.int64)
    found[order] = np.arange(len(people)) // saturations
    return found


def draw_saturations(stratum: Ints, saturations: int, lot: np.random.Generator) -> Ints:
    """Number of each market's saturation, int64 (markets,): every one as often as can be within each stratum.

    What is left over in a stratum gets different ones, drawn by lot; each market has each with the same chance.
    """
    found = np.empty(len(stratum), dtype=np.int64)
    for one in np.unique(stratum):
        members = np.flatnonzero(stratum == one)
        rounds = [lot.permutation(saturations) for _ in range(-(-len(members) // saturations))]
        found[members] = np.concatenate(rounds)[: len(members)]
    return found


def lots(seeker_ids: Sequence[str], key: str) -> Floats:
    """A number in [0, 1) for each person, float64 (people,): treated is who has less than his market's saturation.

    BLAKE2b, keyed: nobody's lot says anything of another's, or of the same person's under another key.
    """
    secret = blake2b(key.encode(), digest_size=32).digest()
    drawn = [int.from_bytes(blake2b(one.encode(), digest_size=8, key=secret).digest(), "big") for one in seeker_ids]
    return np.array([one >> 11 for one in drawn], dtype=np.float64) / 2.0**53
