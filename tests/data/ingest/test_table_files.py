"""Our own table files: every row is stored, repeated or rejected with its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.ingest.parsed_file import ParsedFile
from data.ingest.read_file import Kind, detect_format, read_file

Read = Callable[[str], ParsedFile]
DAY = date(2026, 6, 1)


def read_text(path: Path, text: str, kind: Kind, encoding: str = "utf-8") -> ParsedFile:
    path.write_bytes(text.encode(encoding))
    return read_file(path, kind=kind, file_format="auto", default_date=DAY, pseudonym=lambda n: f"S-{n[-4:]}")


VACANCY = (
    "单位名称,岗位名称,岗位描述,招聘人数,学历要求,经验要求,薪资,夜班,倒班,包吃,包住,区县,证书要求,发布日期,截止日期\n"
    '（虚构）长春某厂,叉车司机,"装卸货物,两班倒",3人,初中,2年,4500-6000元/月,否,,是,是,绿园区,叉车证,2026-05-01,2026/8/31\n'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_vacancy_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    parsed = read_text(tmp_path / "v.csv", VACANCY, "vacancies", encoding)
    (row,) = parsed.records.vacancies.to_dict("records")
    assert (row["title"], row["headcount"], row["education_min"], row["experience_min_years"]) == ("叉车司机", 3, 2, 2)
    assert (row["wage_min_cny_month"], row["wage_max_cny_month"]) == (4500, 6000)
    assert (row["night_work"], row["shift_work"], row["lodging_offered"]) == (False, True, True)
    assert (row["district_code"], f"{row['valid_through']:%Y-%m-%d}") == ("220106", "2026-08-31")
    assert parsed.records.vacancy_credentials["credential_code"].tolist() == ["SE-FORKLIFT"]
    assert (parsed.rows, parsed.repeated, parsed.rejected) == (1, 0, 0)


def test_a_workbook_reads_as_the_csv_does(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["单位名称", "岗位名称", "招聘人数", "薪资", "包住", "截止日期"])
    sheet.append(["（虚构）长春某厂", "电工", 2, 5000, True, date(2026, 9, 30)])
    sheet.append([None] * 6)
    book.save(tmp_path / "v.xlsx")
    assert detect_format(tmp_path / "v.xlsx") == "xlsx"
    parsed = read_file(tmp_path / "v.xlsx", kind="vacancies", file_format="xlsx", default_date=DAY, pseudonym=str)
    (row,) = parsed.records.vacancies.to_dict("records")
    assert (row["headcount"], row["wage_min_cny_month"], row["lodging_offered"]) == (2, 5000, True)
    assert f"{row['valid_through']:%Y-%m-%d}" == "2026-09-30"


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("截止日期", "2026-02-30", "a date"),
        ("截止日期", "2020-01-01", "not before the first day"),
        ("薪资", "-3000", "negative"),
        ("薪资", "9000-4000", "more at least than at most"),
        ("薪资", "好商量的价", "pay such as"),
        ("学历要求", "高手", "an education level"),
        ("区县", "海淀区", "a district of Changchun"),
        ("招聘人数", "-2", "a number of people"),
        ("招聘人数", "0", "a number of people"),
        ("包吃", "也许", "是 or 否"),
        ("证书要求", "飞行执照", "unknown credential"),
        ("最低年龄", "12", "劳动法"),
        ("岗位描述", "长" * 20_001, "text"),
        ("统一社会信用代码", "91220101MA00000001", "check character"),
        ("经度", "125.3", "both coordinates"),
        ("岗位名称", "", "not empty"),
    ],
)
def test_a_bad_field_rejects_its_row_and_the_others_go_in(
    tmp_path: Path, column: str, value: str, expected: str
) -> None:
    header = list(dict.fromkeys(["单位名称", "岗位名称", column]))
    bad = ",".join({"单位名称": "（虚构）某厂", "岗位名称": "电工", column: value}[name] for name in header)
    good = ",".join({"单位名称": "（虚构）某厂", "岗位名称": "焊工"}.get(name, "") for name in header)
    parsed = read_text(tmp_path / "v.csv", f"{','.join(header)}\n{bad}\n{good}\n", "vacancies")
    (reject,) = parsed.rejects.to_dict("records")
    assert (reject["file_row"], reject["file_column"]) == (2, column)
    assert expected in reject["expected"]
    assert parsed.records.vacancies["title"].tolist() == ["焊工"]
    assert (parsed.rows, parsed.rejected) == (2, 1)


def test_a_row_with_two_faults_is_rejected_once_with_both(tmp_path: Path) -> None:
    parsed = read_text(tmp_path / "v.csv", "单位名称,岗位名称,薪资,招聘人数\n某厂,电工,-1,零点五个\n", "vacancies")
    assert (len(parsed.rejects), parsed.rejected) == (2, 1)


def test_more_fields_than_columns_reject_the_row(tmp_path: Path) -> None:
    parsed = read_text(tmp_path / "v.csv", "单位名称,岗位名称\n某厂,电工,4000,包住\n某厂,焊工\n", "vacancies")
    assert parsed.rejects["found"].tolist() == ["4 列 / 4 fields"]


SEEKER = (
    "姓名,身份证号,手机号,求职意向,学历,工作经历,证书,最低月薪,接受夜班,居住区县,通勤上限公里,人员类别\n"
    "（虚构）甲,11010519491231002X,13912345678,门卫,高中,架子工3年;保安1年,保安员证、健康证:2027-01-31,2500,是,宽城区,8,退役军人\n"
)


def test_a_seeker_is_parted_from_his_identifiers(tmp_path: Path) -> None:
    parsed = read_text(tmp_path / "s.csv", SEEKER, "seekers")
    (row,) = parsed.records.seekers.to_dict("records")
    assert row["seeker_id"] == "S-002X"
    assert f"{row['birth_date']:%Y-%m-%d}" == "1949-12-31"
    assert parsed.records.seeker_experience[["title", "years"]].to_numpy().tolist() == [["架子工", 3], ["保安", 1]]
    expiry = parsed.records.seeker_credentials.set_index("credential_code")["expires_on"]
    assert f"{expiry['HEALTH']:%Y-%m-%d}" == "2027-01-31"
    assert parsed.records.seeker_groups["group_code"].tolist() == ["veteran"]
    assert parsed.identities["identity_number"].tolist() == ["11010519491231002X"]
    everything = " ".join(str(value) for value in row.values())
    assert "11010519491231002" not in everything
    assert "13912345678" not in everything


@pytest.mark.parametrize(
    ("column", "value"),
    [("身份证号", "110105194912310021"), ("身份证号", "123"), ("出生日期", "2026-07-01"), ("人员类别", "外星人")],
)
def test_an_impossible_person_is_rejected(tmp_path: Path, column: str, value: str) -> None:
    parsed = read_text(tmp_path / "s.csv", f"求职意向,{column}\n门卫,{value}\n", "seekers")
    assert parsed.rejects["file_column"].tolist() == [column]
    assert parsed.records.seekers.empty
    assert parsed.identities.empty


def test_rows_of_one_course_become_its_runs(tmp_path: Path) -> None:
    text = (
        "培训机构,课程名称,培训天数,取得证书,开班日期,结业日期,名额\n"
        "（虚构）学校,叉车培训,12,叉车证,2026-07-01,2026-07-15,30\n"
        "（虚构）学校,叉车培训,12,叉车证,2026-09-01,2026-09-15,30\n"
        "（虚构）学校,叉车培训,12,叉车证,2026-09-01,2026-08-15,30\n"
    )
    parsed = read_text(tmp_path / "c.csv", text, "courses")
    assert len(parsed.records.courses) == 1
    assert len(parsed.records.course_runs) == 2
    assert parsed.rejects["file_column"].tolist() == ["结业日期"]


cell = st.text(alphabet="电焊工保安厂,\"'\n0123456789-万元/月是否初中绿园区 ", max_size=10)


@given(st.lists(st.tuples(cell, cell, cell), min_size=1, max_size=8))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_row_is_accounted_for(tmp_path: Path, rows: list[tuple[str, str, str]]) -> None:
    quoted = [",".join('"' + value.replace('"', '""') + '"' for value in row) for row in rows]
    text = "单位名称,岗位名称,薪资\n" + "\n".join(quoted) + "\n终行,电工,面议\n"
    filled = sum(any(value.strip() for value in row) for row in rows) + 1
    parsed = read_text(tmp_path / "v.csv", text, "vacancies")
    assert parsed.rows == filled
    assert len(parsed.records.vacancies) + parsed.repeated + parsed.rejected == parsed.rows
