"""What a person corrects in what was read of him."""

from __future__ import annotations

import pytest

from data.errors import DataError
from models.profile_correction import Correction, corrected
from models.profile_reader import Job, ProfileReading, read_profile

TEXT = "今年38，在工地干过3年架子工，有C1驾照和焊工证，月薪5000以上"


@pytest.fixture
def reading() -> ProfileReading:
    return read_profile(TEXT, None)


def test_a_single_value_is_replaced_and_keeps_the_words_that_were_misread(reading: ProfileReading) -> None:
    (wage,) = [
        found
        for found in corrected(reading, [Correction("wage_min_cny_month", 6_000.0)], None).fields
        if found.field == "wage_min_cny_month"
    ]
    assert (wage.value, TEXT[wage.start : wage.end], wage.corrected) == (6_000, "月薪5000以上", True)


def test_what_was_never_said_is_taken_out(reading: ProfileReading) -> None:
    assert corrected(reading, [Correction("wage_min_cny_month", None)], None).value("wage_min_cny_month") is None


def test_one_of_many_is_meant_by_its_start(reading: ProfileReading) -> None:
    start = TEXT.index("焊工证")
    assert corrected(reading, [Correction("credential", None, start)], None).values("credential") == ["DL-C1"]


def test_many_gain_one(reading: ProfileReading) -> None:
    more = corrected(
        reading, [Correction("credential", "HEALTH"), Correction("experience", Job("瓦工", 2, None))], None
    )
    assert more.values("credential") == ["DL-C1", "OP-WELD", "HEALTH"]
    assert [job.title for job in more.values("experience")] == ["架子工", "瓦工"]


def test_what_was_concluded_falls_with_it() -> None:
    told = read_profile("85年的，想找电工", None)
    assert told.value("birth_year") == 1985
    assert corrected(told, [Correction("age", 36)], None).value("birth_year") is None


def test_a_start_at_which_nothing_was_read_is_refused(reading: ProfileReading) -> None:
    with pytest.raises(DataError, match="no credential was read at 1"):
        corrected(reading, [Correction("credential", None, 1)], None)
