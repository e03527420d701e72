"""Seekers at the edge: what may be sent, and what is shown (never an identifier of the person)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)
from stdnum.cn import ric

from api.schemas.fields import (
    CredentialCode,
    DistrictCode,
    Education,
    Identifier,
    Latitude,
    Longitude,
    LongText,
    OccupationCode,
    ShortText,
    Wage,
    fault,
)
from data.records import RecordStatus, SeekerGroup

EXAMPLE_PROFILE: dict[str, JsonValue] = {
    "desired_title": "架子工",
    "education_level": "junior_middle",
    "experience": [{"title": "架子工", "years": 3}],
    "credentials": [{"code": "DL-C1"}],
    "wage_min_cny_month": 5000,
    "needs_board": True,
    "needs_lodging": True,
    "district_code": "220103",
}


class Experience(BaseModel):
    """Work done before."""

    model_config = ConfigDict(extra="forbid")

    title: ShortText = Field(description="做过的工作 / job held")
    years: float | None = Field(None, ge=0, le=60, description="年限 / years")
    occupation_code: OccupationCode | None = Field(None, description="职业代码；不填则自动编码 / coded when absent")


class HeldCredential(BaseModel):
    """A licence, certificate or language."""

    model_config = ConfigDict(extra="forbid")

    code: CredentialCode = Field(description="证书代码 / code of data/reference/credentials.csv")
    obtained_on: date | None = Field(None, description="取得日期 / date obtained")
    expires_on: date | None = Field(None, description="有效期至（含当日） / last valid day")


class GroupMembership(BaseModel):
    """Membership of a policy group, dated."""

    model_config = ConfigDict(extra="forbid")

    group: SeekerGroup = Field(description="群体 / group")
    valid_from: date = Field(description="起始日 / first day")
    valid_until: date | None = Field(None, description="终止日（不含） / first day no longer in it")


class ProfileFields(BaseModel):
    """What is known of a person. Everything may be absent: absent means not known, and is asked, never assumed."""

    model_config = ConfigDict(extra="forbid")

    desired_title: ShortText | None = Field(None, description="想做的工作 / work wanted")
    desired_occupation_code: OccupationCode | None = Field(
        None, description="职业代码；不填则自动编码 / coded if absent"
    )
    birth_date: date | None = Field(None, description="出生日期，仅用于法定年龄 / for statutory age rules only")
    education_level: Education | None = Field(None, description="学历 / completed education")
    major: ShortText | None = Field(None, description="专业 / field of study")
    skills: list[ShortText] = Field([], max_length=50, description="技能 / skills")
    experience_years: float | None = Field(None, ge=0, le=60, description="工作年限 / years of work in all")
    experience: list[Experience] = Field([], max_length=50, description="工作经历 / work done before")
    credentials: list[HeldCredential] = Field([], max_length=64, description="证书、驾照、语言 / credentials held")
    credentials_complete: bool = Field(False, description="证书已问全，未列即没有 / every credential was asked for")
    groups: list[GroupMembership] = Field([], max_length=10, description="所属群体 / policy groups")
    wage_min_cny_month: Wage | None = Field(None, description="最低月薪（元） / lowest acceptable, CNY a month")
    accepts_night_work: bool | None = Field(None, description="接受夜班 / accepts night work")
    accepts_shift_work: bool | None = Field(None, description="接受倒班 / accepts shifts")
    needs_board: bool | None = Field(None, description="须包吃 / meals must be provided")
    needs_lodging: bool | None = Field(None, description="须包住 / lodging must be provided")
    will_relocate: bool | None = Field(None, description="包住时愿住在工作地 / would live at the work place")
    district_code: DistrictCode | None = Field(None, description="住地区划代码 / district of residence")
    longitude: Longitude | None = Field(None, description="经度 / WGS-84")
    latitude: Latitude | None = Field(None, description="纬度 / WGS-84")
    commute_limit_km: float | None = Field(None, ge=0, le=500, description="通勤上限（公里，单程） / one way, km")

    @field_validator("birth_date")
    @classmethod
    def _possible_birth(cls, value: date | None) -> date | None:
        if value is not None and value.year < 1900:
            raise fault(f"出生日期 {value} 不可能", f"the birth date {value} is impossible")
        return value

    @model_validator(mode="after")
    def _whole_place(self) -> ProfileFields:
        if (self.longitude is None) != (self.latitude is None):
            raise fault("经度与纬度须同时给出", "give longitude and latitude together")
        return self


class Identity(BaseModel):
    """Who the person is. Stored encrypted, apart from everything else, and never shown again."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: SecretStr | None = Field(None, min_length=1, max_length=50, description="姓名 / name")
    identity_number: SecretStr | None = Field(None, description="居民身份证号 / resident identity number, GB 11643")
    phone: SecretStr | None = Field(None, description="电话 / phone")

    @field_validator("identity_number")
    @classmethod
    def _checks(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not ric.is_valid(value.get_secret_value()):
            raise fault(
                "身份证号有误：应为 18 位且校验码相符（GB 11643）",
                "the identity number is wrong: expected 18 digits with a matching check digit (GB 11643)",
            )
        return value

    @field_validator("phone")
    @classmethod
    def _dialable(cls, value: SecretStr | None) -> SecretStr | None:
        digits = "".join(c for c in value.get_secret_value() if c not in " -+()") if value else "1" * 11
        if not (digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 15):
            raise fault("电话应为 7 至 15 位数字", "a phone has 7 to 15 digits")
        return value


class SeekerCreate(ProfileFields):
    """A person to register."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{**EXAMPLE_PROFILE, "profile_text": "在工地干过3年架子工，有C1驾照，想找包吃住的活"}]
        },
    )

    seeker_id: Identifier | None = Field(None, description="编号；不填则生成，不得含个人信息 / made when absent")
    profile_text: LongText = Field("", description="自我介绍；未填字段从中读取 / fields not given are read from it")
    registered_on: date | None = Field(None, description="登记日；默认今天 / default today")
    valid_through: date | None = Field(None, description="有效期至（含当日）；默认半年 / default half a year")
    identity: Identity | None = Field(None, description="身份信息：加密存储，从不返回 / encrypted, never returned")

    @field_validator("valid_through")
    @classmethod
    def _after_registration(cls, value: date | None, info: ValidationInfo) -> date | None:
        first = info.data.get("registered_on")
        if value is not None and first is not None and value < first:
            raise fault(f"有效期 {value} 早于登记日 {first}", f"valid through {value}, before it begins on {first}")
        return value


class Seeker(ProfileFields):
    """A registered person as stored, without identifiers."""

    model_config = ConfigDict(extra="forbid")

    seeker_id: str
    profile_text: str
    registered_on: date
    valid_through: date
    status: RecordStatus
    closed_on: date | None = Field(None, description="关闭日；未知则空 / first day no longer open, null if not known")
    source: str = Field(description="来源 / where the record came from")
    is_synthetic: bool = Field(description="合成数据 / synthetic, not a real person")


class SeekerPage(BaseModel):
    """One page of seekers, by identifier."""

    items: list[Seeker]
    next_cursor: str | None = Field(None, description="下一页的 cursor；无则为末页 / absent on the last page")


Cursor = Annotated[str | None, Field(max_length=200)]
