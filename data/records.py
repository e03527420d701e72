"""The closed sets of values that records may hold. Table layouts are in `columns.py`."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Answer(IntEnum):
    """A yes/no fact that may not be known. Stored as a nullable boolean, computed on as int8."""

    UNKNOWN = -1
    NO = 0
    YES = 1


class Verdict(IntEnum):
    """What a hard rule says of a pair. UNKNOWN neither passes nor fails: it is a question to ask."""

    FAIL = 0
    PASS = 1
    UNKNOWN = 2


class EducationLevel(IntEnum):
    """Completed education in ascending order, condensed from GB/T 4658-2006; -1 where not known."""

    UNKNOWN = -1
    PRIMARY = 1  # 小学及以下
    JUNIOR_MIDDLE = 2  # 初中
    SENIOR_MIDDLE = 3  # 高中, 中专, 职高, 技校 (one level: vacancies ask for them interchangeably)
    JUNIOR_COLLEGE = 4  # 大专
    BACHELOR = 5  # 本科
    MASTER = 6  # 硕士
    DOCTOR = 7  # 博士


class SeekerGroup(StrEnum):
    """Policy groups. A person can be in several; membership is dated. Order is that of `group_mask` bits."""

    GRADUATE = "graduate"  # 应届高校毕业生
    RURAL_TRANSFERRED = "rural_transferred"  # 农村转移劳动力
    URBAN_HARDSHIP = "urban_hardship"  # 城镇就业困难人员
    ZERO_EMPLOYMENT_FAMILY = "zero_employment_family"  # 零就业家庭
    VETERAN = "veteran"  # 退役军人


GROUP_NAMES_ZH: dict[SeekerGroup, str] = {
    SeekerGroup.GRADUATE: "应届高校毕业生",
    SeekerGroup.RURAL_TRANSFERRED: "农村转移劳动力",
    SeekerGroup.URBAN_HARDSHIP: "城镇就业困难人员",
    SeekerGroup.ZERO_EMPLOYMENT_FAMILY: "零就业家庭",
    SeekerGroup.VETERAN: "退役军人",
}


class RecordStatus(StrEnum):
    """Life of a vacancy or a seeker."""

    OPEN = "open"
    CLOSED = "closed"


class ReferralEventKind(StrEnum):
    """What can happen to a referral, in the order of its life. The ledger only ever grows."""

    REFERRED = "referred"
    SEEKER_ACCEPTED = "seeker_accepted"
    SEEKER_DECLINED = "seeker_declined"
    INTERVIEWED = "interviewed"
    HIRED = "hired"
    REJECTED = "rejected"
    STARTED = "started"  # 上岗: a placement
    LEFT = "left"


EVENT_NAMES_ZH: dict[ReferralEventKind, str] = {
    ReferralEventKind.REFERRED: "推荐",
    ReferralEventKind.SEEKER_ACCEPTED: "接受",
    ReferralEventKind.SEEKER_DECLINED: "谢绝",
    ReferralEventKind.INTERVIEWED: "面试",
    ReferralEventKind.HIRED: "录用",
    ReferralEventKind.REJECTED: "未录用",
    ReferralEventKind.STARTED: "上岗",
    ReferralEventKind.LEFT: "离职",
}


class EvidenceTier(IntEnum):
    """How well a placement is proved; lower is stronger (GLOSSARY: placement)."""

    SOCIAL_INSURANCE = 1
    CONTRACT = 2
    EMPLOYER_CONFIRMS = 3
    SEEKER_REPORTS = 4


EVIDENCE_NAMES_ZH: dict[EvidenceTier, str] = {
    EvidenceTier.SOCIAL_INSURANCE: "社保",
    EvidenceTier.CONTRACT: "合同",
    EvidenceTier.EMPLOYER_CONFIRMS: "用人单位确认",
    EvidenceTier.SEEKER_REPORTS: "本人报告",
}


class SeekerExit(StrEnum):
    """Why somebody no longer looks for work, other than a placement."""

    FURTHER_STUDY = "further_study"
    MILITARY_SERVICE = "military_service"
    MOVED_AWAY = "moved_away"
    RETIRED = "retired"
    DIED = "died"
    OTHER = "other"


EXIT_NAMES_ZH: dict[SeekerExit, str] = {
    SeekerExit.FURTHER_STUDY: "升学",
    SeekerExit.MILITARY_SERVICE: "参军",
    SeekerExit.MOVED_AWAY: "迁出",
    SeekerExit.RETIRED: "退休",
    SeekerExit.DIED: "死亡",
    SeekerExit.OTHER: "其他",
}


class EnrolmentStep(StrEnum):
    """What can happen to a person's place in a class, in the order of its life. The record only ever grows."""

    ENROLLED = "enrolled"
    ATTENDING = "attending"  # first day in class
    CERTIFIED = "certified"
    FAILED = "failed"  # the examination; it may be passed later
    DROPPED_OUT = "dropped_out"
    HIRED = "hired"  # for an order: by the employer who ordered
    RETAINED = "retained"  # still employed there when asked


ENROLMENT_NAMES_ZH: dict[EnrolmentStep, str] = {
    EnrolmentStep.ENROLLED: "报名",
    EnrolmentStep.ATTENDING: "到课",
    EnrolmentStep.CERTIFIED: "取证",
    EnrolmentStep.FAILED: "未通过",
    EnrolmentStep.DROPPED_OUT: "退学",
    EnrolmentStep.HIRED: "录用",
    EnrolmentStep.RETAINED: "留用",
}


class DropoutReason(StrEnum):
    """Why somebody left a class; closed, so that no free text about a person is stored."""

    FOUND_WORK = "found_work"
    HEALTH = "health"
    FAMILY = "family"
    TOO_DIFFICULT = "too_difficult"
    TOO_FAR = "too_far"
    NOT_SUITED = "not_suited"
    OTHER = "other"


DROPOUT_NAMES_ZH: dict[DropoutReason, str] = {
    DropoutReason.FOUND_WORK: "已就业",
    DropoutReason.HEALTH: "健康",
    DropoutReason.FAMILY: "家庭",
    DropoutReason.TOO_DIFFICULT: "跟不上",
    DropoutReason.TOO_FAR: "路远",
    DropoutReason.NOT_SUITED: "不适合",
    DropoutReason.OTHER: "其他",
}


class Reporter(StrEnum):
    """Who reported what happened in a class."""

    INSTITUTION = "institution"
    EMPLOYER = "employer"
    SEEKER = "seeker"
    AGENCY = "agency"


REPORTER_NAMES_ZH: dict[Reporter, str] = {
    Reporter.INSTITUTION: "培训机构",
    Reporter.EMPLOYER: "用人单位",
    Reporter.SEEKER: "本人",
    Reporter.AGENCY: "就业服务机构",
}


class StartupStage(StrEnum):
    """How far a business has come, in the order of its life."""

    IDEA = "idea"
    PLANNING = "planning"
    REGISTERED = "registered"
    TRADING = "trading"


STAGE_NAMES_ZH: dict[StartupStage, str] = {
    StartupStage.IDEA: "有想法",
    StartupStage.PLANNING: "筹备中",
    StartupStage.REGISTERED: "已登记",
    StartupStage.TRADING: "已经营",
}


class BusinessForm(StrEnum):
    """What it is registered as."""

    SELF_EMPLOYED = "self_employed"
    SMALL_FIRM = "small_firm"


FORM_NAMES_ZH: dict[BusinessForm, str] = {BusinessForm.SELF_EMPLOYED: "个体工商户", BusinessForm.SMALL_FIRM: "小微企业"}


class Standing(StrEnum):
    """What support for start-ups depends on beside the policy groups (`SeekerGroup`)."""

    LEFT_SCHOOL_WITHIN_2_YEARS = "left_school_within_2_years"
    REGISTERED_UNEMPLOYED = "registered_unemployed"
    REGISTERED_UNEMPLOYED_HALF_YEAR = "registered_unemployed_half_year"
    LIFTED_FROM_POVERTY = "lifted_from_poverty"
    LOW_INCOME_FAMILY = "low_income_family"
    RETURNED_MIGRANT = "returned_migrant"
    OTHER_LISTED = "other_listed"


STANDING_NAMES_ZH: dict[Standing, str] = {
    Standing.LEFT_SCHOOL_WITHIN_2_YEARS: "离校2年内高校毕业生",
    Standing.REGISTERED_UNEMPLOYED: "登记失业人员",
    Standing.REGISTERED_UNEMPLOYED_HALF_YEAR: "登记失业半年以上",
    Standing.LIFTED_FROM_POVERTY: "脱贫人口",
    Standing.LOW_INCOME_FAMILY: "城市低保家庭",
    Standing.RETURNED_MIGRANT: "返乡创业农民工",
    Standing.OTHER_LISTED: "文件所列其他人员",
}


class RunStatus(StrEnum):
    """Life of an overnight match run. Readers see only the newest PUBLISHED one."""

    RUNNING = "running"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    FAILED = "failed"


class JobFailure(StrEnum):
    """Why an attempt at a queued job ended without success."""

    ERROR = "error"
    """It failed, or its process was killed."""
    DIED = "died"
    """The worker that ran it died."""
    STOPPED = "stopped"
    """The worker was asked to end."""
    BUSY = "busy"
    """Another run was in progress."""


class ImportOutcome(StrEnum):
    """Where a row of an imported file ended."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
