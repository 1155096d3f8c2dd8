"""Statements as people read them: Slack takes every size and every name, in both languages."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.playground.blocks_check import check_blocks
from bot.services.billing.billed import Billed
from bot.services.billing.periods import Calendar
from bot.services.billing.statements import Difference, Line, Moved, Revision, Statement
from bot.services.changes import Made
from bot.services.workspaces import Workspace
from bot.views import psa, statements
from bot.views.csv_file import write_csv
from bot.views.slack import statements as slack
from bot.views.slack.answer import Answer
from bot.views.texts import Texts
from db.models import Kind

PARIS = ZoneInfo("Europe/Paris")
CALENDAR = Calendar(27, PARIS)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
AT = datetime(2026, 10, 5, 8, tzinfo=UTC)
TEXTS = [Texts("en", ZoneInfo("America/New_York")), Texts("fr", PARIS)]
NAMES = ["Acme", "<!channel> & <@U0GRACE001>", "x" * 300, "\u202eemca\u2066", "`*_~:smile:"]


def made(name: str, lines: int, revision: int = 1, causes: int = 0) -> Statement:
    """A statement with so many clients of that name."""
    workspace = Workspace(1, name, CALENDAR, "en", "T1")
    moved = tuple(Moved(f"{name} {n}", 3, 4 + n, 2, 2 + n % 2) for n in range(lines))
    because = tuple(Made(n, Kind.IMPORT_USERS, "ada", NOW) for n in range(causes))
    return Statement(
        id=1,
        workspace=workspace,
        month=date(2026, 9, 1),
        period=CALENDAR.starting_in(2026, 9),
        zone=PARIS,
        revision=revision,
        created_at=NOW,
        peak=2 * lines,
        peak_at=AT if lines else None,
        lines=tuple(Line(n, f"{name} {n}", 3, AT, 2) for n in range(lines)),
        revisions=tuple(Revision(n, NOW, 5) for n in range(1, revision + 1)),
        difference=Difference(-3, moved, because) if revision > 1 else None,
        ledger_to=9,
    )


def answers(texts: Texts, name: str) -> list[Answer]:
    found = []
    for lines, revision, causes in ((0, 1, 0), (1, 2, 1), (45, 9, 60)):
        one = made(name, lines, revision, causes)
        for native in (["table"], []):
            others = [(number, "0" * 32) for number in range(1, min(revision, slack.MOST_REVISIONS + 1))]
            at = {"native": native, "page": 1, "here": "0" * 32}
            found.append(slack.statement(texts, one, billed="1" * 32, revisions=others, **at))  # type: ignore[arg-type]
            people = [Billed(name, n, f"{n}@x.test", name, n) for n in range(lines)]
            found.append(slack.people(texts, one, people, name, **at))  # type: ignore[arg-type]
        many = [one] * (slack.MOST_TOLD + 3)
        found.append(slack.revised(texts, many, ["2" * 32] * slack.MOST_TOLD))
        found.append(slack.revised(texts, [one], ["2" * 32]))
    return found


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("texts", TEXTS, ids=["en", "fr"])
def test_slack_takes_every_statement_and_no_name_becomes_markup(texts: Texts, name: str) -> None:
    for answer in answers(texts, name):
        assert check_blocks(answer.blocks)
        assert 0 < len(answer.text) <= 40_000
        assert len(json.dumps(answer.blocks)) < 26_000
        assert len({block["block_id"] for block in answer.blocks}) == len(answer.blocks)
        assert "<!" not in answer.text
        assert "<@" not in answer.text
        assert "\u202e" not in answer.text + json.dumps(answer.blocks, ensure_ascii=False)


def test_a_revision_tells_the_change_in_both_languages() -> None:
    found = made("Acme", 1, 2, 1)
    english, french = (statements.told(texts, found)[-2:] for texts in TEXTS)
    moved = "Parts et pics propres\u00a0: Acme 0 pic propre de 4 au lieu de 3."
    assert english == [
        "The peak is 3 lower than in revision 1. Shares and own peaks: Acme 0 own peak 4 instead of 3.",
        "Because of: #0 (users imported).",
    ]
    assert french == [
        f"Le pic est inférieur de 3 à celui de la révision 1. {moved}",
        "En raison de\u00a0: #0 (utilisateurs importés).",
    ]


def test_its_instants_are_in_the_zone_of_the_bill_whoever_reads() -> None:
    assert "first reached on 5 Oct 2026 10:00." in statements.told(TEXTS[0], made("Acme", 1))[1]


@pytest.mark.parametrize("name", psa.FORMATS)
def test_a_format_has_a_line_for_each_client_that_was_counted(name: str) -> None:
    found = made("Acme", 3)
    found = replace(found, lines=(*found.lines[:2], Line(9, "Never", 0, None, 0), Line(8, "Before", 2, AT, 0)))
    out = io.StringIO()
    write_csv(out, psa.rows(found, name), tuple(psa.FORMATS[name]))
    first, *rows = csv.reader(io.StringIO(out.getvalue()))
    assert [row[0] for row in rows] == ["Acme 0", "Acme 1", "Before"]
    quantity = next(
        place for place, title in enumerate(first) if title.lower() in ("quantity", "unitquantity", "qty_order")
    )
    assert [row[quantity] for row in rows] == ["2", "2", "0"]
    assert all("2026-09-r1" in str(row) for row in rows)
