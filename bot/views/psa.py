"""Lines to rebill by in the words of PSA tools: which account, how many, for which period, by which reference.

Of none of them did we find a public page that tells of a file with quantities that it takes as it is. So each column
has the name that the tool, or its public interface, gives the field it belongs into; where its source is stands beside
it. A client that was counted at no time of the period has no line.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.services.billing.statements import Line, Statement

PRODUCT = "usecure"
Column = Callable[[Statement, Line], Any]


def account(found: Statement, line: Line) -> str:
    return line.name


def quantity(found: Statement, line: Line) -> int:
    return line.share


def first_day(found: Statement, line: Line) -> str:
    return found.period.first_day.isoformat()


def last_day(found: Statement, line: Line) -> str:
    return found.period.last_day.isoformat()


def product(found: Statement, line: Line) -> str:
    return PRODUCT


def reference(found: Statement, line: Line) -> str:
    return found.reference


def described(found: Statement, line: Line) -> str:
    return f"{PRODUCT} {first_day(found, line)} – {last_day(found, line)}, {found.reference}"


FORMATS: Mapping[str, Mapping[str, Column]] = {
    "connectwise": {  # additions to an agreement
        # betterinvoice.io/docs/connectwise/agreements/agreement-search-additions-tab, column “Company Name”
        "Company Name": account,
        # the same page, column “Description”: the invoice description of the product
        "Description": described,
        # betterinvoice.io/docs/connectwise/agreements/additions-tab, column “Quantity”: total quantity
        "Quantity": quantity,
        # the same page, column “Effective”: the date from which the addition is billed
        "Effective": first_day,
    },
    "autotask": {  # charges to a contract
        # autotask.net/help/content/4_admin/_UTILITIES_IMPORT/Contacts_Import.htm, column “Organization Name”
        "Organization Name": account,
        # documentation.invantive.com, Autotask data model, ContractCharges, column `name` (label “Name”)
        "name": product,
        # the same page, column `description` (label “Description”)
        "description": described,
        # autotask.net/help/developerhelp/Content/APIs/REST/Entities/ContractChargesEntity.htm: billableAmount is
        # `unitQuantity` times `unitPrice`
        "unitQuantity": quantity,
        # documentation.invantive.com, as above, column `datePurchased` (label “Purchase Date”)
        "datePurchased": last_day,
        # autotask.net, as above, field `internalPurchaseOrderNumber`
        "internalPurchaseOrderNumber": reference,
    },
    "halopsa": {  # lines of an invoice
        # github.com/homotechsual/HaloAPI, Data/Templates/Invoice.json: `client_name`, the name beside `client_id`
        "client_name": account,
        # the same file, in `lines`: `item_shortdescription`
        "item_shortdescription": product,
        # the same file, in `lines`: `item_longdescription`
        "item_longdescription": described,
        # the same file, in `lines`: `qty_order`
        "qty_order": quantity,
        # the same file, `invoice_date`
        "invoice_date": last_day,
        # the same file, `order_number`
        "order_number": reference,
    },
}


def rows(found: Statement, name: str) -> Iterable[Mapping[str, Any]]:
    """The lines of a statement in one of the formats, by its columns."""
    columns = FORMATS[name]
    for line in found.lines:
        if line.peak:
            yield {title: value(found, line) for title, value in columns.items()}
