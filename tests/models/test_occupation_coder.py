"""Job titles → occupation codes with a confidence."""

from __future__ import annotations

import numpy as np
import pytest

from data.reference.occupations import load_coded_titles, load_occupations, occupation_rows
from models.calibration import expected_calibration_error
from models.occupation_coder import (
    OccupationCoder,
    build_occupation_coder,
    clean_title,
    code_titles,
    rank_occupations,
    title_confidence,
)


@pytest.fixture(scope="module")
def coder() -> OccupationCoder:
    return build_occupation_coder()


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
    ],
)
def test_titles_as_people_write_them(coder: OccupationCoder, title: str, code: str) -> None:
    assert code_titles(coder, [title])["occupation_code"].iloc[0] == code


@pytest.mark.parametrize("title", ["xxyyzz", "", "吃苦耐劳"])
def test_what_names_no_occupation_stays_unknown(coder: OccupationCoder, title: str) -> None:
    coded = code_titles(coder, [title])
    assert coded["occupation_code"].isna().all()
    assert coded["confidence"].iloc[0] < 0.42


def test_every_official_name_finds_its_own_occupation(coder: OccupationCoder) -> None:
    names = load_occupations()["name"]
    rows, scores = rank_occupations(coder, names.tolist(), top=2)
    # A few names are alike to the letter but for a mark of green (L) or digital (S) occupations.
    assert (rows[:, 0] == np.arange(len(names))).mean() > 0.97
    assert (scores[:, 0] >= scores[:, 1]).all()


def test_answers_keep_the_order_and_do_not_depend_on_company(coder: OccupationCoder) -> None:
    together = code_titles(coder, ["保安", "会计", "保安"])
    alone = [code_titles(coder, [title]).iloc[0].tolist() for title in ("保安", "会计", "保安")]
    assert [row.tolist() for _, row in together.iterrows()] == alone


def test_confidence_is_calibrated_on_the_titles_it_was_fitted_on(coder: OccupationCoder) -> None:
    titles = load_coded_titles()
    known = set(load_occupations()["name"] + "|" + load_occupations()["aliases"])
    known = {name for names in known for name in names.split("|")}
    titles = titles[~titles["title"].isin(known)]
    rows, scores = rank_occupations(coder, titles["title"].tolist(), top=2)
    right = rows[:, 0] == titles["code"].map(occupation_rows()).to_numpy()
    assert expected_calibration_error(title_confidence(scores), right) < 0.06


def test_cleaning_leaves_the_work() -> None:
    assert clean_title("急聘 叉车司机（早九晚五）5000-8000元 包吃住") == "叉车司机"
    assert clean_title("（兼职）") == "（兼职）"
