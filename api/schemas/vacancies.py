"""Vacancies at the edge."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationInfo, field_validator, model_validator

from api.schemas.fields import (
    CredentialCode,
    DistrictCode,
    EducationRequired,
    Identifier,
    Latitude,
    Longitude,
    LongText,
    OccupationCode,
    ShortText,
    Wage,
    fault,
)
from data.records import RecordStatus
from data.reference.unlawful_conditions import Severity
from matching.vacancy_compliance import check_text

LOWEST_WORKING_AGE_YEARS = 16
"""《中华人民共和国劳动法》第十五条: nobody under 16 may be employed."""

EXAMPLE_VACANCY: dict[str, JsonValue] = {
    "title": "架子工",
    "employer": {"name": "长春某建筑公司"},
    "description": "搭拆脚手架，包吃住",
    "headcount": 5,
    "education_min": "none",
    "experience_min_years": 1,
    "wage_min_cny_month": 6000,
    "wage_max_cny_month": 9000,
    "board_offered": True,
    "lodging_offered": True,
    "district_code": "220103",
}


class Employer(BaseModel):
    """Who hires."""

    model_config = ConfigDict(extra="forbid")

    employer_id: Identifier | None = Field(None, description="编号；不填则按名称归并 / by the name when absent")
    name: ShortText = Field(description="名称 / name")
    employer_type: ShortText | None = Field(None, description="性质 / ownership")
    industry: ShortText | None = Field(None, description="行业 / industry")
    size_band: ShortText | None = Field(None, description="规模 / number of employees")
    credit_code: ShortText | None = Field(None, description="统一社会信用代码 / GB 32100")


class VacancyFields(BaseModel):
    """What is known of a vacancy. Absent means not stated."""

    model_config = ConfigDict(extra="forbid")

    title: ShortText = Field(description="岗位名称 / title")
    employer: Employer = Field(description="用人单位 / employer")
    description: LongText = Field("", description="岗位说明 / text of the advertisement")
    occupation_code: OccupationCode | None = Field(None, description="职业代码；不填则按名称编码 / coded if absent")
    headcount: int | None = Field(None, ge=1, le=100_000, description="招聘人数 / openings")
    education_min: EducationRequired | None = Field(None, description="最低学历；none 为不限 / none: no requirement")
    experience_min_years: float | None = Field(None, ge=0, le=50, description="最低经验（年） / years")
    credentials: list[CredentialCode] = Field([], max_length=64, description="必备证书 / credentials required")
    wage_min_cny_month: Wage | None = Field(None, description="最低月薪（元） / CNY a month")
    wage_max_cny_month: Wage | None = Field(None, description="最高月薪（元） / CNY a month")
    wage_negotiable: bool = Field(False, description="面议 / to be agreed")
    night_work: bool | None = Field(None, description="有夜班 / has night work")
    shift_work: bool | None = Field(None, description="倒班 / works in shifts")
    board_offered: bool | None = Field(None, description="包吃 / meals offered")
    lodging_offered: bool | None = Field(None, description="包住 / lodging offered")
    district_code: DistrictCode | None = Field(None, description="工作地区划代码 / district of the work place")
    longitude: Longitude | None = Field(None, description="经度 / WGS-84")
    latitude: Latitude | None = Field(None, description="纬度 / WGS-84")
    minimum_age_years: int = Field(LOWEST_WORKING_AGE_YEARS, description="法定最低年龄 / lowest lawful age, 16 to 21")
    veterans_preferred: bool = Field(False, description="退役军人优先 / veterans preferred")

    @field_validator("wage_max_cny_month")
    @classmethod
    def _ordered_wage(cls, value: float | None, info: ValidationInfo) -> float | None:
        low = info.data.get("wage_min_cny_month")
        if value is not None and low is not None and value < low:
            raise fault(
                f"最高月薪 {value:g} 低于最低月薪 {low:g}", f"the highest wage {value:g} is below the lowest {low:g}"
            )
        return value

    @field_validator("minimum_age_years")
    @classmethod
    def _lawful_age(cls, value: int) -> int:
        if value < LOWEST_WORKING_AGE_YEARS:
            raise fault(
                f"最低年龄 {value} 违法：《劳动法》第十五条禁止招用未满十六周岁的未成年人",
                f"a minimum age of {value} is unlawful: Labour Law, Article 15, forbids employing anybody under 16",
            )
        if value > 21:
            raise fault(
                f"最低年龄 {value} 不是法定年龄：应为 16 至 21（法律只为特定作业规定 18 或 21 周岁）",
                f"{value} is no statutory minimum age: expected 16 to 21",
            )
        return value

    @model_validator(mode="after")
    def _whole_place(self) -> VacancyFields:
        if (self.longitude is None) != (self.latitude is None):
            raise fault("经度与纬度须同时给出", "give longitude and latitude together")
        return self


class VacancyCreate(VacancyFields):
    """A vacancy to publish; one that states an unlawful condition is refused."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE_VACANCY]})

    vacancy_id: Identifier | None = Field(None, description="编号；不填则生成 / made when absent")
    published_on: date | None = Field(None, description="首日；默认今天 / first day open, default today")
    valid_through: date | None = Field(None, description="末日（含）；默认 90 天 / last day open, default 90 days")

    @field_validator("valid_through")
    @classmethod
    def _after_publication(cls, value: date | None, info: ValidationInfo) -> date | None:
        first = info.data.get("published_on")
        if value is not None and first is not None and value < first:
            raise fault(f"末日 {value} 早于首日 {first}", f"the last day {value} is before the first, {first}")
        return value

    @model_validator(mode="after")
    def _lawful(self) -> VacancyCreate:
        # Read as one: the title often says what excuses a condition (井下采煤工).
        findings = check_text(f"{self.title}。{self.description}")
        unlawful = [found for found in findings if found.severity is Severity.UNLAWFUL]
        if unlawful:
            raise fault(
                "；".join(f"“{found.words}”违法，{found.article_zh}。建议：{found.advice_zh}" for found in unlawful),
                "; ".join(
                    f"“{found.words}” is unlawful, {found.article_en}. Advice: {found.advice_en}" for found in unlawful
                ),
            )
        return self


class Vacancy(VacancyFields):
    """A vacancy as stored."""

    vacancy_id: str
    occupation_confidence: float | None = Field(None, description="自动编码的置信度 / confidence of the coder")
    published_on: date
    valid_through: date
    status: RecordStatus
    closed_on: date | None = Field(None, description="关闭日；未知则空 / first day no longer open, null if not known")
    source: str = Field(description="来源 / where the record came from")
    is_synthetic: bool = Field(description="合成数据 / synthetic, not a real vacancy")


class ComplianceFinding(BaseModel):
    """A condition that the law forbids or that needs a reason, or something that publication requires."""

    code: str = Field(description="种类 / kind", examples=["sex"])
    severity: Severity = Field(description="unlawful 违法 / doubtful 存疑 / missing 缺项")
    part: Literal["title", "description"] | None = Field(description="所在部分；缺项为空 / where; null if missing")
    start: int | None = Field(description="起点（字符，含） / first character")
    end: int | None = Field(description="终点（字符，不含） / one past the last character")
    words: str | None = Field(description="原文 / the words")
    article_zh: str = Field(description="法律依据 / article of law")
    article_en: str
    advice_zh: str = Field(description="建议 / advice")
    advice_en: str


class VacancyCheck(BaseModel):
    """What is to be mended before an advertisement is published."""

    lawful: bool = Field(description="没有违法条件 / no unlawful condition")
    findings: list[ComplianceFinding]


class VacancyPage(BaseModel):
    """One page of vacancies, by identifier."""

    items: list[Vacancy]
    next_cursor: str | None = Field(None, description="下一页的 cursor；无则为末页 / absent on the last page")
