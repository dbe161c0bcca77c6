"""Files of the demo's staff: education, fields, talents, birthdays, certificates, drawn without touching other draws."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from qiao.runtime import clock

from .generate import SEED, Demo

REGISTER_HEADINGS = (
    "工号", "生效日期", "用工性质", "学历", "专业领域", "人才类型", "出生日期", "证书类型", "证书编号", "发证日期", "失效日期",
)  # fmt: skip
_KINDS = ("正式", "合同", "派遣")
_EDUCATION, _EDUCATION_SHARES = ("高中或中专", "大专", "本科", "硕士"), (0.12, 0.36, 0.44, 0.08)
_FIELDS = ("IP网络", "信息技术", "财务", "工程建设", "市场策划")
_TALENTS = ("创新型", "创业型", "实干型", "管理型", "复合型")
_FIELD_SHARE, _TALENT_SHARE, _CHANGED_SHARE, _UNKNOWN_SHARE = 0.13, 0.25, 0.08, 0.03


def kind_of(n: int) -> str:
    """Employment kind a person of the demo was taken on by."""
    return _KINDS[n % 7 % 3]


def register_rows(demo: Demo) -> Iterable[Sequence[Any]]:
    """One row a person: what is noted in his file. A few are regular staff since; of a few something is not known."""
    draw, today = np.random.default_rng([SEED, 7]), clock.today()
    for n, person in enumerate(demo.world.people):
        luck = draw.random(6)
        age_days = int((21 + draw.triangular(0, 9, 36)) * 365.25)
        born = person.joined_on - timedelta(days=age_days)
        changed = luck[2] < _CHANGED_SHARE and kind_of(n) == "派遣"
        certified = max(person.joined_on, today - timedelta(days=int(luck[4] * 1090)))
        talent = _TALENTS[int(luck[5] * len(_TALENTS))] if luck[1] < _TALENT_SHARE else ""
        field = _FIELDS[int(luck[5] * 97) % len(_FIELDS)] if luck[0] < _FIELD_SHARE else ""
        yield (
            person.code, max(person.joined_on, date(2023, 1, 1)), "合同" if changed else "",
            "" if luck[3] < _UNKNOWN_SHARE else str(draw.choice(_EDUCATION, p=_EDUCATION_SHARES)),
            field, talent, born, "上岗资格证", f"SG{n:05d}", certified, certified.replace(year=certified.year + 3, day=1),
        )  # fmt: skip
