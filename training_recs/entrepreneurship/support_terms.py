"""Whether an incubator or mentor takes a person: exact, by their typed terms, for every pair at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.facts.credentials import find_credentials
from data.reference.credentials import held_mask
from data.reference.startup_support import condition_bit
from data.startup_columns import codes_in
from training_recs.entrepreneurship.starters import FAIL, PASS, UNKNOWN, Starters, Verdicts, any_holds

Masks = npt.NDArray[np.uint16]

_PUTONGHUA = ("普通话", "汉语", "中文")


def judge_terms(starters: Starters, places: pd.DataFrame) -> tuple[Masks, Masks]:
    """Conditions that fail and that are unknown, uint16 (starters, places), bit = startup condition.

    Parameters
    ----------
    places
        An INCUBATORS or MENTORS table. A term that the table does not have, or that is null, asks nothing.
    """
    failed, unknown = (np.zeros((len(starters), len(places)), dtype=np.uint16) for _ in range(2))
    for column, place in enumerate(places.to_dict("records")):
        for name, verdict in _verdicts(starters, place).items():
            bit = np.uint16(condition_bit(name))
            failed[:, column] |= np.where(verdict == FAIL, bit, 0).astype(np.uint16)
            unknown[:, column] |= np.where(verdict == UNKNOWN, bit, 0).astype(np.uint16)
    return failed, unknown


def _verdicts(starters: Starters, place: dict[Any, Any]) -> dict[str, Verdicts]:
    groups, most = codes_in(place.get("admits_groups")), place.get("max_months_registered")
    found = {
        "stage": starters.in_stages(codes_in(place["admits_stages"])),
        "group": any_holds(starters.holds(code) for code in groups) if groups else np.full(len(starters), PASS),
        "age_of_business": starters.in_months(None, None if most is None or pd.isna(most) else int(most)),
    }
    if "incubator_id" in place:
        found["trade"] = _in_trades(starters, codes_in(place["occupations"]))
    return found | {"language": _speaks(starters, place.get("languages"))}


def _in_trades(starters: Starters, admitted: tuple[str, ...]) -> Verdicts:
    """Whether the trade is one of these codes, or begins with one; none given: any."""
    if not admitted:
        return np.full(len(starters), PASS)
    return np.array(
        [
            UNKNOWN if not code else PASS if any(within(code, one) for one in admitted) else FAIL
            for code in starters.occupations
        ],
        dtype=np.int8,
    )


def within(code: str, beginning: str) -> bool:
    """Whether an occupation lies in a group of the classification: 6-29-02-04 in 6-29, not in 6-2."""
    return code == beginning or code.startswith(f"{beginning}-")


def _speaks(starters: Starters, languages: object) -> Verdicts:
    """Whether a language is shared. Putonghua is taken for shared; another is, where the credential is held."""
    if not isinstance(languages, str) or any(word in languages for word in _PUTONGHUA):
        return np.full(len(starters), PASS)
    shared = held_mask([found.code for found in find_credentials(languages)])
    speaks = starters.seekers["credential_mask"].to_numpy(np.uint64) & np.uint64(shared) != 0
    return np.where(speaks, PASS, UNKNOWN).astype(np.int8)
