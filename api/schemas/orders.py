"""Training orders and places in classes at the edge."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.schemas.fields import Day, Identifier, OccupationCode, StoredIdentifier, Wage
from api.schemas.planning import BothLanguages
from data.records import DropoutReason, EnrolmentStep, ImportOutcome, Reporter
from training_recs.training_orders.assess_order import Verdict
from training_recs.training_orders.enrolment_standing import Standing
from training_recs.training_orders.order_life import OrderState

EXAMPLE_ORDER: dict[str, JsonValue] = {
    "vacancy_id": "V-1",
    "people_wanted": 20,
    "ordered_on": "2026-06-01",
    "ready_by": "2026-09-30",
}


class OrderCreate(BaseModel):
    """An employer orders people trained by a day, and keeps the posts of a vacancy for them."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE_ORDER]})

    order_id: Identifier | None = Field(None, description="订单编号；不填则由内容生成 / derived if absent")
    vacancy_id: StoredIdentifier = Field(description="预留名额的岗位 / whose posts are reserved")
    occupation_code: OccupationCode | None = Field(None, description="职业代码；不填为岗位的 / the vacancy's if absent")
    people_wanted: int = Field(ge=1, le=100_000, description="人数 / people ordered")
    ordered_on: Day | None = Field(None, description="下单日期；不填为今天 / today if absent")
    ready_by: Day = Field(description="最迟结业日期 / last day on which training may end")
    course_run_id: StoredIdentifier | None = Field(None, description="选定的班次，可后补 / class chosen; may follow")
    wage_cny_month: Wage | None = Field(None, description="承诺月薪（元） / stated, CNY a month")
    cancelled_on: Day | None = Field(None, description="取消日期 / day of cancelling")


class EnrolmentCreate(BaseModel):
    """A person takes a place in a class."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"seeker_id": "S-1", "course_run_id": "CR-1", "reported_by": "agency"}]},
    )

    enrolment_id: Identifier | None = Field(None, description="报名编号；不填则生成 / derived if absent")
    seeker_id: StoredIdentifier = Field(description="求职者编号 / seeker")
    course_run_id: StoredIdentifier = Field(description="班次编号 / course run")
    order_id: StoredIdentifier | None = Field(None, description="订单编号 / order")
    programme: StoredIdentifier | None = Field(None, description="由哪个培训计划支付；不填为无补贴 / which pays; none")
    replaces: StoredIdentifier | None = Field(None, description="替补哪个已退学的报名 / dropped enrolment it replaces")
    enrolled_on: Day | None = Field(None, description="报名日期；不填为今天 / today if absent")
    reported_by: Reporter = Field(Reporter.AGENCY, description="报告人 / who reports it")


class EnrolmentEventReport(BaseModel):
    """Something that happened to a place in a class."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"event": "certified", "occurred_on": "2026-09-30", "reported_by": "institution"}]
        },
    )

    event: Literal["attending", "certified", "failed", "dropped_out", "hired", "retained"] = Field(
        description="到课、取证、未通过、退学、录用、留用"
    )
    occurred_on: Day = Field(description="日期 / day it happened")
    reason: DropoutReason | None = Field(None, description="退学原因 / of a dropout")
    reported_by: Reporter = Field(description="报告人：培训机构、用人单位、本人、就业服务机构")


class TrainingOutcome(BaseModel):
    """Where a report ended."""

    outcome: ImportOutcome = Field(description="stored 已存入 / duplicate 已有")
    record_id: str = Field(description="报名或订单编号 / the enrolment or order")


class OrderStage(BaseModel):
    """One stage of an order's life."""

    stage: Literal["ordered", "enrolled", "attending", "certified", "hired", "retained"]
    reached: int = Field(description="到达此环节或其后的人数 / people who reached it or a later one")
    lost: int = Field(description="止于此环节的人数 / people who came no further and will not")
    late: int = Field(description="下一环节逾期未报的人数 / people whose next stage is overdue")


class OrderBrief(BaseModel):
    """An order with its life."""

    order_id: str
    employer: str
    title: str = Field(description="预留的岗位 / title of the posts reserved")
    vacancy_id: str
    occupation_code: str | None
    ordered_on: date
    ready_by: date
    course_run_id: str | None
    wage_cny_month: float | None
    cancelled_on: date | None
    is_synthetic: bool
    state: OrderState = Field(description="已取消、已完成、正常、有逾期、尚缺人、已无法完成")
    people_wanted: int
    enrolled: int
    attending: int
    certified: int
    hired: int
    retained: int
    dropped_out: int
    failed: int
    replacements: int
    reachable: int = Field(description="最多还能录用的人数 / most that can still be hired of those enrolled")
    breaks_at: str | None = Field(description="断在哪一环之后 / stage after which most are lost or late")
    broken: int = Field(description="该处流失与逾期人数 / people lost or late there")


class OrderList(BaseModel):
    """Every order, by identifier."""

    as_of: date
    total: int
    orders: list[OrderBrief]


class EnrolmentPlace(BaseModel):
    """A place in the order's class."""

    enrolment_id: str
    seeker_id: str
    stage: EnrolmentStep
    standing: Standing = Field(description="进行中、逾期未报、流失、完成")
    since: date
    dropped_out: bool
    failed: bool
    reason: DropoutReason | None
    replaces: str | None


class OrderDetail(OrderBrief):
    """An order, stage by stage and place by place."""

    as_of: date
    stages: list[OrderStage]
    places: list[EnrolmentPlace]


class OrderClass(BaseModel):
    """A class that could serve the order."""

    course_run_id: str | None = Field(description="班次；空为须新开 / null: a class that nobody has planned yet")
    course_id: str
    title: str
    is_new: bool
    starts_on: date = Field(description="开班；新班为最迟日期 / first day; of a new class the latest possible")
    ends_on: date
    free_seats: int | None = Field(description="空余名额；新班为空 / null for a new class")
    completion: float = Field(description="结业概率 / probability of completing")
    needed: int = Field(description="需要入班人数，含预计退学 / seats to fill, expected dropouts included")
    people: int = Field(description="对其合算的人数 / people to whom it is worth something")
    seats: int = Field(description="可入班人数 / seats that can be filled")


class OrderOrigin(BaseModel):
    """People by district or group; who is in several groups is counted in each. Cells of 1 to 9 people are null, with
    what they follow from, and where the whole is as small nothing is listed."""

    by: Literal["district", "group"]
    code: str = Field(description="空：不详或无 / empty: not known, or in no group")
    ready: int | None = Field(description="已符合；空：人数少，不予列出 / meet the posts already; null: withheld")
    could: int | None = Field(description="培训后符合；空：人数少，不予列出 / would with a course; null: withheld")


class OrderLimit(BaseModel):
    """What keeps people away."""

    kind: Literal["rule", "condition"]
    name: str
    words: BothLanguages
    people: int
    only: int = Field(description="其中只差这一项的人数 / of them, people whom nothing else keeps away")


class OrderFeasibility(BaseModel):
    """Who could be trained for the order by its day, from where, in which class, and what limits it."""

    order_id: str
    as_of: date
    verdict: Verdict
    words: BothLanguages
    advice: list[BothLanguages]
    people_wanted: int = Field(description="还需人数 / people still to be found")
    on_their_way: int = Field(description="在途人数 / people enrolled who are not lost")
    ready: int = Field(description="已符合、无需培训 / meet the posts already")
    could: int = Field(description="培训后符合 / would with a course")
    to_ask: int = Field(description="其中先问清是否已有证书 / of them, to be asked first what they hold")
    held_up: int = Field(description="被开班条件挡住 / kept from every class by a condition")
    expected_certified: float
    expected_hired: float
    classes: list[OrderClass]
    origins: list[OrderOrigin]
    limits: list[OrderLimit]


class CohortMember(BaseModel):
    """A person to enrol, or to ask next where somebody drops out."""

    seeker_id: str
    worth: float = Field(description="座位的价值 / value of the seat × priority, expected placements")
    programme: str | None = Field(description="由哪个培训计划支付 / which pays")
    position: int | None = Field(description="候补次序；入班为空 / place in the waiting list; null: seated")


class OrderCohortAnswer(BaseModel):
    """Who to enrol for an order, by what the posts reserved would change, and who replaces them."""

    order_id: str
    as_of: date
    verdict: Verdict
    words: BothLanguages
    order_class: OrderClass | None
    seated: list[CohortMember]
    waiting: list[CohortMember]
