"""Job titles → occupation codes with a confidence."""

from __future__ import annotations

import numpy as np
import pytest

from data.reference.occupations import load_coded_titles, load_occupations, occupation_rows
from models.occupation_coder import (
    UNKNOWN_BELOW,
    OccupationCoder,
    clean_title,
    code_titles,
    rank_occupations,
    title_confidence,
)


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("架子工", "6-29-01-05"),
        ("急聘保安（包吃住）", "4-07-05-01"),
        ("网约配送员", "4-10-08-01"),
        ("跑外卖", "4-10-08-01"),
        ("瓦匠", "6-29-01-01"),
        ("叉车司机 4000-6000", "6-30-05-01"),
        ("会计", "2-06-03-00"),
        ("叉车", "6-30-05-01"),
        ("看大门", "4-07-05-01"),
        ("月嫂", "4-10-01-06"),
        ("钩机", "6-30-05-05"),
        ("刮大白的", "6-29-04-01"),
        ("大货司机", "4-02-02-02"),
        ("烧锅炉", "6-28-01-11"),
        ("带货主播", "4-01-06-02"),
    ],
)
def test_titles_as_people_write_them(coder: OccupationCoder, title: str, code: str) -> None:
    assert code_titles(coder, [title])["occupation_code"].iloc[0] == code


@pytest.mark.parametrize("title", ["xxyyzz", "", "吃苦耐劳"])
def test_what_names_no_occupation_stays_unknown(coder: OccupationCoder, title: str) -> None:
    coded = code_titles(coder, [title])
    assert coded["occupation_code"].isna().all()
    assert coded["confidence"].iloc[0] < UNKNOWN_BELOW


def test_every_official_name_finds_its_own_occupation(coder: OccupationCoder) -> None:
    names = load_occupations()["name"]
    rows, scores = rank_occupations(coder, names.tolist(), top=2)
    # A few names are alike to the letter but for a mark of green (L) or digital (S) occupations.
    assert (rows[:, 0] == np.arange(len(names))).mean() > 0.97
    assert (scores[:, 0] >= scores[:, 1]).all()


def test_answers_keep_the_order_and_do_not_depend_on_company(coder: OccupationCoder) -> None:
    together = code_titles(coder, ["保安", "会计", "保安"])
    alone = [code_titles(coder, [title]).iloc[0].tolist() for title in ("保安", "会计", "保安")]
    assert together["occupation_code"].tolist() == [code for code, _ in alone]
    # Products of matrices of other shapes round otherwise in the last digit.
    assert together["confidence"].tolist() == pytest.approx([confidence for _, confidence in alone], abs=1e-6)


def test_confidence_rises_with_the_score_and_stays_a_probability(coder: OccupationCoder) -> None:
    titles = load_coded_titles()["title"].tolist()
    rows, scores = rank_occupations(coder, titles, top=2)
    confidence = title_confidence(scores)
    right = rows[:, 0] == load_coded_titles()["code"].map(occupation_rows()).to_numpy()
    assert ((confidence >= 0) & (confidence <= 1)).all()
    sure = confidence > np.median(confidence)
    assert right[sure].mean() > right[~sure].mean() + 0.1


def test_cleaning_leaves_the_work() -> None:
    assert clean_title("急聘 叉车司机（早九晚五）5000-8000元 包吃住") == "叉车司机"
    assert clean_title("（兼职）") == "（兼职）"
