"""Reading feeds: what becomes a fact, what is refused, and where."""

from datetime import date
from decimal import Decimal

import duckdb
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from qiao.kernel.errors import BadInput
from qiao.ledger.feeds import parse_mapping
from qiao.runtime.tables import PROBLEM_HEADER, open_table
from tests.unit.ledger.feed_files import HEAD, MAPPING, facts, lines, problems, read

GOOD = ("1,2021-11-03,P1,12.30,2,a1", "0002,2021-12-24,P2,0.05,1.5,a2")


def test_clean_lines_become_facts_with_cents_and_categories(tmp_path):
    first, second = facts(read(tmp_path, lines(*GOOD)))
    assert first["customer_id"] == 1
    assert first["on"] == date(2021, 11, 3)
    assert (first["product_id"], first["category_id"]) == (11, 101)
    assert (first["revenue_cents"], first["quantity"], first["unit"]) == (1230, Decimal("2.000"), "件")
    assert (first["grain"], first["source"], first["batch"], first["source_key"]) == (
        "day",
        "billing",
        7,
        "a1",
    )
    assert first["cost_cents"] is None  # not known is not 0
    assert second["revenue_cents"] == 5


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_give_the_same_facts(tmp_path, codec):
    assert len(facts(read(tmp_path, lines(*GOOD).encode(codec)))) == 2


def test_a_workbook_gives_the_same_facts_as_text(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("十二月")
    for r, row in enumerate([HEAD, *GOOD]):
        for c, cell in enumerate(row.split(",")):
            if r and c in {3, 4}:
                sheet.write_number(r, c, float(cell))
            else:
                sheet.write_string(r, c, cell)
    book.close()
    assert facts(read(tmp_path, path)) == facts(read(tmp_path, lines(*GOOD)))


def test_parquet_floats_are_exact_to_the_cent(tmp_path):
    path = tmp_path / "a.parquet"
    duckdb.execute(
        "COPY (SELECT '1' AS 客户, DATE '2021-12-01' AS 日期, 'P1' AS 产品, "
        f"0.1::DOUBLE + 0.2::DOUBLE AS 金额, 1 AS 数量, 'k1' AS 单号) TO '{path}'"
    ).fetchall()
    assert facts(read(tmp_path, path))[0]["revenue_cents"] == 30


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("9999,2021-11-03,P1,1,1,k", "unknown_customer"),
        (",2021-11-03,P1,1,1,k", "missing"),
        ("1,2021-11-03,P9,1,1,k", "unknown_product"),
        ("1,2021-13-03,P1,1,1,k", "bad_day"),
        ("1,,P1,1,1,k", "missing"),
        ("1,2022-01-01,P1,1,1,k", "day_out_of_range"),
        ("1,1989-12-31,P1,1,1,k", "day_out_of_range"),
        ("1,2021-11-03,P1,,1,k", "missing"),
        ("1,2021-11-03,P1,12元,1,k", "bad_number"),
        ("1,2021-11-03,P1,nan,1,k", "bad_number"),
        ("1,2021-11-03,P1,=1+1,1,k", "bad_number"),
        ("1,2021-11-03,P1,0.005,1,k", "sub_cent"),
        ("1,2021-11-03,P1,100000000001,1,k", "out_of_range"),
        ("1,2021-11-03,P1,1e30,1,k", "bad_number"),
        ("1,2021-11-03,P1,1,x,k", "bad_number"),
        ("1,2021-11-03,P1,1,0.0001,k", "sub_thousandth"),
        ("1,2021-11-03,P1,1,1,", "missing"),
        ("1,2021-11-03,P1,1,1,a1", "duplicate"),
        ("1,2021-11-03,P1,1", "short_row"),
        ("1,2021-11-03,P1,1,1,k,9", "outside_headings"),
    ],
)
def test_a_bad_row_is_refused_with_its_number_and_the_rest_is_read(tmp_path, row, code):
    found = read(tmp_path, lines(*GOOD, row))
    assert code in problems(found)
    assert (found.report.rows, found.report.accepted, found.report.rejected) == (3, 2, 1)
    problem = next(p for p in found.report.problems if p.code == code)
    assert problem.examples[0]["row"] == 4
    assert len(facts(found)) == 2


def test_the_error_file_holds_the_refused_rows_and_is_read_again_once_corrected(tmp_path):
    found = read(tmp_path, lines(*GOOD, "1,2021-11-03,P1,=x,1,k"))
    table = open_table(found.error_file, name="errors.csv")
    assert [row.cells for row in table.rows()] == [("1", "2021-11-03", "P1", "=x", "1", "k")]
    text = found.error_file.read_text(encoding="utf-8-sig")
    assert PROBLEM_HEADER in text.splitlines()[0]
    assert "is not a number" in text
    corrected = found.error_file.read_text(encoding="utf-8-sig").replace("'=x", "5.00")
    again = read(tmp_path, corrected)
    assert (again.report.rejected, again.report.amount_cents) == (0, 500)


def test_row_numbers_survive_blank_lines_and_line_breaks_in_cells(tmp_path):
    text = f'{HEAD}\n\n1,2021-11-03,"P1",1,1,"k\n1"\n\n1,2021-11-03,P1,x,1,k2\n'
    found = read(tmp_path, text)
    assert found.report.problems[0].examples[0]["row"] == 5
    assert found.report.accepted == 1


def test_codes_are_trimmed_padded_and_compared_in_upper_case(tmp_path):
    found = read(tmp_path, lines(" 2 ,2021-11-03,P1,1,1,k1", "a003,2021-11-03,P1,1,1,k2"))
    assert [f["customer_id"] for f in facts(found)] == [2, 3]


def test_unknown_customers_are_counted_by_code(tmp_path):
    found = read(tmp_path, lines(*(f"{c},2021-11-03,P1,1,1,k{i}" for i, c in enumerate(["77", "88", "77"]))))
    assert found.report.unknown_customers == (("0077", 2), ("0088", 1))
    assert found.staged == {}


def test_unknown_products_are_created_only_where_the_mapping_says_so(tmp_path):
    mapping = MAPPING + "unknown: {product: create}\nunknown_category: 未列\n"
    found = read(tmp_path, lines("1,2021-11-03,P9,1,1,k1", "1,2021-11-03,P8,1,1,k2"), mapping)
    assert found.new.categories == [(902, "未列")]
    assert found.new.products == [(900, "P8", 902), (901, "P9", 902)]
    assert [(f["product_id"], f["category_id"]) for f in facts(found)] == [(901, 902), (900, 902)]


def test_refunds_are_counted_apart_and_refused_where_a_feed_has_none(tmp_path):
    rows = lines("1,2021-11-03,P1,10,1,k1", "1,2021-11-04,P1,-4,-1,k2")
    found = read(tmp_path, rows)
    assert (found.report.amount_cents, found.report.refunds_cents) == (600, -400)
    assert found.report.months[0].refunds == 1
    assert problems(read(tmp_path, rows, MAPPING + "refunds: false\n")) == {"refund": 1}


def test_a_sign_rule_turns_refunds_written_as_positive_numbers(tmp_path):
    mapping = MAPPING.replace("source_key: 单号", "source_key: 单号").replace("product: 产品", "unit: 产品")
    mapping = mapping.replace("  unit: {value: 件}\n", "") + "signs: {column: 产品, negate: [退货]}\n"
    found = read(tmp_path, lines("1,2021-11-03,销售,10,1,k1", "1,2021-11-04,退货,4,1,k2"), mapping)
    assert [(f["revenue_cents"], f["quantity"]) for f in facts(found)] == [(1000, 1), (-400, -1)]


def test_a_month_feed_carries_the_last_day_of_its_month(tmp_path):
    mapping = MAPPING.replace("grain: day", "grain: month").replace(
        "on: 日期", "on: {column: 日期, format: month}"
    )
    days = ["2021-02", "2021/3", "202104", "2021-05-17", "2021年6月"]
    found = read(tmp_path, lines(*(f"1,{d},P1,1,1,k{i}" for i, d in enumerate(days))), mapping)
    assert [str(f["on"]) for f in facts(found)] == [
        "2021-02-28", "2021-03-31", "2021-04-30", "2021-05-31", "2021-06-30",
    ]  # fmt: skip


def test_another_form_of_day_is_read_by_its_pattern(tmp_path):
    mapping = MAPPING.replace("on: 日期", 'on: {column: 日期, format: "%d.%m.%Y"}')
    assert facts(read(tmp_path, lines("1,24.12.2021,P1,1,1,k"), mapping))[0]["on"] == date(2021, 12, 24)


def test_units_of_money_and_thousands_are_read_as_the_mapping_says(tmp_path):
    mapping = MAPPING.replace("revenue: 金额", "revenue: {column: 金额, unit: ten_thousand}")
    assert (
        facts(read(tmp_path, lines("1,2021-11-03,P1,1.234567,1,k"), mapping))[0]["revenue_cents"] == 1_234_567
    )
    mapping = MAPPING.replace("revenue: 金额", 'revenue: {column: 金额, thousands: ","}')
    assert (
        facts(read(tmp_path, lines('1,2021-11-03,P1,"1,234.50",1,k'), mapping))[0]["revenue_cents"] == 123_450
    )


def test_a_stated_text_means_not_known_and_not_zero(tmp_path):
    assert facts(read(tmp_path, lines("1,2021-11-03,P1,1,-,k")))[0]["quantity"] is None


def test_gaps_between_months_are_reported(tmp_path):
    rows = lines("1,2021-09-03,P1,1,1,k1", "1,2021-12-03,P1,1,1,k2")
    assert read(tmp_path, rows).report.gaps == ("2021-10", "2021-11")
    assert read(tmp_path, rows, known_months=["2021-10", "2021-07"]).report.gaps == ("2021-08", "2021-11")


def test_lines_imported_before_are_refused_by_their_key(tmp_path):
    first = read(tmp_path, lines(*GOOD))
    live = [path.rename(tmp_path / f"live-{month}.parquet") for month, path in first.staged.items()]
    found = read(tmp_path, lines(*GOOD, "1,2021-12-30,P1,3,1,new"), live=live)
    assert problems(found) == {"already_there": 2}
    assert [f["source_key"] for f in facts(found)] == ["new"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        ("客户,日期\n1,2\n".encode(), "no_column"),
        (b"PAR1 and nothing else", "damaged"),
        (b"PK\x03\x04 broken", "damaged"),
        ((HEAD + '\n1,2021-11-03,P1,"1,1,k\n').encode(), "quoting"),
        ((HEAD + "\n1,2021-11-03,").encode() + b"\xe9\x99\x88\xe9\x99\x88\xe9\n", "encoding"),
    ],
)
def test_an_unusable_file_is_refused_as_a_whole(tmp_path, content, code):
    with pytest.raises(BadInput) as caught:
        read(tmp_path, content)
    assert caught.value.problems[0].code == code


def test_a_file_of_headings_only_is_refused_by_name(tmp_path):
    with pytest.raises(BadInput) as caught:
        read(tmp_path, HEAD + "\n")
    problem = caught.value.problems[0]
    assert (problem.code, problem.place.file) == ("no_rows", "lines.csv")


amounts = st.integers(min_value=-(10**12), max_value=10**12)


@settings(max_examples=25, deadline=None)
@given(cents=st.lists(amounts, min_size=1, max_size=50))
def test_amounts_survive_to_the_cent(tmp_path_factory, cents):
    rows = lines(*(f"1,2021-11-03,P1,{Decimal(c).scaleb(-2)},1,k{i}" for i, c in enumerate(cents)))
    found = read(tmp_path_factory.mktemp("feed"), rows)
    assert [f["revenue_cents"] for f in facts(found)] == cents
    assert found.report.amount_cents == sum(cents)


def test_the_fast_and_the_exact_way_read_alike(tmp_path):
    rows = [f"{1 + i % 2},2021-1{i % 3}-0{1 + i % 9},P{1 + i % 2},{i}.0{i % 10},{i},k{i}" for i in range(500)]
    rows[100] = rows[100].replace("P1", "P77").replace("P2", "P77")
    fast = read(tmp_path, lines(*rows))
    fast_facts = facts(fast)
    exact = read(tmp_path, lines(*rows).replace("\n", "\n\n", 1))
    assert facts(exact) == fast_facts
    assert exact.report.problems[0].examples[0]["row"] == fast.report.problems[0].examples[0]["row"] + 1


@pytest.mark.parametrize(
    ("change", "at"),
    [
        (("fact: sales", "fact: weather"), "fact"),
        (("grain: day", "grain: week"), "grain"),
        (("precedence: 1", "precedence: 0"), "precedence"),
        (("feed: billing", "feed: ../x"), "feed"),
        (("  revenue: 金额\n", ""), "fields.revenue"),
        (("key: [source_key]", "key: [colour]"), "key"),
        (("key: [source_key]", ""), "key"),
        (("product: 产品", "colour: 产品"), "fields.colour"),
        (("on: 日期", "on: {column: 日期, value: 1}"), "fields.on"),
        (("on: 日期", "on: {column: 日期, colour: 1}"), "fields.on"),
        (("revenue: 金额", "revenue: {column: 金额, unit: dozen}"), "fields.revenue.unit"),
        (("mode: append", "mode: append\nranges: {revenue: [9, 1]}"), "ranges.revenue"),
        (("mode: append", "mode: append\nunknown: {customer: create}"), "unknown.customer"),
        (("mode: append", "mode: append\ncolour: red"), "colour"),
        (("mode: append", "mode: append\nsigns: {column: x}"), "signs"),
        (("mode: append", "mode: append\nfirst_month: 2021-13"), "first_month"),
    ],
)
def test_a_wrong_mapping_is_refused_naming_its_key(change, at):
    with pytest.raises(BadInput) as caught:
        parse_mapping(MAPPING.replace(*change), name="billing.yaml")
    assert at in {p.place.column for p in caught.value.problems}


def test_a_mapping_that_is_no_yaml_names_its_line():
    with pytest.raises(BadInput) as caught:
        parse_mapping("feed: [unclosed\nfact: sales\n", name="billing.yaml")
    assert caught.value.problems[0].place.row == 2


def test_words_and_codes_in_yaml_stay_texts():
    mapping = parse_mapping(MAPPING + "signs: {column: no, negate: [yes, 0012]}\n", name="billing.yaml")
    assert mapping.signs.column == "no"
    assert mapping.signs.negate == ("yes", "0012")
