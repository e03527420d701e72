"""Crawls of 51job with their dirt, and schema.org JobPosting. The rows are made up after their manner."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.ingest.job51 import CLEANED_HEADER, read_51job
from data.ingest.job_posting import read_job_postings

DAY = date(2026, 6, 1)
RAW = """\
操作工(包吃住),（虚构）某饰件厂,4-6,长春-绿园区,民营公司,150-500人,汽车,"['五险一金', '员工宿舍', '餐补']",\"""高中\"""
司机（C1）,（虚构）某物流,5-7,长春,国企,,交通/运输/物流,[''],\"""3-4年经验\"""
销售代表,（虚构）某贸易,7-10,异地招聘,合资,,贸易\\进出口,[''],['']
会计,（虚构）某会计所,4-5,北京-朝阳区,民营公司,,会计,[''],\"""在校生\\应届生\"""
会计,（虚构）某会计所,4-5,北京-朝阳区,民营公司,,会计,[''],\"""在校生\\应届生\"""
电工,（虚构）某厂,七八千吧,长春,民营公司,,机械,[''],['']
"""


def test_a_raw_crawl_with_its_dirt(tmp_path: Path) -> None:
    (tmp_path / "raw.csv").write_text(RAW, encoding="utf-8")
    parsed = read_51job(tmp_path / "raw.csv", published_on=DAY)
    assert (parsed.rows, parsed.repeated, parsed.rejected) == (6, 1, 1)
    rows = parsed.records.vacancies.set_index("title")
    operator, driver = rows.loc["操作工(包吃住)"], rows.loc["司机（C1）"]
    assert (operator["wage_min_cny_month"], operator["wage_max_cny_month"]) == (3_333, 5_000)  # 40–60 thousand a year
    assert (operator["district_code"], operator["education_min"]) == ("220106", 3)
    assert (operator["board_offered"], operator["lodging_offered"]) == (True, True)
    assert driver["experience_min_years"] == 3  # it stands in the education column
    assert driver.isna()["education_min"]
    assert driver.isna()["district_code"]
    assert parsed.records.vacancy_credentials["credential_code"].tolist() == ["DL-C1"]
    assert rows.isna().loc["会计", "district_code"]  # Beijing's Chaoyang is not ours
    assert parsed.rejects[["file_row", "file_column"]].to_numpy().tolist() == [[6, "pay"]]


def test_the_cleaned_crawl_gives_the_same_vacancies(tmp_path: Path) -> None:
    cleaned = (
        ",".join(CLEANED_HEADER)
        + "\n操作工(包吃住),（虚构）某饰件厂,\"[4.0, 6.0, 5.0]\",长春-绿园区,民营公司,150-500人,['汽车'],"
        + '"[\'五险一金\', \'员工宿舍\', \'餐补\']","""高中""",4.0,6.0,5.0\n'
    )
    (tmp_path / "raw.csv").write_text(RAW, encoding="utf-8")
    (tmp_path / "cleaned.csv").write_text(cleaned, encoding="utf-8")
    raw, again = (read_51job(tmp_path / name, published_on=DAY) for name in ("raw.csv", "cleaned.csv"))
    assert set(again.records.vacancies["vacancy_id"]) <= set(raw.records.vacancies["vacancy_id"])


POSTING: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "保安员",
    "description": "值守大门，两班倒，有宿舍",
    "identifier": {"@type": "PropertyValue", "value": "77"},
    "hiringOrganization": {"@type": "Organization", "name": "（虚构）某物业"},
    "jobLocation": {"@type": "Place", "address": {"addressLocality": "长春", "streetAddress": "南关区某路"}},
    "baseSalary": {
        "@type": "MonetaryAmount", "currency": "CNY",
        "value": {"@type": "QuantitativeValue", "minValue": 3000, "maxValue": 3600, "unitText": "MONTH"},
    },
    "educationRequirements": {"credentialCategory": "high school"},
    "experienceRequirements": {"monthsOfExperience": 12},
    "totalJobOpenings": 4,
    "datePosted": "2026-05-01",
    "validThrough": "2026-07-31T23:59",
}  # fmt: skip


@pytest.mark.parametrize("wrap", ["single", "array", "graph", "html"])
def test_job_postings_wherever_they_stand(tmp_path: Path, wrap: str) -> None:
    content = {
        "single": json.dumps(POSTING),
        "array": json.dumps([POSTING]),
        "graph": json.dumps({"@graph": [{"@type": "Organization"}, POSTING]}),
        "html": f'<html><script type="application/ld+json">{json.dumps(POSTING)}</script></html>',
    }[wrap]
    (tmp_path / "posting").write_text(content, encoding="utf-8")
    parsed = read_job_postings(tmp_path / "posting", published_on=DAY)
    (row,) = parsed.records.vacancies.to_dict("records")
    assert row["vacancy_id"] == "JP-77"
    assert (row["wage_min_cny_month"], row["wage_max_cny_month"], row["headcount"]) == (3000, 3600, 4)
    assert (row["district_code"], row["education_min"], row["experience_min_years"]) == ("220102", 3, 1)
    assert (row["shift_work"], row["lodging_offered"]) == (True, True)
    assert f"{row['valid_through']:%Y-%m-%d}" == "2026-07-31"


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"title": ""}, "title"),
        ({"hiringOrganization": None}, "hiringOrganization"),
        ({"datePosted": "2026-02-30"}, "datePosted"),
        ({"totalJobOpenings": -1}, "totalJobOpenings"),
        ({"baseSalary": {"currency": "USD", "value": 1}}, "baseSalary.currency"),
        ({"baseSalary": {"value": {"minValue": -5, "unitText": "MONTH"}}}, "baseSalary"),
    ],
)
def test_a_faulty_posting_is_rejected(tmp_path: Path, changes: dict[str, Any], column: str) -> None:
    (tmp_path / "p.json").write_text(json.dumps([POSTING | changes, POSTING]), encoding="utf-8")
    parsed = read_job_postings(tmp_path / "p.json", published_on=DAY)
    assert parsed.rejects["file_column"].tolist() == [column]
    assert (parsed.rows, len(parsed.records.vacancies)) == (2, 1)
