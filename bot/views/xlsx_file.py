"""Excel files by XlsxWriter: a cell is what it is, whatever a spreadsheet would make of its text."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO

from bot.views.parts import Sheet


def as_xlsx(sheet: Sheet) -> bytes:
    """A sheet as the content of an `.xlsx` file, the same for the same sheet."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped]

    out = BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(out, {"in_memory": True, **plain})
    book.set_properties({"created": sheet.made_at})  # not now: a file says nothing of who asked for it when
    page = book.add_worksheet(sheet.name)
    bold, day, moment = (
        book.add_format(how)
        for how in ({"bold": True}, {"num_format": "yyyy-mm-dd"}, {"num_format": "yyyy-mm-dd hh:mm"})
    )
    amounts = cache(lambda decimals: book.add_format({"num_format": f"#,##0.{'0' * decimals}".rstrip(".")}))
    page.write_row(0, 0, sheet.titles, bold)
    for number, row in enumerate(sheet.rows, 1):
        for place, cell in enumerate(row):
            if isinstance(cell, datetime):
                page.write_datetime(number, place, cell.replace(tzinfo=None), moment)
            elif isinstance(cell, date):
                page.write_datetime(number, place, cell, day)
            elif isinstance(cell, Decimal):
                page.write_number(number, place, cell, amounts(max(0, -int(cell.as_tuple().exponent))))
            elif isinstance(cell, int):
                page.write_number(number, place, cell)
            elif cell:
                page.write_string(number, place, cell)
    page.freeze_panes(1, 1)
    page.autofit()
    book.close()
    return out.getvalue()
