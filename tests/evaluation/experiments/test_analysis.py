"""The analysis of an experiment: what it finds, withholds, adjusts and refuses."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.errors import ConflictError
from data.records import SeekerGroup
from evaluation.experiments.analysis import ExperimentAnalysis, analyse
from evaluation.experiments.design import ExperimentDesign
from evaluation.experiments.experiment_people import EXPERIMENT_PEOPLE
from evaluation.refusal import Refusal
from tests.evaluation.experiments.design_for_tests import design

KNOWN = date(2026, 7, 30)
GRADUATE, VETERAN = 1, 16


def people(toy: ExperimentDesign, *, each: int = 60, gain: float = 0.0, seed: int = 1, **columns: Any) -> pd.DataFrame:
    """So many people a market; the treated are placed more often by `gain`, and nobody else is touched."""
    rng = np.random.default_rng(seed)
    market = np.repeat(np.arange(len(toy.markets)), each)
    share = np.array([float(one.saturation) for one in toy.markets])[market]
    treated = rng.random(len(market)) < share
    rate = np.array([one.past_placed / one.past_people for one in toy.markets])[market]
    return EXPERIMENT_PEOPLE.check(
        pd.DataFrame(
            {
                "market": market, "treated": treated,
                "group_mask": np.where(rng.random(len(market)) < 0.3, GRADUATE, 0), "is_observed": True,
                "placed": rng.random(len(market)) < rate + gain * treated, "left": False, "referrals": 3,
                "obeying": 3, "age_years": rng.normal(35, 8, len(market)), "education_level": 3.0,
                "experience_years": np.nan, "wage_min_cny_month": 4000.0, **columns,
            }
        )
    )  # fmt: skip


def analysis(toy: ExperimentDesign, who: pd.DataFrame, **options: Any) -> ExperimentAnalysis:
    found = analyse(toy, who, options.pop("until", KNOWN), redraws=199, **options)
    assert isinstance(found, ExperimentAnalysis)
    return found


def effect(found: ExperimentAnalysis, contrast: str, saturation: str, group: str = "everyone") -> pd.Series:
    rows = found.effects
    chosen = rows[(rows["contrast"] == contrast) & (rows["saturation"] == saturation) & (rows["group"] == group)]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_an_effect_on_the_treated_alone_is_told_from_one_on_everybody() -> None:
    toy = design(24)
    found = analysis(toy, people(toy, each=150, gain=0.2))
    primary = found.effects.iloc[0]
    assert (primary["contrast"], primary["saturation"], primary["group"]) == ("total", "1", "everyone")
    assert found.effects["is_primary"].sum() == 1
    for contrast, saturation, truth in (
        ("total", "1", 0.2), ("total", "1/2", 0.1), ("treated", "1/2", 0.2), ("untreated", "1/2", 0.0),
        ("within", "1/2", 0.2),
    ):  # fmt: skip
        row = effect(found, contrast, saturation)
        assert row["effect"] == pytest.approx(truth, abs=3 * row["standard_error"]), (contrast, saturation)
        assert row["standard_error"] < 0.03
    assert effect(found, "total", "1")["p_randomisation"] <= 0.01
    assert pd.isna(effect(found, "within", "1/2")["p_randomisation"])
    assert not found.is_interim
    assert found.cautions == ()


def test_without_an_effect_none_is_found() -> None:
    toy = design(24)
    found = analysis(toy, people(toy))
    row = effect(found, "total", "1")
    assert row["low"] < 0 < row["high"]
    assert min(row["p_value"], row["p_randomisation"]) > 0.05


def test_before_the_horizon_there_is_no_analysis_but_an_interim_one() -> None:
    toy = design()
    early = people(toy)
    early.loc[early.index % 2 == 0, "is_observed"] = False
    with pytest.raises(ConflictError, match="followed until 2026-07-30"):
        analyse(toy, early, date(2026, 7, 29))
    found = analysis(toy, early, until=date(2026, 7, 29), interim=True)
    assert found.is_interim
    assert (found.people, found.of) == (len(early) // 2, len(early))
    assert "nothing is concluded before 2026-07-30" in found.cautions[0].en


def test_too_few_markets_are_refused() -> None:
    toy = design(12)
    found = analyse(toy, people(toy), KNOWN)
    assert isinstance(found, Refusal)
    assert "only 4 markets on a side" in found.en


def test_small_cells_are_withheld_with_what_they_would_follow_from() -> None:
    toy = design()
    who = people(toy)
    half = np.isin(who["market"], [n for n, one in enumerate(toy.markets) if str(one.saturation) == "1/2"])
    who["group_mask"] = np.where(np.arange(len(who)) % 3 == 0, VETERAN, 0)
    # Of the veterans of half-treated markets only seven are treated: of the untreated nothing may be shown either.
    treated_veterans = who.index[half & who["treated"] & (who["group_mask"] == VETERAN)]
    who.loc[treated_veterans[7:], "group_mask"] = 0
    found = analysis(toy, who)
    for contrast in ("treated", "untreated", "within"):
        row = effect(found, contrast, "1/2", str(SeekerGroup.VETERAN))
        assert pd.isna(row[["effect", "people", "control_people", "rate", "control_rate", "p_value"]]).all()
        assert "withheld" in row["reason_en"]
    assert not pd.isna(effect(found, "total", "1/2", str(SeekerGroup.VETERAN))["people"])
    # Nobody is in other groups: nothing of them is shown.
    assert found.effects.loc[found.effects["group"] == "graduate", "people"].isna().all()


def test_a_group_of_nearly_everyone_would_tell_of_the_few_others() -> None:
    toy = design()
    who = people(toy)
    pure = np.isin(who["market"], [n for n, one in enumerate(toy.markets) if str(one.saturation) == "0"])
    who["group_mask"] = GRADUATE
    who.loc[who.index[pure][:5], "group_mask"] = 0
    assert "withheld" in effect(analysis(toy, who), "total", "1", "graduate")["reason_en"]


def test_results_by_group_are_adjusted_for_their_number() -> None:
    toy = design(24)
    who = people(toy, each=120, gain=0.1)
    rng = np.random.default_rng(2)
    who["group_mask"] = sum((rng.random(len(who)) < 0.4).astype(np.uint16) << bit for bit in range(5))
    found = analysis(toy, who).effects
    groups = found[(found["contrast"] == "total") & (found["saturation"] == "1") & (found["group"] != "everyone")]
    ordered = groups.sort_values("p_value")
    holm = np.minimum(np.maximum.accumulate(ordered["p_value"].to_numpy() * np.array([5, 4, 3, 2, 1])), 1)
    assert ordered["p_adjusted"].to_numpy() == pytest.approx(holm)
    everyone = found.iloc[0]
    assert everyone["p_adjusted"] == everyone["p_value"]


def test_conduct_says_who_was_referred_otherwise_and_who_left() -> None:
    toy = design()
    who = people(toy)
    control = ~who["treated"]
    who.loc[control, "obeying"] = 2
    who.loc[who["treated"], "left"] = np.arange(int(who["treated"].sum())) % 5 == 0
    found = analysis(toy, who)
    conduct = found.conduct.set_index(["saturation", "arm"])
    assert list(conduct.index) == [("0", "control"), ("1/2", "control"), ("1/2", "treatment"), ("1", "treatment")]
    assert conduct.loc[("0", "control"), "obeying_share"] == pytest.approx(2 / 3)
    assert conduct.loc[("1", "treatment"), "obeying_share"] == 1
    assert conduct.loc[("1", "treatment"), "left_share"] == pytest.approx(0.2, abs=0.05)
    assert any("left the register differ" in caution.en for caution in found.cautions)


def test_balance_tells_what_differed_before() -> None:
    toy = design(24)
    who = people(toy)
    whole = np.isin(who["market"], [n for n, one in enumerate(toy.markets) if str(one.saturation) == "1"])
    who.loc[whole, "age_years"] += 8
    balance = analysis(toy, who).balance.set_index(["fact", "saturation"])
    older = balance.loc[("age_years", "1")]
    assert older["standardised_difference"] > 0.7
    assert older["p_value"] < 0.001
    assert abs(balance.loc[("age_years", "1/2"), "standardised_difference"]) < 0.2
    assert pd.isna(balance.loc[("experience_years", "1"), "mean"])
    assert balance.loc[("graduate", "1"), "mean"] == pytest.approx(0.3, abs=0.05)


def test_leakage_above_the_limit_is_said_with_every_result() -> None:
    toy = design(leakage=0.4)
    assert "40% of referrals cross markets" in analysis(toy, people(toy)).cautions[0].en
