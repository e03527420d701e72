"""Our own table files (CSV, XLSX): a header with known names, then rows. What the columns may hold is data here;
`docs/file-formats.md` is written from it."""

from __future__ import annotations

from data.ingest import fields as f
from data.ingest.fields import Field
from data.ingest.startup_template import INCUBATOR_FIELDS, MENTOR_FIELDS, STARTUP_FIELDS

_DATE = "日期，如 2026-03-01 / a date such as 2026-03-01"
_ANSWER = "是或否 / 是 or 否"
_WORDS = "文字 / text"
_EDUCATION = (
    "学历：初中、高中、中专、大专、本科、硕士、博士（或不限） / "
    "an education level: 初中, 高中, 中专, 大专, 本科, 硕士, 博士 (or 不限)"
)
_PAY = "薪资，如 4000-6000元/月、150元/天、10万/年、面议 / pay such as 4000-6000元/月, 150元/天, 10万/年, 面议"
_DISTRICT = "长春市的区县，名称或代码 / a district of Changchun, by name or code"
_DEGREES = "度（WGS-84） / degrees (WGS-84)"

VACANCY_FIELDS: dict[str, Field] = {
    "vacancy_id": Field(("岗位编号", "vacancy_id", "编号"), f.identifier, _WORDS),
    "employer": Field(("单位名称", "employer", "公司", "企业名称", "用人单位"), f.text, _WORDS, required=True),
    "title": Field(("岗位名称", "title", "职位", "岗位", "招聘岗位"), f.text, _WORDS, required=True),
    "description": Field(("岗位描述", "description", "岗位职责", "任职要求"), f.text, _WORDS),
    "headcount": Field(
        ("招聘人数", "headcount", "人数"), f.headcount, "1 至 100,000 的人数 / a number of people from 1 to 100,000"
    ),
    "education": Field(("学历要求", "education", "学历"), f.education, _EDUCATION),
    "experience": Field(
        ("经验要求", "experience", "工作经验"), f.experience, "年限，如 3年、无需经验 / years, such as 3年 or 无需经验"
    ),
    "pay": Field(("薪资", "pay", "工资", "月薪", "薪酬", "wage"), f.pay, _PAY),
    "night_work": Field(("夜班", "night_work"), f.answer, _ANSWER),
    "shift_work": Field(("倒班", "shift_work"), f.answer, _ANSWER),
    "board": Field(("包吃", "board", "提供用餐"), f.answer, _ANSWER),
    "lodging": Field(("包住", "lodging", "提供住宿"), f.answer, _ANSWER),
    "district": Field(("区县", "district", "工作地点", "地区"), f.district, _DISTRICT),
    "longitude": Field(("经度", "longitude"), f.number(-180, 180), _DEGREES),
    "latitude": Field(("纬度", "latitude"), f.number(-90, 90), _DEGREES),
    "credentials": Field(
        ("证书要求", "credentials", "资格证书"), f.credentials, "证书，以“、”分隔 / credentials, '、' between"
    ),
    "veterans": Field(("退役军人优先", "veterans_preferred"), f.answer, _ANSWER),
    "minimum_age": Field(
        ("最低年龄", "minimum_age"),
        f.whole_number(16, 21),
        "16（劳动法第十五条）至 21 岁 / years from 16 (劳动法 第十五条) to 21",
    ),
    "published_on": Field(("发布日期", "published_on"), f.day, _DATE),
    "valid_through": Field(("截止日期", "valid_through", "有效期至"), f.day, _DATE),
    "closed_on": Field(("关闭日期", "closed_on"), f.day, _DATE),
    "employer_type": Field(("单位性质", "employer_type", "公司性质"), f.text, _WORDS),
    "industry": Field(("行业", "industry", "所属行业"), f.text, _WORDS),
    "size_band": Field(("单位规模", "size_band", "规模"), f.text, _WORDS),
    "credit_code": Field(
        ("统一社会信用代码", "credit_code"), f.credit_code, "18 位，校验位正确 / 18 characters with a right check digit"
    ),
}

SEEKER_FIELDS: dict[str, Field] = {
    "seeker_id": Field(("求职者编号", "seeker_id", "编号"), f.identifier, _WORDS),
    "name": Field(("姓名", "name"), f.text, _WORDS, personal=True),
    "identity_number": Field(
        ("身份证号", "identity_number", "身份证号码", "公民身份号码"),
        f.identity_number,
        "18 位，校验位正确（GB 11643） / 18 characters with a right check digit (GB 11643)",
        personal=True,
    ),
    "phone": Field(("手机号", "phone", "联系电话", "电话"), f.phone, "电话号码 / a telephone number", personal=True),
    "desired_title": Field(("求职意向", "desired_title", "期望岗位"), f.text, _WORDS),
    "profile_text": Field(("自我介绍", "profile_text", "个人情况"), f.text, _WORDS),
    "birth_date": Field(("出生日期", "birth_date"), f.day, _DATE),
    "education": Field(("学历", "education", "文化程度"), f.education, _EDUCATION),
    "major": Field(("专业", "major"), f.text, _WORDS),
    "skills": Field(("技能", "skills", "特长"), f.text, _WORDS),
    "experience_years": Field(("工作年限", "experience_years"), f.experience, "年数 / years"),
    "experience": Field(
        ("工作经历", "experience"),
        f.text,
        "工作及年限，如 架子工3年;保安1年 / jobs with years, such as 架子工3年;保安1年",
    ),
    "credentials": Field(
        ("证书", "credentials", "资格证书"),
        f.credentials,
        "证书，如 C1驾驶证、健康证:2027-01-31 / credentials such as C1驾驶证、健康证:2027-01-31",
    ),
    "wage_min": Field(("最低月薪", "wage_min", "期望薪资", "期望月薪"), f.wage_floor, _PAY),
    "night_work": Field(("接受夜班", "accepts_night_work"), f.answer, _ANSWER),
    "shift_work": Field(("接受倒班", "accepts_shift_work"), f.answer, _ANSWER),
    "board": Field(("需要包吃", "needs_board"), f.answer, _ANSWER),
    "lodging": Field(("需要包住", "needs_lodging"), f.answer, _ANSWER),
    "relocate": Field(("愿意住厂", "will_relocate"), f.answer, _ANSWER),
    "district": Field(("居住区县", "district", "区县"), f.district, _DISTRICT),
    "longitude": Field(("经度", "longitude"), f.number(-180, 180), _DEGREES),
    "latitude": Field(("纬度", "latitude"), f.number(-90, 90), _DEGREES),
    "commute": Field(
        ("通勤上限公里", "commute_limit_km", "通勤上限"), f.number(0, 500), "0 至 500 公里 / km from 0 to 500"
    ),
    "groups": Field(("人员类别", "groups"), f.groups, "人员类别，以“、”分隔 / groups, '、' between"),
    "registered_on": Field(("登记日期", "registered_on"), f.day, _DATE),
    "valid_through": Field(("有效期至", "valid_through"), f.day, _DATE),
    "closed_on": Field(("关闭日期", "closed_on"), f.day, _DATE),
}

COURSE_FIELDS: dict[str, Field] = {
    "course_id": Field(("课程编号", "course_id", "编号"), f.identifier, _WORDS),
    "provider": Field(("培训机构", "provider", "机构"), f.text, _WORDS, required=True),
    "title": Field(("课程名称", "title", "课程"), f.text, _WORDS, required=True),
    "description": Field(("课程内容", "description", "内容"), f.text, _WORDS),
    "credential": Field(("取得证书", "credential", "证书"), f.credentials, "一种证书 / one credential"),
    "skills": Field(("技能", "skills"), f.text, _WORDS),
    "education": Field(("学历要求", "education"), f.education, _EDUCATION),
    "duration_days": Field(
        ("培训天数", "duration_days", "天数"),
        f.whole_number(1, 1000),
        "1 至 1,000 的整天数 / whole days from 1 to 1,000",
        required=True,
    ),
    "fee": Field(("费用", "fee", "培训费"), f.number(0, 1_000_000), "元 / CNY"),
    "subsidy": Field(("补贴", "subsidy", "培训补贴"), f.number(0, 1_000_000), "元 / CNY"),
    "starts_on": Field(("开班日期", "starts_on"), f.day, _DATE),
    "ends_on": Field(("结业日期", "ends_on"), f.day, _DATE),
    "seats": Field(("名额", "seats"), f.whole_number(0, 100_000), "名额数 / a number of seats"),
    "district": Field(("区县", "district", "上课地点"), f.district, _DISTRICT),
}

_SEEKER_ID = Field(("求职者编号", "seeker_id"), f.identifier, _WORDS)
_IDENTITY_NUMBER = Field(
    ("身份证号", "identity_number", "身份证号码", "公民身份号码"),
    f.identity_number,
    "18 位，校验位正确（GB 11643） / 18 characters with a right check digit (GB 11643)",
    personal=True,
)

EVENT_FIELDS: dict[str, Field] = {
    "referral_id": Field(("推荐编号", "referral_id"), f.identifier, _WORDS),
    "seeker_id": _SEEKER_ID,
    "identity_number": _IDENTITY_NUMBER,
    "vacancy_id": Field(("岗位编号", "vacancy_id"), f.identifier, _WORDS),
    "event": Field(
        ("事件", "event", "结果"),
        f.referral_event,
        "其中之一 / "
        "one of 推荐 (referred), 接受 (seeker_accepted), 谢绝 (seeker_declined), 面试 (interviewed), 录用 (hired), "
        "未录用 (rejected), 上岗 (started), 离职 (left)",
        required=True,
    ),
    "occurred_on": Field(("日期", "occurred_on", "发生日期"), f.day, _DATE, required=True),
    "evidence_tier": Field(
        ("证据", "evidence_tier", "evidence"),
        f.evidence,
        "上岗的，其中之一 / "
        "of a start, one of 社保 (social_insurance), 合同 (contract), 用人单位确认 (employer_confirms), "
        "本人报告 (seeker_reports)",
    ),
    "wage_cny_month": Field(("月薪", "wage_cny_month", "工资"), f.number(0, 1_000_000), "元/月 / CNY a month"),
}

DESTINATION_FIELDS: dict[str, Field] = {
    "seeker_id": _SEEKER_ID,
    "identity_number": _IDENTITY_NUMBER,
    "exit": Field(
        ("去向", "exit"),
        f.seeker_exit,
        "其中之一 / "
        "one of 升学 (further_study), 参军 (military_service), 迁出 (moved_away), 退休 (retired), 死亡 (died), "
        "其他 (other)",
        required=True,
    ),
    "left_on": Field(("日期", "left_on", "离开日期"), f.day, _DATE, required=True),
}

_COURSE_RUN_ID = Field(("班次编号", "course_run_id"), f.identifier, _WORDS)
_ORDER_ID = Field(("订单编号", "order_id"), f.identifier, _WORDS)

ENROLMENT_FIELDS: dict[str, Field] = {
    "enrolment_id": Field(("报名编号", "enrolment_id"), f.identifier, _WORDS),
    "seeker_id": _SEEKER_ID,
    "identity_number": _IDENTITY_NUMBER,
    "course_run_id": _COURSE_RUN_ID,
    "order_id": _ORDER_ID,
    "programme": Field(
        ("培训计划", "programme"),
        f.identifier,
        "培训计划，如 employment、rural / a programme such as employment, rural",
    ),
    "replaces": Field(("替补", "replaces"), f.identifier, "退学者的报名编号 / 报名编号 of the person who dropped out"),
    "event": Field(
        ("事件", "event"),
        f.enrolment_step,
        "其中之一 / one of 报名 (enrolled), 到课 (attending), 取证 (certified), 未通过 (failed), 退学 (dropped_out), "
        "录用 (hired), 留用 (retained)",
        required=True,
    ),
    "occurred_on": Field(("日期", "occurred_on"), f.day, _DATE, required=True),
    "reason": Field(
        ("原因", "reason"),
        f.dropout_reason,
        "退学的，其中之一 / "
        "of a dropout, one of 已就业 (found_work), 健康 (health), 家庭 (family), 跟不上 (too_difficult), "
        "路远 (too_far), 不适合 (not_suited), 其他 (other)",
    ),
    "reported_by": Field(
        ("报告人", "reported_by"),
        f.reporter,
        "其中之一 / one of 培训机构 (institution), 用人单位 (employer), 本人 (seeker), 就业服务机构 (agency)",
        required=True,
    ),
}

ORDER_FIELDS: dict[str, Field] = {
    "order_id": _ORDER_ID,
    "vacancy_id": Field(("岗位编号", "vacancy_id"), f.identifier, _WORDS, required=True),
    "occupation_code": Field(
        ("职业代码", "occupation_code"),
        f.occupation_code,
        "2022 年版大典的职业代码，如 6-18-02-04 / a code of the 2022 classification such as 6-18-02-04",
    ),
    "people_wanted": Field(
        ("人数", "people_wanted"),
        f.whole_number(1, 100_000),
        "1 至 100,000 的人数 / a number of people from 1 to 100,000",
        required=True,
    ),
    "ordered_on": Field(("下单日期", "ordered_on"), f.day, _DATE, required=True),
    "ready_by": Field(("最迟结业日期", "ready_by"), f.day, _DATE, required=True),
    "course_run_id": _COURSE_RUN_ID,
    "wage_cny_month": Field(("月薪", "wage_cny_month", "工资"), f.number(0, 1_000_000), "元/月 / CNY a month"),
    "cancelled_on": Field(("取消日期", "cancelled_on"), f.day, _DATE),
}

FIELDS_OF_KIND = {
    "vacancies": VACANCY_FIELDS,
    "seekers": SEEKER_FIELDS,
    "courses": COURSE_FIELDS,
    "events": EVENT_FIELDS,
    "destinations": DESTINATION_FIELDS,
    "orders": ORDER_FIELDS,
    "enrolments": ENROLMENT_FIELDS,
    "incubators": INCUBATOR_FIELDS,
    "mentors": MENTOR_FIELDS,
    "startups": STARTUP_FIELDS,
}
