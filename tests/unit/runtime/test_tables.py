"""Uploaded tables: what is read, what is refused, and with which place."""

import struct
import zipfile
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from qiao.kernel.errors import BadInput, Problem
from qiao.runtime.tables import (
    PROBLEM_HEADER,
    Limits,
    column_letters,
    disarm,
    list_sheets,
    open_table,
    rearm,
    safe_name,
    write_csv,
    write_error_file,
    write_xlsx,
)

HEAD = "编号,名称,金额\n"
BODY = "0001,张三丰商店,12.50\n0002,有限公司,-3\n"


def put(tmp_path, content: bytes, name: str = "upload"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def refused(path, **options) -> Problem:
    with pytest.raises(BadInput) as caught:
        list(open_table(path, name=path.name, **options).rows())
    return caught.value.problems[0]


def workbook(path, rows, **extra):
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet(extra.get("sheet", "客户"))
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(r, c, value, book.add_format({"num_format": "yyyy-mm-dd"}))
            elif value is not None:
                sheet.write(r, c, value)
    if "merge" in extra:
        sheet.merge_range(extra["merge"], "x")
    if "formula" in extra:
        sheet.write_formula(extra["formula"], "=1/0", None, "#DIV/0!")
    book.close()
    return path


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_every_usual_encoding_reads_alike(tmp_path, codec):
    table = open_table(put(tmp_path, (HEAD + BODY).encode(codec)), name="a.csv")
    assert table.headers == ("编号", "名称", "金额")
    assert [row.cells for row in table.rows()] == [
        ("0001", "张三丰商店", "12.50"),
        ("0002", "有限公司", "-3"),
    ]
    assert [row.number for row in table.rows()] == [2, 3]


def test_utf_16_big_endian_is_read(tmp_path):
    content = b"\xfe\xff" + (HEAD + BODY).encode("utf-16-be")
    assert next(open_table(put(tmp_path, content), name="a").rows()).cells[1] == "张三丰商店"


def test_a_broken_byte_in_utf_8_is_named_with_its_line_and_not_read_as_gb18030(tmp_path):
    content = (HEAD + BODY).encode() + b"0003,\xe5\xbc\n"
    problem = refused(put(tmp_path, content))
    assert problem.code == "encoding"
    assert problem.place.row == 4
    assert problem.params["byte"] == "e5"


def test_a_truncated_gb18030_file_is_refused(tmp_path):
    assert refused(put(tmp_path, (HEAD + BODY).encode("gb18030") + b"\xc8")).code == "encoding"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n\n , ,\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\x7fELF\0\0\0\0", "binary"),
        (b"a,b\n1,\0\n", "binary"),
        (b"\xff\xfe\0\0a\0\0\0", "encoding"),
        (b"a,a\n1,2\n", "twice"),
        (b"a,,b\n1,2,3\n", "no_heading"),
        (b'a,b\n1,"never closed\n', "quoting"),
        (b"PK\x03\x04 not a zip", "damaged"),
        (b"\xd0\xcf\x11\xe0 old", "old_workbook"),
    ],
)
def test_unusable_files_are_refused_with_a_reason(tmp_path, content, code):
    assert refused(put(tmp_path, content)).code == code


@pytest.mark.parametrize(("delimiter"), [",", "\t", ";", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    text = f'"a,b{delimiter}x"{delimiter}c{delimiter}d\n1{delimiter}2{delimiter}3\n'
    table = open_table(put(tmp_path, text.encode()), name="a")
    assert table.delimiter == delimiter
    assert table.headers == (f"a,b{delimiter}x", "c", "d")


def test_rows_keep_the_number_a_spreadsheet_shows_despite_blank_lines_and_line_breaks_in_cells(tmp_path):
    table = open_table(put(tmp_path, b'\na,b\n\n1,"x\ny"\n3,4\n'), name="a")
    assert [(row.number, row.cells) for row in table.rows()] == [(4, ("1", "x\ny")), (5, ("3", "4"))]


def test_short_and_shifted_rows_are_reported_at_their_place(tmp_path):
    short, shifted = open_table(put(tmp_path, b"a,b,c\n1,2\n1,,2,3\n"), name="a.csv").rows()
    assert [p.code for p in short.problems] == ["short_row"]
    assert [(p.code, p.place.cell) for p in shifted.problems] == [("outside_headings", "D3")]


def test_limits_name_the_bound_that_was_passed(tmp_path):
    path = put(tmp_path, b"a,b\n" + b"1,2\n" * 5)
    assert refused(path, limits=Limits(rows=4)).params == {"most": 4}
    assert refused(path, limits=Limits(file_bytes=10)).code == "too_large"
    assert refused(path, limits=Limits(columns=1)).code == "too_many_columns"
    row = next(open_table(put(tmp_path, b"a\nxxxxx\n"), name="a", limits=Limits(cell_characters=4)).rows())
    assert [p.code for p in row.problems] == ["long_cell"]


def test_a_field_beyond_the_reader_is_a_refusal_not_a_crash(tmp_path):
    assert refused(put(tmp_path, b"a\n" + b"x" * 200_000 + b"\n")).code == "quoting"


def test_workbook_cells_arrive_as_plain_text(tmp_path):
    rows = [
        ["code", "amount", "day", "note"],
        [10001, 12.35, date(2021, 12, 1), "=1+1"],
        ["00x", 1e22, None, True],
    ]
    table = open_table(workbook(tmp_path / "a.xlsx", [rows[0], *rows[1:]]), name="a.xlsx")
    first, second = table.rows()
    assert first.cells[:3] == ("10001", "12.35", "2021-12-01")
    assert second.cells == ("00x", "10000000000000000000000", "", "TRUE")
    assert [p.code for p in second.problems] == ["damaged_number"]
    assert table.place(2, "amount").cell == "B2"
    assert table.sheet == "客户"


def test_a_sheet_that_starts_elsewhere_keeps_its_addresses(tmp_path):
    rows = [[], [], [None, "code", "name"], [None, "1", "x"]]
    table = open_table(workbook(tmp_path / "a.xlsx", rows), name="a.xlsx")
    assert [(row.number, row.cells) for row in table.rows()] == [(4, ("1", "x"))]
    assert table.place(4, "name").cell == "C4"


def test_an_error_of_a_formula_is_a_problem_not_an_empty_cell(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["a", "b"], ["1", None]], formula="B2")
    row = next(open_table(path, name="a.xlsx").rows())
    assert [(p.code, p.place.cell) for p in row.problems] == [("formula_error", "B2")]


def test_merged_cells_are_refused_with_their_range(tmp_path):
    problem = refused(workbook(tmp_path / "a.xlsx", [["a", "b"], ["1", "2"]], merge="A3:B4"))
    assert (problem.code, problem.place.cell) == ("merged", "A3:B4")


def test_a_missing_sheet_is_named_with_those_there_are(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["a"], ["1"]])
    assert refused(path, sheet="其他").params["sheets"] == "客户"
    assert list_sheets(path, name="a") == ("客户",)


def rewrite(path, change):
    """Rebuild a workbook with some parts changed: ``change(name, bytes) -> bytes``."""
    with zipfile.ZipFile(path) as old:
        parts = [(i.filename, old.read(i)) for i in old.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts:
            new.writestr(name, change(name, content))
    return path


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["a"], ["1"]])
    rewrite(path, lambda name, b: b + b" " * 20_000_000 if name.endswith("sheet1.xml") else b)
    assert refused(path).code == "zip_bomb"
    assert refused(path, limits=Limits(unpacked_bytes=1_000_000, unpacked_ratio=10**6)).code == "zip_bomb"


def test_a_part_that_lies_about_its_size_is_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["a"], ["1"]])
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    content = path.read_bytes()
    assert content.count(struct.pack("<I", size)) >= 1
    path.write_bytes(content.replace(struct.pack("<I", size), struct.pack("<I", size - 40)))
    assert refused(path).code == "damaged"


def test_a_cell_at_the_far_end_of_the_grid_is_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["a"], ["1"]])
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    rewrite(path, lambda name, b: b.replace(b"</sheetData>", far) if name.endswith("sheet1.xml") else b)
    problem = refused(path)
    assert (problem.code, problem.params["cell"]) == ("grid", "XFD1048576")


def test_entities_and_outside_paths_are_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["a"], ["1"]])
    rewrite(path, lambda name, b: b'<!DOCTYPE x [<!ENTITY e "e">]>' + b if name.endswith("styles.xml") else b)
    assert refused(path).code == "entities"
    path = workbook(tmp_path / "b.xlsx", [["a"], ["1"]])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../../etc/passwd", "x")
    assert refused(path).code == "path"


def test_a_truncated_workbook_is_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["a"], ["1"]])
    path.write_bytes(path.read_bytes()[:-200])
    assert refused(path).code == "damaged"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\客户.csv", "客户.csv"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("\n\t", "upload"),
        ("..", "upload"),
    ],
)
def test_hostile_file_names_lose_their_teeth(name, shown):
    assert safe_name(name) == shown


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+SUM(A1)", "@x", "-2+3", "-x", "\tx", "'=x"])
def test_formulas_are_disarmed_in_csv_and_come_back_unchanged(tmp_path, text):
    path = tmp_path / "e.csv"
    write_csv(path, ["a", "b"], [[text, 1]])
    raw = path.read_text(encoding="utf-8-sig").splitlines()[1]
    assert not raw.lstrip('"').startswith(("=", "+", "-", "@", "\t"))
    assert next(open_table(path, name="e.csv").rows()).cells[0] == text.strip()


@pytest.mark.parametrize("text", ["-12.50", "+3", "-1,000", "-5%"])
def test_signed_numbers_are_data_and_stay(text):
    assert disarm(text) == text


@given(st.text())
def test_rearm_undoes_disarm(text):
    assert rearm(disarm(text)) == text


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_an_error_file_is_corrected_and_read_again_without_its_last_column(tmp_path, ending):
    path = tmp_path / f"errors{ending}"
    rows = [(["=1+1", "x"], [Problem("bad %(what)s", params={"what": "code"})])]
    assert write_error_file(path, ["a", "b"], rows) == 1
    table = open_table(path, name=path.name)
    assert table.headers == ("a", "b")
    row = next(table.rows())
    assert row.cells == ("=1+1", "x")
    assert row.problems == ()
    shown = path.read_text(encoding="utf-8-sig") if ending == ".csv" else ""
    assert ending == ".xlsx" or (PROBLEM_HEADER in shown and "bad code" in shown)


def test_xlsx_export_keeps_text_as_text_and_amounts_as_numbers(tmp_path):
    path = tmp_path / "out.xlsx"
    assert write_xlsx(path, ["code", "amount"], [["0012", Decimal("12.50")], ["=x", None]]) == 2
    assert [row.cells for row in open_table(path, name="o").rows()] == [("0012", "12.5"), ("=x", "")]
    assert write_xlsx(path, ["code"], []) == 0
    assert open_table(path, name="o").headers == ("code",)


@given(st.integers(min_value=0, max_value=16_383))
def test_column_letters_count_like_a_spreadsheet(index):
    number = 0
    for letter in column_letters(index):
        number = number * 26 + ord(letter) - 64
    assert number == index + 1
