"""Words mis-typed with another character of the same sound or shape: 公资 is meant as 工资."""

from __future__ import annotations

import re

# Each pair has the same length, so that positions in the text stay what they were.
_MEANT = {
    "公资": "工资", "工姿": "工资", "新资": "薪资", "月新": "月薪", "底新": "底薪",
    "必业": "毕业", "毕页": "毕业", "学力": "学历", "出中": "初中", "大砖": "大专", "中砖": "中专",
    "驾招": "驾照", "架照": "驾照", "建康证": "健康证", "汗工": "焊工", "保结": "保洁", "保杰": "保洁",
    "叶班": "夜班", "业班": "夜班", "到班": "倒班", "包吃主": "包吃住", "管吃主": "管吃住", "素舍": "宿舍",
    "超巿": "超市", "绿圆": "绿园", "录园": "绿园", "宽成区": "宽城区", "潮阳": "朝阳", "南官区": "南关区",
    "净越": "净月", "农按": "农安", "得惠": "德惠",
}  # fmt: skip
_SLIP = re.compile("|".join(_MEANT))


def mend_slips(text: str) -> str:
    """`text` with frequent typing slips mended; no position shifts."""
    return _SLIP.sub(lambda slip: _MEANT[slip.group()], text)
