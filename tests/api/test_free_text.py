"""People in their own words: read, matched, and shown what was understood."""

from __future__ import annotations

from fastapi.testclient import TestClient

TEXT = "干过3年架子工,有C1驾照,月薪3000以上,电话13912345678"


def test_an_unsaved_profile_in_words_shows_what_was_read(client: TestClient) -> None:
    answer = client.post("/v1/match", json={"text": TEXT, "limit": 3}).json()
    read = {found["field"]: found for found in answer["read"]}
    assert read["wage_min_cny_month"]["value"] == 3_000
    assert read["credential"]["words"] == "C1"
    assert all(TEXT[found["start"] : found["end"]] == found["words"] for found in answer["read"])
    assert answer["matches"][0]["vacancy"]["title"] == "架子工"
    assert answer["calibrated"] is False  # nothing was learnt here yet


def test_typed_fields_win_over_words(client: TestClient) -> None:
    answer = client.post("/v1/match", json={"text": TEXT, "profile": {"wage_min_cny_month": 20_000}}).json()
    (wage,) = [found for found in answer["read"] if found["field"] == "wage_min_cny_month"]
    assert wage["used"] is False
    assert answer["matches"] == []  # no vacancy pays that


def test_a_person_is_registered_from_his_words_without_his_telephone(client: TestClient) -> None:
    made = client.post("/v1/seekers", json={"profile_text": TEXT})
    assert made.status_code == 201, made.text
    assert "13912345678" not in made.text
    assert made.json()["wage_min_cny_month"] == 3_000
    listed = client.get(f"/v1/seekers/{made.json()['seeker_id']}/matches").json()["matches"]
    assert listed[0]["vacancy"]["title"] == "架子工"


def test_courses_of_somebody_unknown_and_of_somebody_who_needs_none(client: TestClient) -> None:
    assert client.get("/v1/seekers/S-nobody/courses").status_code == 404
    answer = client.get("/v1/seekers/S-00/courses")
    assert answer.status_code == 200, answer.text
    assert answer.json()["courses"] == []


def test_what_was_read_can_be_corrected(client: TestClient) -> None:
    text = "干过3年架子工,有C1驾照,月薪20000以上,要包住,高中毕业"
    asked = client.post("/v1/match", json={"text": text, "limit": 1}).json()
    assert asked["matches"] == []  # no vacancy pays that
    credential = next(found for found in asked["read"] if found["field"] == "credential")
    corrections = [
        {"field": "wage_min_cny_month", "value": 3_000},
        {"field": "needs_lodging", "value": None},  # never meant
        {"field": "will_relocate", "value": None},
        {"field": "credential", "value": None, "start": credential["start"]},
        {"field": "credential", "value": "DL-B2"},
        {"field": "education_level", "value": "junior_college"},
        {"field": "experience", "value": {"title": "瓦工", "years": 1}},
    ]
    answer = client.post("/v1/match", json={"text": text, "corrections": corrections, "limit": 1}).json()
    read = {(found["field"], str(found["value"])): found for found in answer["read"]}
    assert answer["matches"]
    assert read["wage_min_cny_month", "3000.0"]["corrected"] is True
    assert read["wage_min_cny_month", "3000.0"]["words"] == "月薪20000以上"
    assert {value for field, value in read if field == "credential"} == {"DL-B2"}
    assert not {"needs_lodging", "will_relocate"} & {field for field, _ in read}
    assert read["education_level", "4"]["corrected"] is True
    assert sum(field == "experience" for field, _ in read) == 2
    # What was read can be sent back as it came.
    again = [{"field": found["field"], "value": found["value"], "start": found["start"]} for found in asked["read"]]
    assert client.post("/v1/match", json={"text": text, "corrections": again}).status_code == 200


def test_a_wrong_correction_says_why(client: TestClient) -> None:
    def sent(**correction: object) -> str:
        answer = client.post("/v1/match", json={"text": TEXT, "corrections": [correction]})
        assert answer.status_code == 422, answer.text
        return answer.text

    assert "wage_min_cny_month" in sent(field="wage_min_cny_month", value="much")
    assert "DL-ZZ" in sent(field="credential", value="DL-ZZ")
    assert "no credential was read at 3" in sent(field="credential", value=None, start=3)
    without_text = client.post("/v1/match", json={"profile": {}, "corrections": [{"field": "age", "value": 40}]})
    assert without_text.status_code == 422


def test_the_examples_of_the_documentation_are_answered(client: TestClient) -> None:
    examples = client.get("/openapi.json").json()["components"]["schemas"]["ProfileMatchRequest"]["examples"]
    assert [client.post("/v1/match", json=example).status_code for example in examples] == [200] * len(examples)
