"""Tables as files: CSV and XLSX, in which no cell is a formula (QUALITY A7)."""

from collections.abc import Sequence

from flask import Response, make_response

from shop.course_vouchers import spreadsheet

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Table = Sequence[Sequence[str]]


def file_answer(table: Table, name: str, ending: str) -> Response:
    """Answer with a table, its first row being the heads, to be kept as `name.ending`."""
    data = spreadsheet.csv(table) if ending == "csv" else spreadsheet.xlsx(table)
    response = make_response(data, {"Content-Type": TYPES[ending]})
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{ending}")
    return response
