"""Answers to the question who fits where."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.schemas.corrections import FieldCorrection
from api.schemas.fields import LongText, fault
from api.schemas.seekers import EXAMPLE_PROFILE, ProfileFields

CALIBRATED = "分数由历史结果校准；否则只用于排序 / scores are calibrated on outcomes; if false they only order the list"


class Reason(BaseModel):
    """One statement about a pair, in both languages."""

    code: str = Field(description="代码 / code", examples=["wage"])
    zh: str
    en: str


class PairAssessment(BaseModel):
    """How well a seeker and a vacancy fit, and why."""

    p_accept: float = Field(ge=0, le=1, description="求职者接受的概率 / probability that the seeker accepts")
    p_hire: float = Field(ge=0, le=1, description="接受后被录用的概率 / probability of being hired once accepted")
    score: float = Field(
        ge=0, le=1, description="推荐成功的概率 = 两者之积 / probability of a placement, their product"
    )
    price: float = Field(
        description="岗位的影子价格；无已发布的匹配时为 0 / shadow price of one opening, 0 without a run"
    )
    eligible: bool = Field(
        description="所有硬条件均满足；否则须先问 questions / every hard rule passes; else ask first"
    )
    reasons_for: list[Reason] = Field(description="匹配理由 / reasons for")
    reasons_against: list[Reason] = Field(description="不利因素 / reasons against")
    missing: list[Reason] = Field(description="欠缺 / what is missing")
    questions: list[Reason] = Field(description="需要询问的事项 / what must be asked")


class VacancyBrief(BaseModel):
    """What a seeker needs to know of a vacancy."""

    vacancy_id: str
    title: str
    employer: str
    occupation_code: str | None
    headcount: int
    wage_min_cny_month: float | None
    wage_max_cny_month: float | None
    wage_negotiable: bool
    board_offered: bool | None
    lodging_offered: bool | None
    district_code: str | None
    district: str | None = Field(description="区县名称 / name of the district")
    is_synthetic: bool


class VacancyMatch(PairAssessment):
    """A vacancy for the seeker."""

    position: int = Field(ge=1, description="名次 / place in the list")
    vacancy: VacancyBrief


class NeighbourMatch(VacancyMatch):
    """A vacancy beyond the work wanted, in an occupation near it."""

    near_zh: str = Field(description="与想做的工作有何关联 / why it is near the work wanted")
    near_en: str


class OpeningChange(BaseModel):
    """A change on the seeker's side, and what it would open: read off a new match, not estimated."""

    code: str = Field(description="改变什么 / what changes", examples=["credential:SE-FORKLIFT"])
    zh: str = Field(description="一句话说明 / the statement")
    en: str
    opened: int = Field(description="多出的相近岗位数 / more vacancies as near as the present ones")
    wanted: int = Field(description="其中想做的工作 / of them in the work wanted")
    opened_in_all: int = Field(description="全市多出的岗位数，不论是否合适 / in the whole market, however unlike")
    vacancies: list[VacancyBrief] = Field(description="其中最相近的几个 / the most similar of them")


class SeekerOpenings(BaseModel):
    """What would open further work to a seeker."""

    seeker_id: str
    as_of: date = Field(description="数据日期 / day of the data")
    changes: list[OpeningChange]


class FoundVacancy(BaseModel):
    """A vacancy that a search found."""

    score: float = Field(description="相似度，不是概率 / likeness, no probability")
    vacancy: VacancyBrief


class SearchResult(BaseModel):
    """Vacancies for a few words, the most alike first."""

    as_of: date = Field(description="数据日期 / day of the data")
    vacancies: list[FoundVacancy]


class SeekerBrief(BaseModel):
    """What an employer needs to know before the bureau makes the contact. No identifier, no free text."""

    seeker_id: str
    desired_occupation_code: str | None
    education_level: str | None
    experience_years: float | None
    credentials: list[str]
    district_code: str | None
    is_synthetic: bool = Field(description="合成数据 / synthetic, not a real person")


class CandidateMatch(PairAssessment):
    """A seeker for the vacancy."""

    position: int = Field(ge=1, description="名次 / place in the list")
    seeker: SeekerBrief


class SeekerMatches(BaseModel):
    """Vacancies for one seeker, best first."""

    seeker_id: str
    as_of: date = Field(description="数据日期 / day of the data")
    run_id: str | None = Field(description="价格所依据的匹配批次 / match run whose prices were used")
    ranked_by: Literal["score", "score_minus_price"]
    calibrated: bool = Field(description=CALIBRATED)
    matches: list[VacancyMatch]
    neighbouring: list[NeighbourMatch] = Field(
        description="想做的工作岗位太少时，相近职业的岗位 / near occupations, where the work wanted leaves too little"
    )


class VacancyCandidates(BaseModel):
    """Seekers for one vacancy, best first."""

    vacancy_id: str
    as_of: date = Field(description="数据日期 / day of the data")
    calibrated: bool = Field(description=CALIBRATED)
    candidates: list[CandidateMatch]


class ProfileMatchRequest(BaseModel):
    """A person who is not registered: in his own words, by fields, or both (fields win). Nothing is stored."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"text": "在工地干过3年架子工,有C1驾照,想找包吃住的活,月薪5000以上", "limit": 10},
                {"profile": EXAMPLE_PROFILE},
                {
                    "text": "在工地干过3年架子工,有C1驾照,月薪5000以上",
                    "corrections": [
                        {"field": "wage_min_cny_month", "value": 6000},
                        {"field": "credential", "start": 12, "value": None},
                    ],
                },
            ]
        },
    )

    text: LongText | None = Field(None, description="自述 / in the person's own words")
    profile: ProfileFields | None = Field(None, description="已知的信息，优先于自述 / known fields, win over the text")
    corrections: list[FieldCorrection] = Field(
        [],
        max_length=100,
        description="对 read 的更正，随原文一并送回 / corrections of what was read, with the same text",
    )
    limit: int = Field(10, ge=1, le=100, description="最多返回岗位数 / most vacancies to return")

    @model_validator(mode="after")
    def _says_something(self) -> ProfileMatchRequest:
        if not (self.text or "").strip() and (self.profile is None or not self.profile.model_fields_set):
            raise fault("text 与 profile 至少给出一项", "give text, or profile, or both")
        if self.corrections and not (self.text or "").strip():
            raise fault("corrections 须与 text 一并给出", "corrections need the text that was read")
        return self


class ReadField(BaseModel):
    """A field read from the text, with the words it came from."""

    field: str = Field(description="字段 / field", examples=["wage_min_cny_month"])
    value: Any = Field(description="读出的值 / value read", examples=[5000])
    start: int = Field(ge=0, description="起点（字符，含） / first character")
    end: int = Field(ge=0, description="终点（字符，不含） / one past the last character")
    words: str = Field(description="原文 / the words")
    used: bool = Field(description="是否采用（同名字段优先） / false where a given field won")
    corrected: bool = Field(description="本人已更正 / corrected by the person")


class ProfileMatches(BaseModel):
    """Vacancies for an unsaved profile."""

    as_of: date = Field(description="数据日期 / day of the data")
    run_id: str | None = Field(description="价格所依据的匹配批次 / match run whose prices were used")
    ranked_by: Literal["score", "score_minus_price"]
    calibrated: bool = Field(description=CALIBRATED)
    read: list[ReadField] = Field(description="从自述中读出的内容 / what was read from the text")
    matches: list[VacancyMatch]
    neighbouring: list[NeighbourMatch] = Field(
        description="想做的工作岗位太少时，相近职业的岗位 / near occupations, where the work wanted leaves too little"
    )
