"""Support for people who want to start a business: what is asked, and what is answered."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.schemas.corrections import FieldCorrection
from api.schemas.courses import CourseRunOffer
from api.schemas.fields import Day, LongText, OccupationCode, ShortText, fault
from api.schemas.matches import Reason, VacancyBrief
from data.records import BusinessForm, Standing, StartupStage


class WishFields(BaseModel):
    """What is known of a wish to start. Absent means not known: it is asked, never assumed."""

    model_config = ConfigDict(extra="forbid")

    wants_to_start: bool | None = Field(None, description="想创业 / wants to start; absent: as the text says")
    trade: ShortText | None = Field(None, description="想做哪一行 / the trade, in words")
    occupation_code: OccupationCode | None = Field(None, description="职业代码；不填则自动编码 / coded if absent")
    stage: StartupStage | None = Field(None, description="到了哪一步 / how far it is")
    form: BusinessForm | None = Field(None, description="主体类型 / registered, or to be registered, as")
    capital_wanted_cny: float | None = Field(None, ge=0, le=1e8, description="需要贷款（元） / loan wanted, CNY")
    registered_on: Day | None = Field(None, description="登记注册日期 / day of registration")
    has_licence: bool | None = Field(None, description="已领营业执照 / holds a business licence")
    first_business: bool | None = Field(None, description="首次创业 / the first business")
    standings: list[Standing] = Field([], max_length=10, description="身份情形 / standings beside the groups")
    standings_complete: bool = Field(False, description="人员类别和情形已问全 / every group and standing was asked for")

    @model_validator(mode="after")
    def _in_order(self) -> WishFields:
        if self.registered_on and self.stage in (StartupStage.IDEA, StartupStage.PLANNING):
            raise fault(
                "有登记注册日期，阶段应为 registered 或 trading", "registered: the stage is registered or trading"
            )
        return self


class StartupRequest(BaseModel):
    """A person who is not registered, in his own words; the fields of `wish` win. Nothing is stored."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "text": "退役军人，想在净月开个小饭馆，家住南关区",
                    "wish": {"stage": "planning", "first_business": True},
                }
            ]
        },
    )

    text: LongText = Field(min_length=1, description="自述 / in the person's own words")
    corrections: list[FieldCorrection] = Field([], max_length=100, description="对读出内容的更正 / corrections")
    wish: WishFields = Field(WishFields.model_validate({}), description="已知的创业情况 / what is known of the wish")
    limit: int = Field(5, ge=1, le=50, description="每类最多条数 / most of each kind")


class DueSupportOffer(BaseModel):
    """A support and whether the person is entitled to it."""

    support: str
    variant: str
    kind: str = Field(description="training 培训、loan 贷款、one_off 一次性、site 场地、tax 税费、social 社保")
    zh: str
    en: str
    verdict: Literal["entitled", "ask", "later"] = Field(
        description="entitled 可以享受；ask 待询问；later 到时可申请 / entitled, to be asked, later"
    )
    amount_cny: float | None = Field(description="金额上限（元），按 unit / most, CNY per unit; null: not an amount")
    unit: str = Field(description="once 一次、year 每年、loan 贷款、course 课程、site 场地")
    source: str = Field(description="依据；条文未核即未与全文核对 / source; 条文未核: not checked against the text")
    statements: list[Reason]


class StartupCourseOffer(CourseRunOffer):
    """A start-up course at one of its runs."""

    step: str = Field(description="GYB、SYB、ONLINE、IYB、EYB、OTHER")
    fee_cny: float = Field(description="自付（元），确定享受补贴的已扣除 / to pay, less the subsidy where certain")
    travel_cny: float = Field(description="路费（元） / travel")
    distance_km: float | None
    questions: list[Reason]


class PlaceOffer(BaseModel):
    """An incubator or mentor for one person."""

    worth: float = Field(description="合适程度，0–1，仅用于排序，不是概率 / orders the list; no probability")
    likeness: float = Field(description="行业相近程度 / nearness of the trade")
    distance_km: float | None = Field(description="直线距离；线上或未知为空 / straight line; null: online or unknown")
    statements: list[Reason]


class IncubatorOffer(PlaceOffer):
    """An incubator that takes the person, as far as is known."""

    incubator_id: str
    name: str
    sectors: str
    services: str | None
    workstations_free: int
    available_from: date | None
    rent_cny_month: float | None
    is_synthetic: bool


class MentorOffer(PlaceOffer):
    """A mentor who takes the person, as far as is known."""

    mentor_id: str
    field: str
    languages: str | None
    online: bool
    places_free: int
    price: float = Field(description="每个名额对其他人的分量 / what one of his places is worth to others")
    is_synthetic: bool


class WageWork(BaseModel):
    """The alternative: what applying for work is worth today."""

    utility: float = Field(description="现在应聘一轮推荐的预期就业 / expected placements of one list of referrals")
    by_price: bool = Field(description="用了已发布匹配的价格 / at the prices of a published run")
    vacancies: list[VacancyBrief]


class StartupAnswerOut(BaseModel):
    """Support for one person; all lists are empty where he does not want to start, or was not asked."""

    seeker_id: str
    as_of: date
    wants_to_start: bool | None = Field(description="null：没有记录 / null: nothing on record")
    entitlements: list[DueSupportOffer]
    courses: list[StartupCourseOffer]
    programme_seats_a_year: int | None = Field(description="创业培训计划每年名额 / the programme's seats a year")
    incubators: list[IncubatorOffer]
    mentors: list[MentorOffer]
    mentor_allocated: str | None = Field(description="全体分配中的导师 / his mentor in the allocation of everybody")
    wage_work: WageWork
    statements: list[Reason]
