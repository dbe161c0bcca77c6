"""The workbook a person starts an import from."""

import io
from typing import Any

import xlsxwriter

from qiao.runtime.i18n import say

from .kinds import ImportKind, fields_of


def workbook(kind: ImportKind, viewer: Any) -> bytes:
    """An XLSX with the headings (required ones marked), a note on each, and an example on a second sheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True})
    text = book.add_format({"num_format": "@"})  # keeps long numbers and leading zeros
    for name, with_example in ((say(kind.label)[:31], False), ("例 Example", True)):
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        for index, field in enumerate(fields_of(kind, viewer)):
            label = say(field.label)
            sheet.set_column(index, index, max(12, len(label) * 2), text)
            sheet.write_string(0, index, f"{label}*" if field.required else label, head)
            if field.note:
                sheet.write_comment(0, index, say(field.note))
            if with_example and field.example:
                sheet.write_string(1, index, field.example, text)
    book.close()
    return out.getvalue()
