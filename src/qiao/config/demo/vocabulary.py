"""What a demo enterprise is made of: levels of units, trades, goods, sizes, seasons, words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    """Units of one level below the one before it, spread evenly over those above.

    Attributes:
        zh, en: Their names; ``{a}`` is the word of the first level below the root, ``{b}`` that of the second.
        area: What an address calls the place.
    """

    kind: str
    count: int
    zh: str
    en: str
    area: str = "县"


@dataclass(frozen=True, slots=True)
class Trade:
    """An industry customers belong to.

    Attributes:
        code: Industry code, as the pack's article on segments knows it.
        zh, en: Endings of customer names.
        share: Part of all customers.
        median_yuan: Median monthly revenue.
        spread: Sigma of the logarithm of the monthly revenue.
        goods: Relative taste for each of the pack's goods.
    """

    code: str
    kind: str
    zh: tuple[str, ...]
    share: float
    median_yuan: float
    spread: float
    goods: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Good:
    """A product: its category, price and margin."""

    code: str
    category: str
    price_yuan: float
    margin_share: float
    unit: str


# Product → what people call it, Chinese and English; each stands for its category.
GOOD_NAMES = {
    "MOB": ("移动业务", "Mobile"),
    "LD": ("长途语音", "Long distance"),
    "VAS": ("增值业务", "Value-added services"),
    "NET": ("互联网专线", "Internet access"),
    "IP": ("IP电话", "IP telephony"),
    "PY": ("一类烟", "Class 1"),
    "ZY": ("二类烟", "Class 2"),
    "JY": ("三类烟", "Class 3"),
    "PH": ("四类烟", "Class 4"),
    "LH": ("五类烟", "Class 5"),
    "D0": ("柴油", "Diesel"),
    "G92": ("92号汽油", "Gasoline 92"),
    "G95": ("95号汽油", "Gasoline 95"),
    "LUB": ("润滑油", "Lubricants"),
    "UREA": ("非油商品", "Non-oil goods"),
    "TR": ("变压器", "Transformers"),
    "SG": ("开关柜", "Switchgear"),
    "CP": ("元器件", "Components"),
    "CB": ("电线电缆", "Cables"),
    "SV": ("检修服务", "Service"),
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One pack's demo.

    Attributes:
        root: Kind, Chinese and English name of the topmost unit.
        levels: What stands below it; managers and customers belong to the last.
        marks: Key-account conditions people record, from the pack's article.
        season: Month indices January to December around 1.
        yearly_growth: Trend of the whole enterprise.
        orders: Whether facts come as order days (else as monthly bills).
        credit: Whether customers owe and pay later.
    """

    pack: str
    zh: str
    en: str
    unit_prefix: str
    trades: tuple[Trade, ...]
    goods: tuple[Good, ...]
    season: tuple[float, ...]
    yearly_growth: float
    orders: bool
    credit: bool
    root: tuple[str, str, str]
    levels: tuple[Level, ...]
    marks: tuple[str, ...]
    customers: int = 12_000
    customers_per_manager: int = 42


# Called after kinds of bridges: nobody mistakes them for real cities.
FIRST_WORDS = (
    ("云", "Cloud"), ("石", "Stone"), ("木", "Timber"), ("竹", "Bamboo"), ("铁", "Iron"), ("长", "Long"),
    ("高", "High"), ("双", "Twin"), ("廊", "Covered"), ("浮", "Floating"), ("拱", "Arch"), ("索", "Rope"),
    ("虹", "Rainbow"), ("栈", "Plank"),
)  # fmt: skip
SECOND_WORDS = (
    ("东", "East"), ("西", "West"), ("南", "South"), ("北", "North"), ("溪", "Brook"), ("岭", "Ridge"), ("洲", "Islet"),
)  # fmt: skip

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "桥渡津梁舟帆桨篙浦澜汀渚涧溪澄波泓沐霖霁岚岫峦松柏梧桐"
FIRM_WORDS = (
    "云杉", "望江", "听雨", "远帆", "白鹭", "青禾", "晨曦", "百川", "天元", "启明", "四海", "华章", "金穗", "翠微",
    "流光", "清泉", "同舟", "彩虹", "飞梭", "山海", "长风", "明月", "归雁", "春晓", "万象", "嘉木", "锦程", "瑞雪",
)  # fmt: skip
