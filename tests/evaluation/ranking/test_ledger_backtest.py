"""The backtest knows nothing of what came after: a ledger with another future foretells the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256

import bm25s
import numpy as np
import pandas as pd
import pytest

from data.columns import Records
from data.records import ReferralEventKind as Kind
from data.records import SeekerGroup
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings
from evaluation.groups import EVERYONE
from evaluation.ranking.backtest_forecasts import backtest_forecasts
from evaluation.ranking.bm25_scores import K1, B, Bm25Scores
from evaluation.ranking.calibration_table import CALIBRATION, RELIABILITY_BY_GROUP, Side
from evaluation.ranking.filtered_recall import FilteredRecall
from evaluation.ranking.known_then import known_on
from evaluation.ranking.ledger_backtest import BACKTEST, ledger_backtest, monthly_origins
from evaluation.ranking.list_coverage import ListCoverage
from evaluation.ranking.ranking_comparison import RANKING_COMPARISON
from evaluation.ranking.ranking_evidence import RankingEvidence, judge_ranking
from evaluation.ranking.seeker_lists import seeker_lists
from evaluation.refusal import Refusal
from models.fused_similarity import words_and_characters

TODAY = date(2026, 3, 1)
ORIGINS = (date(2025, 11, 1), date(2025, 12, 15))
SAID = ["p_accept", "p_hire", "accept_learnt", "hire_learnt", "prior", "similarity", "bm25", "group_mask"]
KEY = ["origin", "referred_on", "seeker_id", "vacancy_id"]


def embed(texts: Sequence[str]) -> np.ndarray:
    """Hashed words as unit vectors: similar texts are near, and nothing is trained."""
    vectors = np.zeros((len(texts), 64), dtype=np.float32)
    for row, text in enumerate(texts):
        for token in words_and_characters(text):
            vectors[row, int(sha256(token.encode()).hexdigest(), 16) % 64] += 1
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


@pytest.fixture(scope="module")
def records() -> Records:
    return build_city(CitySettings(seekers=2_500, vacancies=500, courses=5, as_of=TODAY)).records


@pytest.fixture(scope="module")
def backtest(records: Records) -> pd.DataFrame:
    return ledger_backtest(records, TODAY, origins=ORIGINS, embed=embed, seed=0)


def test_every_decided_referral_between_the_first_origin_and_the_end_is_foretold_once(
    records: Records, backtest: pd.DataFrame
) -> None:
    day = records.referrals["referred_on"]
    due = records.referrals[(day >= "2025-11-01") & (day < "2026-01-15")]  # 45 days before today
    assert len(backtest) == len(due)
    assert not backtest.duplicated(["seeker_id", "vacancy_id", "referred_on"]).any()
    assert (backtest["referred_on"] >= backtest["origin"]).all()
    assert (backtest.loc[backtest["origin"] == "2025-11-01", "referred_on"] < "2025-12-15").all()
    assert backtest[["accept_learnt", "hire_learnt"]].all(axis=None)
    pd.testing.assert_frame_equal(BACKTEST.check(backtest), backtest)


def another_future(records: Records, day: str) -> Records:
    """Everything dated from `day` on is different: answers reversed, hires taken back, licences and groups gained."""
    events = records.referral_events.copy()
    later = events["occurred_on"] >= day
    events.loc[later & (events["event"] == Kind.SEEKER_ACCEPTED), "event"] = str(Kind.SEEKER_DECLINED)
    undone = [Kind.INTERVIEWED, Kind.HIRED, Kind.REJECTED, Kind.STARTED, Kind.LEFT]
    events = events[~(later & events["event"].isin(undone))]
    people = records.seekers["seeker_id"]
    licences = pd.DataFrame(
        {"seeker_id": people, "credential_code": "DL-A1", "obtained_on": pd.Timestamp("2026-02-01"),
         "expires_on": pd.Timestamp("2030-01-01")}
    )  # fmt: skip
    groups = pd.DataFrame(
        {"seeker_id": people, "group_code": str(SeekerGroup.VETERAN), "valid_from": pd.Timestamp("2026-02-01"),
         "valid_until": pd.Timestamp("2030-01-01")}
    )  # fmt: skip
    return Records.of(
        **{
            **{name: getattr(records, name) for name in records.__dataclass_fields__},
            "referral_events": events,
            "seeker_credentials": pd.concat([records.seeker_credentials, licences]),
            "seeker_groups": pd.concat([records.seeker_groups, groups]),
        }
    )


def test_what_happens_from_an_origin_on_changes_no_prediction_of_it(records: Records, backtest: pd.DataFrame) -> None:
    last = ORIGINS[-1].isoformat()
    other = ledger_backtest(another_future(records, last), TODAY, origins=ORIGINS[-1:], embed=embed, seed=0)
    both = backtest.merge(other, on=KEY, suffixes=("", "_other"))
    assert len(both) == len(other) > 100
    assert (both["accepted"] != both["accepted_other"]).mean() > 0.2  # the future is another
    for name in SAID:
        assert (both[name] == both[f"{name}_other"]).all(), name


def test_what_happened_before_an_origin_does_change_its_predictions(records: Records, backtest: pd.DataFrame) -> None:
    """The test above could not fail if nothing ever mattered."""
    other = ledger_backtest(another_future(records, "2025-06-01"), TODAY, origins=ORIGINS[-1:], embed=embed, seed=0)
    both = backtest.merge(other, on=KEY, suffixes=("", "_other"))
    assert (both["p_accept"] != both["p_accept_other"]).mean() > 0.9


def test_known_on_a_day_is_what_was_dated_by_then(records: Records) -> None:
    known = known_on(records, ORIGINS[0])
    for table, column in (
        (known.seekers, "registered_on"), (known.vacancies, "published_on"), (known.referrals, "referred_on"),
        (known.referral_events, "occurred_on"), (known.seeker_groups, "valid_from"),
    ):  # fmt: skip
        assert len(table)
        assert (table[column] <= "2025-11-01").all()
    assert (known.seeker_credentials["obtained_on"].dropna() <= "2025-11-01").all()
    assert known.seeker_experience["seeker_id"].isin(known.seekers["seeker_id"]).all()


def test_a_ledger_too_short_to_learn_from_is_said_to_be(records: Records) -> None:
    short = replace(records, referrals=records.referrals[records.referrals["referred_on"] >= "2025-12-01"])
    found = ledger_backtest(short, TODAY, origins=ORIGINS[-1:], embed=embed, seed=0)
    assert not found["hire_learnt"].any()
    evidence = judged(found)
    hire = evidence.calibration[evidence.calibration["side"] == Side.HIRE]
    assert (hire["verdict"] == "refused").all()
    assert any("too little history" in refusal.en for refusal in evidence.refusals)


def test_an_empty_ledger_gives_reasons_instead_of_figures(records: Records) -> None:
    nothing = replace(records, referrals=records.referrals.iloc[:0], referral_events=records.referral_events.iloc[:0])
    evidence = judged(ledger_backtest(nothing, TODAY, origins=ORIGINS, embed=embed, seed=0))
    assert isinstance(evidence.quality, Refusal)
    assert isinstance(evidence.comparison, Refusal)
    assert (evidence.calibration["verdict"] == "refused").all()
    assert len(evidence.refusals) == 2
    assert len(evidence.reliability) == 0


def judged(backtest: pd.DataFrame) -> RankingEvidence:
    return judge_ranking(
        backtest, as_of=TODAY, is_synthetic=True, origins=ORIGINS, seed=0,
        coverage=ListCoverage(10, 10, 9, 8, 0.9), recall=FilteredRecall(50, 10, 1.0, 0.7, 1.0, 10, 0),
    )  # fmt: skip


def test_the_evidence_is_tables_that_a_report_can_show(backtest: pd.DataFrame) -> None:
    evidence = judged(backtest)
    for layout, table in (
        (CALIBRATION, evidence.calibration), (RELIABILITY_BY_GROUP, evidence.reliability),
        (RANKING_COMPARISON, evidence.comparison),
    ):  # fmt: skip
        assert isinstance(table, pd.DataFrame)
        assert list(table.columns) == list(layout.columns)
    assert set(evidence.calibration["side"]) == set(Side)
    accept = evidence.calibration.set_index(["side", "group"]).loc[(Side.ACCEPT, EVERYONE)]
    assert accept["events"] == backtest["accepted"].sum()
    assert evidence.refusals == ()


def test_forecasts_are_of_referrals_whose_answer_is_known(backtest: pd.DataFrame) -> None:
    found = backtest_forecasts(backtest)
    everyone = {side: found[side, EVERYONE] for side in Side}
    known = backtest["hire_known"]
    assert len(everyone[Side.ACCEPT]) == len(backtest)
    assert len(everyone[Side.HIRE]) == known.sum()
    assert len(everyone[Side.PLACEMENT]) == (known | ~backtest["accepted"]).sum()
    assert everyone[Side.PLACEMENT].events == everyone[Side.HIRE].events == (backtest["hired"] & known).sum()
    veterans = backtest["group_mask"].to_numpy() >> list(SeekerGroup).index(SeekerGroup.VETERAN) & 1
    assert len(found[Side.ACCEPT, SeekerGroup.VETERAN]) == veterans.sum()


def test_lists_are_of_seekers_whose_referrals_ended_differently() -> None:
    rows = [
        # seeker, accepted, hire known, hired
        ("A", False, False, False), ("A", True, True, True), ("A", True, True, False),
        ("B", False, False, False), ("B", False, False, False),  # all alike: nothing to order
        ("C", True, False, False), ("C", False, False, False),  # accepted at a full post is accepted
        ("D", True, True, True),  # one referral
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["seeker_id", "accepted", "hire_known", "hired"])
    lists = seeker_lists(table.assign(p_accept=0.5, p_hire=0.5, prior=0.1, similarity=0.2, bm25=1.0, random=0.3))
    assert lists.query.tolist() == [0, 0, 0, 2, 2]
    assert lists.grade.tolist() == [0, 2, 1, 1, 0]
    assert list(lists.scores) == ["ranker", "prior", "similarity", "bm25", "random"]


def test_bm25_of_pairs_is_the_librarys() -> None:
    documents = ["焊工 电焊 二保焊", "会计 出纳 做账", "仓库 叉车司机", "电工 焊工"]
    scores = Bm25Scores(documents)
    queries = ["焊工 焊工", "找会计工作", "叉车", "外星语 zzz"]
    index = bm25s.BM25(k1=K1, b=B)
    index.index([words_and_characters(text) for text in documents], show_progress=False)
    for query in queries:
        expected = index.get_scores(words_and_characters(query))
        assert np.allclose(scores.of_pairs([query] * 4, np.arange(4)), expected, atol=1e-5)


def test_origins_are_months_whose_last_can_be_judged() -> None:
    assert monthly_origins(date(2026, 7, 15), 3) == (date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30))
