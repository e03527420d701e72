"""Design files: what they say, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from data.errors import ConfigurationError, ConflictError, DataError, NotFoundError, ZhuyeError
from evaluation.experiments.design_file import checksum, read_design, write_design
from matching.arm_referrals import ArmPolicy, ArmRule
from tests.evaluation.experiments.design_for_tests import design


def test_a_design_reads_back_as_it_was_written(tmp_path: Path) -> None:
    written = write_design(design(), tmp_path / "toy.json")
    assert len(written.checksum) == 64
    assert read_design(tmp_path / "toy.json") == written
    assert written == design(checksum=written.checksum)


def test_a_person_reads_in_it_what_will_be_done(tmp_path: Path) -> None:
    write_design(design(), tmp_path / "toy.json")
    text = (tmp_path / "toy.json").read_text(encoding="utf-8")
    for words in (
        "统筹分配使更多人就业", "进入试验后 30 天内就业（证据：劳动合同或更强证据）",
        "placed within 30 days of entering (by a contract or stronger evidence)",
        "主要结果只有一个比较：饱和度 1 的市场中的全体与饱和度 0 的市场中的全体",
        "Any analysis before 2026-07-30 is an interim one", '"minimal_detectable_effect": 0.08',
    ):  # fmt: skip
        assert words in text


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('"horizon_days": 30', '"horizon_days": 60'), ('"seed": 1', '"seed": 2'), ('"ends_on": "2026-06-30"',
         '"ends_on": "2026-07-30"'), ('"policy": "own_best"', '"policy": "greedy"'),
        ("allocation places more people", "allocation places fewer people"),
        ('"minimal_detectable_effect": 0.08', '"minimal_detectable_effect": 0.01'),
    ],
)  # fmt: skip
def test_any_change_is_refused(tmp_path: Path, was: str, becomes: str) -> None:
    path = tmp_path / "toy.json"
    write_design(design(), path)
    text = path.read_text(encoding="utf-8")
    assert text.count(was) == 1
    path.write_text(text.replace(was, becomes), encoding="utf-8")
    with pytest.raises(DataError, match="was changed after it was written"):
        read_design(path)


def test_lines_may_break_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "toy.json"
    written = write_design(design(), path)
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8"))), encoding="utf-8")
    assert read_design(path) == written


def test_a_design_is_not_written_over(tmp_path: Path) -> None:
    write_design(design(), tmp_path / "toy.json")
    with pytest.raises(ConflictError, match="exists"):
        write_design(design(seed=2), tmp_path / "toy.json")


@pytest.mark.parametrize(
    ("content", "error"),
    [(None, NotFoundError), ("no JSON", DataError), ("[]", DataError), ('{"name": "toy"}', DataError)],
)
def test_what_is_no_design_is_refused(tmp_path: Path, content: str | None, error: type[ZhuyeError]) -> None:
    path = tmp_path / "toy.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(error, match="design"):
        read_design(path)


def test_a_design_of_another_version_is_not_guessed_at(tmp_path: Path) -> None:
    path = tmp_path / "toy.json"
    write_design(design(), path)
    content = json.loads(path.read_text(encoding="utf-8")) | {"version": 2}
    del content["checksum"]
    path.write_text(json.dumps({**content, "checksum": checksum(content)}), encoding="utf-8")
    with pytest.raises(DataError, match="not laid out as this release"):
        read_design(path)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"starts_on": date(2026, 6, 1)}, "a design comes first"),
        ({"written_at": datetime(2026, 7, 1, tzinfo=UTC)}, "a design comes first"),
        ({"written_at": datetime(2026, 6, 1)}, "a design comes first"),
        ({"ends_on": date(2026, 6, 1)}, "it ends on or after the day it starts"),
        ({"horizon_days": 0}, "horizon is at least a day"),
        ({"arms": (ArmRule(ArmPolicy.PRICES), ArmRule(ArmPolicy.PRICES))}, "let the arms differ"),
        ({"name": "试验"}, "letters a–z"),
        ({"level": 2}, "every cell belongs to one market"),
    ],
)
def test_a_design_that_cannot_be_is_refused(changes: dict[str, object], problem: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        design(**changes)
    assert problem in str(refused.value)
