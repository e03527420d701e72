"""The support that people who start a business are entitled to: rules are data, and what is unknown is a question."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import TEXT, Column, Table
from data.reference.startup_support import SupportRule, condition_bit
from training_recs.entrepreneurship.starters import (
    FAIL,
    STAGES,
    UNKNOWN,
    Starters,
    Verdicts,
    all_hold,
    any_holds,
)


class Entitlement(StrEnum):
    """What a rule says of a person, the best first."""

    ENTITLED = "entitled"
    """Every condition holds."""
    ASK = "ask"
    """No condition fails; some are to be asked."""
    LATER = "later"
    """The business is not that far yet; nothing else fails."""
    NOT = "not"


ENTITLEMENTS = Table(
    "entitlements",
    {
        "starter": Column("int32", "row of the starters; the table is sorted by it", low=0),
        "rule": Column("int32", "row of the rules", low=0),
        "verdict": Column(TEXT, "Entitlement", codes=frozenset(Entitlement) - {Entitlement.NOT}),
        "unknown": Column("uint16", "conditions to ask about; bit = startup condition"),
        "amount_cny": Column("float64", "of the rule, no more than the loan wanted; NaN: not an amount", nullable=True),
    },
)


def entitlements(starters: Starters, rules: Sequence[SupportRule]) -> pd.DataFrame:
    """What each of the starters is or may be entitled to, laid out as `ENTITLEMENTS`.

    Of several ways to one support only the best verdicts are kept, and of equal ones those whose group is certain;
    what is not due is left out.
    """
    parts = [_judged(starters, rule, number) for number, rule in enumerate(rules)]
    table = pd.concat(parts, ignore_index=True)
    table = table[table["verdict"] != Entitlement.NOT]
    order = table["verdict"].map({str(verdict): place for place, verdict in enumerate(Entitlement)}).astype("int64")
    rank = 2 * order + (table["unknown"] & condition_bit("group") != 0)
    support = table["rule"].map(dict(enumerate(rule.support for rule in rules)))
    best = rank.groupby([table["starter"], support]).transform("min")
    return ENTITLEMENTS.check(table[rank == best].sort_values(["starter", "rule"]))


def _judged(starters: Starters, rule: SupportRule, number: int) -> pd.DataFrame:
    people = [all_hold(starters.holds(code) for code in sorted(one)) for one in rule.any_of]
    always = {
        "group": any_holds(people) if people else np.ones(len(starters), np.int8),
        "form": starters.is_form(rule.form) if rule.form else np.ones(len(starters), np.int8),
        "first_business": starters.is_first if rule.first_business else np.ones(len(starters), np.int8),
        "age": starters.in_age(rule.minimum_age, rule.maximum_age),
    }
    in_time = {
        "stage": starters.in_stages(rule.stages),
        "age_of_business": starters.in_months(rule.min_months, rule.max_months),
        "licence": starters.has_licence if rule.licence else np.ones(len(starters), np.int8),
    }
    refused = (all_hold(always.values()) == FAIL) | _too_late(starters, rule)
    early = all_hold(in_time.values()) == FAIL
    unknown = _unknown_mask(always | in_time) | (condition_bit("further") if rule.asks_zh else 0)
    verdict = np.select(
        [refused, early, unknown != 0],
        [str(Entitlement.NOT), str(Entitlement.LATER), str(Entitlement.ASK)],
        str(Entitlement.ENTITLED),
    )
    amount = np.full(len(starters), np.nan if rule.amount_cny is None else rule.amount_cny)
    if rule.unit == "loan":
        amount = np.fmin(amount, starters.wishes["capital_wanted_cny"].to_numpy(np.float64, na_value=np.nan))
    return pd.DataFrame(
        {
            "starter": np.arange(len(starters), dtype=np.int32),
            "rule": np.int32(number),
            "verdict": pd.Series(verdict, dtype=TEXT),
            "unknown": unknown.astype(np.uint16),
            "amount_cny": amount,
        }
    )


def _too_late(starters: Starters, rule: SupportRule) -> npt.NDArray[np.bool_]:
    """Beyond the last stage, or the most months since registration."""
    over = starters.months > rule.max_months if rule.max_months is not None else np.zeros(len(starters), bool)
    last = max((STAGES.index(stage) for stage in rule.stages), default=len(STAGES))
    return np.asarray(over | (starters.stage > last))


def _unknown_mask(verdicts: dict[str, Verdicts]) -> npt.NDArray[np.int64]:
    masks = [(verdict == UNKNOWN) * np.int64(condition_bit(name)) for name, verdict in verdicts.items()]
    return np.asarray(np.bitwise_or.reduce(masks))
