"""What would open further work, and neighbouring work, through the API and the command line's job."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from api.bootstrap import Services
from api.jobs.match_person import match_person
from data.errors import DataError
from tests.api.conftest import new_vacancy
from tests.data.records_for_tests import AS_OF


def test_a_licence_that_opens_a_vacancy_is_named_and_true(client: TestClient) -> None:
    client.post("/v1/vacancies", json=new_vacancy(vacancy_id="V-LIFT", title="电工", credentials=["OP-ELEC-LOW"]))
    answer = client.get("/v1/seekers/S-00/openings").json()
    change = next(c for c in answer["changes"] if c["code"] == "credential:OP-ELEC-LOW")
    assert [vacancy["vacancy_id"] for vacancy in change["vacancies"]] == ["V-LIFT"]
    assert change["opened"] == change["opened_in_all"] == 1
    assert change["zh"].startswith("取得低压电工作业证，会多出1个相近的岗位")
    # True: with the licence, matched as an unsaved profile with the same facts, the vacancy is in the list.
    told = {"desired_title": "电工", "credentials": [{"code": "OP-ELEC-LOW"}], "credentials_complete": True}
    with_it = client.post("/v1/match", json={"profile": told, "limit": 50}).json()["matches"]
    assert "V-LIFT" in [match["vacancy"]["vacancy_id"] for match in with_it]
    told["credentials"] = []
    without = client.post("/v1/match", json={"profile": told, "limit": 50}).json()["matches"]
    assert "V-LIFT" not in [match["vacancy"]["vacancy_id"] for match in without]


def test_a_thin_wish_is_answered_with_neighbouring_work(client: TestClient) -> None:
    # Two electricians' posts only: fewer than a list needs.
    client.post("/v1/vacancies", json=new_vacancy(vacancy_id="V-NEAR", title="水电工", occupation_code="6-31-01-03"))
    answer = client.get("/v1/seekers/S-00/matches", params={"limit": 1}).json()
    for match in answer["neighbouring"]:
        assert match["near_zh"]
        assert match["near_en"]
        assert match["vacancy"]["vacancy_id"] not in [m["vacancy"]["vacancy_id"] for m in answer["matches"]]


def test_an_unknown_or_withdrawn_person_is_told(client: TestClient) -> None:
    assert client.get("/v1/seekers/S-NONE/openings").status_code == 404
    client.post("/v1/seekers/S-01/close")
    assert client.get("/v1/seekers/S-01/openings").status_code == 409


def test_the_command_line_shows_both(services: Services, client: TestClient) -> None:
    client.post("/v1/vacancies", json=new_vacancy(vacancy_id="V-LIFT", title="电工", credentials=["OP-ELEC-LOW"]))
    found = match_person(services, seeker="S-00", profile=None, limit=3, today=AS_OF)
    assert "credential:OP-ELEC-LOW" in [change.code for change in found.openings]


def test_a_search_finds_open_vacancies_only(client: TestClient) -> None:
    found = client.get("/v1/search", params={"q": "电工", "limit": 2}).json()["vacancies"]
    assert [one["vacancy"]["title"] for one in found] == ["电工", "电工"]
    client.post(f"/v1/vacancies/{found[0]['vacancy']['vacancy_id']}/close")
    again = client.get("/v1/search", params={"q": "电工", "limit": 2}).json()["vacancies"]
    assert found[0]["vacancy"]["vacancy_id"] not in [one["vacancy"]["vacancy_id"] for one in again]
    assert client.get("/v1/search", params={"q": "  "}).status_code == 422


def test_the_command_line_takes_corrections(services: Services) -> None:
    told = "想找电工的活，工资五千往上"
    as_read = match_person(services, seeker=None, profile=told, limit=3, today=AS_OF)
    corrected = match_person(
        services, seeker=None, profile=told, limit=3, today=AS_OF,
        corrections=["wage_min_cny_month=4000", "desired_title=焊工"],
    )  # fmt: skip
    assert as_read.reading is not None
    assert corrected.reading is not None
    assert as_read.reading.value("wage_min_cny_month") == 5000
    assert corrected.reading.value("wage_min_cny_month") == 4000
    assert corrected.reading.value("desired_title") == "焊工"


@pytest.mark.parametrize("told", ["wage=4000", "wage_min_cny_month=many", "nothing"])
def test_a_correction_that_fits_no_field_is_told_in_words(services: Services, told: str) -> None:
    with pytest.raises(DataError, match="--set"):
        match_person(services, seeker=None, profile="想找活", limit=3, today=AS_OF, corrections=[told])
