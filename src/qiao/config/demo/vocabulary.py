"""What the demo of each pack is made of: trades, goods, sizes, seasons, words."""

from dataclasses import dataclass

MONTHS = 12


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


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One pack's demo.

    Attributes:
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


_MOBILE, _LONG, _VALUE, _NET, _IP = range(5)

TELECOM = Vocabulary(
    pack="telecom",
    zh="云桥通信（演示）",
    en="Yunqiao Telecom (demo)",
    unit_prefix="YQT",
    trades=(
        Trade("government", "单位", ("机关事务局", "政务服务中心", "街道办事处"), 0.05, 2200, 1.25, (5, 2, 2, 4, 1)),
        Trade("military", "单位", ("人武部", "后勤站"), 0.01, 2600, 1.1, (4, 3, 1, 2, 1)),
        Trade("banking", "单位", ("农商行", "城商行支行", "信用社"), 0.03, 4200, 1.3, (4, 3, 3, 5, 2)),
        Trade("insurance", "单位", ("保险服务部",), 0.015, 2400, 1.2, (6, 3, 3, 3, 1)),
        Trade("securities", "单位", ("证券营业部",), 0.005, 4000, 1.2, (3, 3, 3, 7, 1)),
        Trade("manufacturing", "单位", ("机械有限公司", "纺织有限公司", "食品有限公司"), 0.13, 950, 1.5, (6, 4, 2, 3, 1)),
        Trade("energy", "单位", ("电力有限公司", "燃气有限公司"), 0.02, 2800, 1.4, (4, 3, 1, 5, 1)),
        Trade("transport", "单位", ("物流有限公司", "客运有限公司"), 0.06, 900, 1.4, (8, 3, 1, 2, 1)),
        Trade("trade", "单位", ("商贸有限公司", "百货有限公司"), 0.13, 500, 1.4, (7, 3, 2, 2, 1)),
        Trade("construction", "单位", ("建设有限公司", "装饰有限公司"), 0.07, 650, 1.4, (8, 3, 1, 1, 1)),
        Trade("market", "市场", ("建材市场", "农贸市场", "小商品市场"), 0.03, 1300, 1.2, (7, 2, 2, 3, 0)),
        Trade("business_park", "园区", ("创业园", "科技园"), 0.02, 2400, 1.2, (3, 2, 3, 8, 1)),
        Trade("education", "单位", ("中学", "小学", "职业学院"), 0.06, 1100, 1.2, (3, 1, 2, 7, 0)),
        Trade("health", "单位", ("人民医院", "卫生院", "中医院"), 0.04, 1500, 1.3, (4, 2, 2, 6, 0)),
        Trade("culture", "单位", ("文化馆", "图书馆"), 0.02, 500, 1.0, (3, 1, 3, 6, 0)),
        Trade("private", "个人", (), 0.31, 190, 0.85, (8, 1, 3, 2, 0)),
    ),
    goods=(
        Good("MOB", "mobile", 60.0, 0.42, "户"),
        Good("LD", "long_distance", 0.4, 0.35, "分钟"),
        Good("VAS", "value_added", 8.0, 0.55, "次"),
        Good("NET", "internet", 120.0, 0.38, "线"),
        Good("IP", "ip", 0.2, 0.30, "分钟"),
    ),
    season=(1.06, 0.86, 0.95, 0.97, 1.00, 1.02, 1.05, 1.03, 1.13, 1.05, 0.94, 0.94),
    yearly_growth=0.05,
    orders=False,
    credit=True,
)  # fmt: skip

TOBACCO_CITY = Vocabulary(
    pack="tobacco-city",
    zh="云桥烟草商业（演示）",
    en="Yunqiao Tobacco (demo)",
    unit_prefix="YQY",
    trades=(
        Trade("convenience", "零售户", ("便利店", "便民店"), 0.24, 15000, 1.25, (3, 5, 6, 3, 1)),
        Trade("supermarket", "零售户", ("超市", "生鲜超市"), 0.10, 24000, 1.4, (4, 5, 6, 3, 1)),
        Trade("mall", "零售户", ("购物中心",), 0.01, 52000, 1.2, (8, 6, 3, 1, 0)),
        Trade("grocery", "零售户", ("食杂店", "小卖部", "百货店"), 0.44, 7000, 1.25, (1, 3, 7, 6, 3)),
        Trade("tobacconist", "零售户", ("烟酒店", "名烟名酒行"), 0.12, 40000, 1.3, (9, 6, 3, 1, 0)),
        Trade("restaurant", "零售户", ("饭店", "农家菜馆"), 0.05, 9000, 1.2, (6, 5, 3, 1, 0)),
        Trade("hotel", "零售户", ("宾馆",), 0.01, 12000, 1.2, (7, 5, 2, 1, 0)),
        Trade("entertainment", "零售户", ("棋牌室", "歌厅"), 0.02, 11000, 1.2, (7, 5, 2, 0, 0)),
        Trade("kiosk", "零售户", ("报刊亭",), 0.01, 4000, 1.0, (1, 3, 6, 4, 2)),
    ),
    goods=(
        Good("PY", "class_1", 420.0, 0.24, "条"),
        Good("ZY", "class_2", 210.0, 0.20, "条"),
        Good("JY", "class_3", 125.0, 0.17, "条"),
        Good("PH", "class_4", 68.0, 0.14, "条"),
        Good("LH", "class_5", 32.0, 0.10, "条"),
    ),
    season=(1.28, 1.02, 0.86, 0.90, 0.94, 0.93, 0.95, 0.99, 1.14, 1.03, 0.95, 1.01),
    yearly_growth=0.03,
    orders=True,
    credit=False,
)  # fmt: skip

VOCABULARIES = {words.pack: words for words in (TELECOM, TOBACCO_CITY)}

# Fourteen cities called after kinds of bridges: nobody mistakes them for real ones.
CITIES = (
    ("云", "Cloud"), ("石", "Stone"), ("木", "Timber"), ("竹", "Bamboo"), ("铁", "Iron"), ("长", "Long"),
    ("高", "High"), ("双", "Twin"), ("廊", "Covered"), ("浮", "Floating"), ("拱", "Arch"), ("索", "Rope"),
    ("虹", "Rainbow"), ("栈", "Plank"),
)  # fmt: skip
COUNTIES = (
    ("东", "East"), ("西", "West"), ("南", "South"), ("北", "North"), ("溪", "Brook"), ("岭", "Ridge"), ("洲", "Islet"),
)  # fmt: skip
COUNTY_COUNT = 92

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "桥渡津梁舟帆桨篙浦澜汀渚涧溪澄波泓沐霖霁岚岫峦松柏梧桐"
FIRM_WORDS = (
    "云杉", "望江", "听雨", "远帆", "白鹭", "青禾", "晨曦", "百川", "天元", "启明", "四海", "华章", "金穗", "翠微",
    "流光", "清泉", "同舟", "彩虹", "飞梭", "山海", "长风", "明月", "归雁", "春晓", "万象", "嘉木", "锦程", "瑞雪",
)  # fmt: skip
