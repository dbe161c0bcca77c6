"""The example's description turns files of its shape into an enterprise. The files here are made up."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from qiao.config.examples import load_example, read_enterprise
from qiao.customers.models import Customer, Standing
from qiao.kernel.errors import BadInput
from qiao.ledger import queries as ledger
from qiao.ledger.models import LakeFile
from qiao.org.models import Person, Unit
from qiao.rating.models import CoreCurve

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "iowa"
pytestmark = pytest.mark.django_db

SHOPS = """\
store,name,address,city,zip,county,lat,lon,coord_src,coord_suspect
9001,CASEY'S GENERAL #1 / NOWHERE,1 FIRST ST,NOWHERE,50000,POLK,41.6,-93.6,made,false
9002,MADE UP LIQUOR,2 SECOND ST,NOWHERE,50000,POLK,41.7,-93.7,made,true
9003,,,,,,,,,false
x004,ELSEWHERE SPIRITS,4 FOURTH ST,ELSEWHERE,50001,BLACK HAWK,42.5,-92.3,made,false
"""
PRICE_LIST = "item,category,description\n100,VODKA,MADE UP VODKA\n"


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "stores.csv").write_text(SHOPS)
    (folder / "products.csv").write_text(PRICE_LIST)
    con = duckdb.connect()
    months = """
        SELECT s AS store, m::DATE AS month, 'VODKA' AS category, d::DOUBLE AS dollars, 10::INTEGER AS bottles
        FROM generate_series(DATE '2019-01-01', DATE '2021-02-01', INTERVAL 1 MONTH) AS g(m),
             (VALUES ('9001', 1000.10), ('9002', 7000.01), ('9003', 3.33), ('x004', 70000.99)) AS v(s, d)
    """
    con.execute(f"COPY ({months}) TO '{folder / 'store_month_category_2017_2021.parquet'}' (FORMAT parquet)")
    lines = """
        SELECT 10::INTEGER AS bottles, 'INV-' || i AS invoice_line, d AS dollars, '9002' AS store, item,
               DATE '2021-02-03' + i::INTEGER AS date, false AS is_return
        FROM (VALUES (1, 6000.01::DOUBLE, '100'), (2, 1000.00, '999')) AS v(i, d, item)
    """
    con.execute(f"COPY ({lines}) TO '{folder / 'lines_central_2020_2021.parquet'}' (FORMAT parquet)")
    con.close()
    return folder


@pytest.fixture
def home(settings, tmp_path):
    settings.QIAO_HOME = tmp_path / "home"
    settings.QIAO_HOME.mkdir()
    return settings.QIAO_HOME


@pytest.fixture
def short(monkeypatch, tmp_path):
    """The example with two months to close."""
    text = (EXAMPLE / "enterprise.yaml").read_text(encoding="utf-8")
    folder = tmp_path / "iowa"
    for path in EXAMPLE.rglob("*"):
        if path.is_file():
            target = folder / path.relative_to(EXAMPLE)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    changed = text.replace("close_first: 2021-01", "close_first: 2021-02").replace("2021-12", "2021-02")
    (folder / "enterprise.yaml").write_text(changed, encoding="utf-8")
    return folder


def test_the_whole_example_loads_and_reconciles(short, files, home):
    said = []
    reconciled = load_example(short, files, said.append)
    assert [(r.feed, r.rows, r.refused) for r in reconciled] == [
        ("iowa-months", 104, 0),
        ("iowa-lines", 2, 0),
    ]
    assert all(r.in_file == r.in_ledger for r in reconciled)
    assert reconciled[0].in_ledger == 26 * Decimal("78004.43")

    assert Unit.objects.get(code="IA-BLACK-HAWK").name_en == "BLACK HAWK county"
    nameless = Customer.objects.get(code="9003")
    assert (nameless.name, nameless.home_unit.code) == ("9003", "IA-PENDING")
    chain = Customer.objects.get(code="9001")
    assert (chain.group.code, chain.starts_on) == ("G-CASEYS", date(2019, 1, 1))
    assert Customer.objects.get(code="9002").sites.get().lat is None
    assert not Person.objects.filter(code__startswith="IA-").exclude(name__startswith="虚构").exists()
    assert (home / "currency").read_text() == "USD"

    tiers = dict(Standing.objects.filter(kind="tier").values_list("customer__code", "value"))
    assert (tiers["9001"], tiers["9002"], tiers["9003"], tiers["x004"]) == ("e", "c", "e", "a")
    assert CoreCurve.objects.get(measure="profit").incomplete["code"] == "cost_missing"

    run = ledger.find_current_run("2021-02")
    table = ledger.read_customers(run, "month", ["revenue"])
    assert sum(table["revenue"].to_pylist()) == 7800443  # months and lines of one shop never count twice
    assert LakeFile.objects.filter(feed__code="iowa-lines", live=True).count() == 1


def test_a_missing_file_is_named_before_anything_is_loaded(files, home):
    (files / "products.csv").unlink()
    with pytest.raises(BadInput, match=r"products\.csv"):
        load_example(EXAMPLE, files, lambda _: None)
    assert not Unit.objects.exists()


def test_a_fault_of_the_description_is_named_with_its_line(tmp_path):
    text = (EXAMPLE / "enterprise.yaml").read_text(encoding="utf-8").replace("kind: state", "kin: state")
    (tmp_path / "enterprise.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as refusal:
        read_enterprise(tmp_path)
    assert [(p.place.row, p.place.column) for p in refusal.value.problems] == [(4, "kin"), (2, "kind")]
    with pytest.raises(BadInput, match=r"no enterprise\.yaml"):
        read_enterprise(tmp_path / "nowhere")
