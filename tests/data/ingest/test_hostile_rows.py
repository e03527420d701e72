"""One bad row or an odd shape neither refuses the others, nor vanishes, nor tells who somebody is."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.errors import DataError
from data.ingest.job51 import TEXT_HEADER, read_51job
from data.ingest.job_posting import read_job_postings
from data.ingest.parsed_file import ParsedFile
from data.ingest.read_file import Kind, read_file
from data.ingest.text_file import LARGEST_DOCUMENT

DAY = date(2026, 6, 1)
POSTING: dict[str, Any] = {"@type": "JobPosting", "title": "保安员", "hiringOrganization": "（虚构）某物业"}


def read_table_text(path: Path, text: str, kind: Kind = "vacancies") -> ParsedFile:
    path.write_text(text, encoding="utf-8")
    return read_file(path, kind=kind, file_format="csv", default_date=DAY, pseudonym=lambda known_by: f"S-{known_by}")


def test_a_quote_left_open_on_the_last_rows_does_not_swallow_them(tmp_path: Path) -> None:
    text = '单位名称,岗位名称,岗位描述\n某厂,焊工,"开了口\n某厂,电工,话\n某厂,厨师,话\n'
    with pytest.raises(DataError, match="line 2: a quotation mark is never closed"):
        read_table_text(tmp_path / "v.csv", text)


def test_rejects_name_the_line_on_which_a_row_begins(tmp_path: Path) -> None:
    text = '单位名称,岗位名称,岗位描述,薪资\n某厂,焊工,"两行\n的话",5000\n\n某厂,电工,"三\n行\n话",-5\n'
    assert read_table_text(tmp_path / "v.csv", text).rejects["file_row"].tolist() == [5]


def test_columns_left_empty_at_the_end_are_no_columns(tmp_path: Path) -> None:
    parsed = read_table_text(tmp_path / "v.csv", "单位名称,岗位名称,,\n某厂,焊工,,\n某厂,电工,,备注\n")
    assert parsed.records.vacancies["title"].tolist() == ["焊工"]
    assert parsed.rejects["file_row"].tolist() == [3]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("经验要求", "55年"),
        ("最低年龄", "16.5"),
        ("招聘人数", "100001"),
        ("岗位编号", "9" * 65),
        ("岗位描述", "一半\x00"),
    ],
)
def test_a_value_that_no_table_can_hold_rejects_its_row_only(tmp_path: Path, column: str, value: str) -> None:
    text = f"单位名称,岗位名称,{column}\n" + "某厂,焊工,\n" * 600 + f"某厂,电工,{value}\n"
    parsed = read_table_text(tmp_path / "v.csv", text)
    assert parsed.rejects[["file_row", "file_column"]].to_numpy().tolist() == [[602, column]]
    assert parsed.records.vacancies["title"].tolist() == ["焊工"]


def test_a_hundred_thousand_openings_are_read_whole(tmp_path: Path) -> None:
    parsed = read_table_text(tmp_path / "v.csv", "单位名称,岗位名称,招聘人数\n某厂,焊工,100000人\n")
    assert parsed.records.vacancies["headcount"].tolist() == [100_000]


def test_one_identifier_for_two_vacancies_is_no_duplicate(tmp_path: Path) -> None:
    parsed = read_table_text(tmp_path / "v.csv", "岗位编号,单位名称,岗位名称\n7,某厂,焊工\n7,某厂,焊工\n7,某厂,电工\n")
    assert (parsed.repeated, parsed.rejects["file_row"].tolist()) == (1, [4])
    assert "row 2" in parsed.rejects["expected"].iloc[0]


def test_vacancies_that_differ_in_lodging_only_are_two(tmp_path: Path) -> None:
    parsed = read_table_text(tmp_path / "v.csv", "单位名称,岗位名称,包住\n某厂,焊工,是\n某厂,焊工,否\n")
    assert (len(parsed.records.vacancies), parsed.repeated) == (2, 0)


def test_personal_values_never_reach_the_rejects(tmp_path: Path) -> None:
    text = f"姓名,身份证号,手机号,求职意向\n{'某' * 20_001},110105194912310021,1391234567890123,门卫\n"
    parsed = read_table_text(tmp_path / "s.csv", text, "seekers")
    assert parsed.rejects["file_column"].tolist() == ["姓名", "身份证号", "手机号"]
    written = parsed.rejects.to_csv()
    assert "某" not in written
    assert "110105194912310021" not in written
    assert "1391234567890123" not in written


def test_a_seeker_without_identity_number_gets_a_keyed_identifier(tmp_path: Path) -> None:
    """His phone is in what identifies him; a plain hash of it could be guessed."""
    text = "姓名,手机号,求职意向\n（虚构）甲,13912345678,门卫\n"
    path = tmp_path / "s.csv"
    path.write_text(text, encoding="utf-8")
    one, other = (
        read_file(path, kind="seekers", file_format="csv", default_date=DAY, pseudonym=pseudonym)
        for pseudonym in (lambda known_by: f"S-1-{len(known_by)}", lambda known_by: f"S-2-{len(known_by)}")
    )
    assert one.records.seekers["seeker_id"].iloc[0].startswith("S-1-")
    assert other.records.seekers["seeker_id"].iloc[0].startswith("S-2-")


def test_one_person_with_two_stories_is_told(tmp_path: Path) -> None:
    text = "求职者编号,求职意向\nA1,门卫\nA1,门卫\nA1,焊工\n"
    parsed = read_table_text(tmp_path / "s.csv", text, "seekers")
    assert (len(parsed.records.seekers), parsed.repeated, parsed.rejects["file_row"].tolist()) == (1, 1, [4])


@pytest.mark.parametrize(("column", "value"), [("培训天数", "1.5"), ("名额", "10.5"), ("取得证书", "电工证、健康证")])
def test_a_bad_course_rejects_its_row_only(tmp_path: Path, column: str, value: str) -> None:
    given = {"培训机构": "（虚构）学校", "课程名称": "甲班", "培训天数": "10", column: value}
    good = {"培训机构": "（虚构）学校", "课程名称": "乙班", "培训天数": "10"}
    rows = [",".join(row.get(name, "") for name in given) for row in (given, good)]
    parsed = read_table_text(tmp_path / "c.csv", "\n".join([",".join(given), *rows, ""]), "courses")
    assert parsed.rejects["file_column"].tolist() == [column]
    assert parsed.records.courses["title"].tolist() == ["乙班"]


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"experienceRequirements": {"monthsOfExperience": "many"}}, "monthsOfExperience"),
        ({"experienceRequirements": {"monthsOfExperience": -12}}, "monthsOfExperience"),
        ({"baseSalary": [1]}, "baseSalary"),
        ({"description": "x\x00"}, "岗位描述"),
        ({"description": "\ud800"}, "岗位描述"),
        ({"title": "长" * 20_001}, "岗位名称"),
        ({"identifier": "9" * 65}, "岗位编号"),
    ],
)
def test_a_posting_with_an_impossible_value_rejects_itself_only(
    tmp_path: Path, changes: dict[str, Any], column: str
) -> None:
    (tmp_path / "p.json").write_text(json.dumps([POSTING | changes, POSTING]), encoding="utf-8")
    parsed = read_job_postings(tmp_path / "p.json", published_on=DAY)
    assert parsed.rejects["file_column"].tolist() == [column]
    assert len(parsed.records.vacancies) == 1


@pytest.mark.parametrize(
    ("location", "district"),
    [
        ("长春市朝阳区某路", "220104"),
        ({"address": "长春市朝阳区某路"}, "220104"),
        ([{"address": [{"addressLocality": "长春", "streetAddress": "朝阳区某路"}]}], "220104"),
        ({"address": 7, "geo": [1]}, None),
    ],
)
def test_a_location_in_any_shape(tmp_path: Path, location: Any, district: str | None) -> None:
    (tmp_path / "p.json").write_text(json.dumps(POSTING | {"jobLocation": location}), encoding="utf-8")
    (row,) = read_job_postings(tmp_path / "p.json", published_on=DAY).records.vacancies.to_dict("records")
    assert (row["district_code"] if isinstance(row["district_code"], str) else None) == district


def test_postings_on_one_long_line_in_gb18030(tmp_path: Path) -> None:
    content = json.dumps([POSTING | {"description": "文" * 15_000, "title": f"保安员{n}"} for n in range(50)],
                         ensure_ascii=False)  # fmt: skip
    (tmp_path / "p.json").write_bytes(content.encode("gb18030"))
    assert len(read_job_postings(tmp_path / "p.json", published_on=DAY).records.vacancies) == 50


def test_json_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "deep.json").write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(DataError, match="nested too deeply"):
        read_job_postings(tmp_path / "deep.json", published_on=DAY)
    with (tmp_path / "large.json").open("wb") as file:
        file.write(b"[" + b" " * LARGEST_DOCUMENT + b"]")
    with pytest.raises(DataError, match="larger than 64 MiB"):
        read_job_postings(tmp_path / "large.json", published_on=DAY)


def test_an_impossible_date_in_a_crawl_with_text(tmp_path: Path) -> None:
    row = "焊工,5000-6000元/月,（虚构）某厂,民营公司|少于50人|机械,某路,长春-朝阳区,1年经验,大专,2人,{day},文字"
    rows = [row.format(day=day) for day in ("2019-99-99", "2019-09-13")]
    (tmp_path / "t.csv").write_text("\n".join([",".join(TEXT_HEADER), *rows, ""]), encoding="utf-8")
    parsed = read_51job(tmp_path / "t.csv", published_on=DAY)
    assert parsed.rejects[["file_row", "file_column"]].to_numpy().tolist() == [[2, "时间"]]
    assert f"{parsed.records.vacancies['published_on'].iloc[0]:%Y-%m-%d}" == "2019-09-13"
