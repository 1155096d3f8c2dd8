"""An invoice beside a statement in Slack: the verdict, the clients, and the reply to copy."""

from collections.abc import Collection

from slackblocks import Block, RichText, RichTextBlock, RichTextCodeBlock

from bot.services.errors import N_
from bot.services.reconciliation import Reconciliation
from bot.views import reconciliations
from bot.views.slack import answer, reconcile_form
from bot.views.slack.answer import Answer
from bot.views.texts import Texts, shown

LONGEST_REPLY, LONGEST_TABLE = 2_500, 4_000
"""So many characters of a message the reply may take, and about so many the table."""


def verdict(texts: Texts, found: Reconciliation, *, native: Collection[str], page: int) -> Answer:
    """Whether the invoice agrees, and if not, by how much, why that may be, and what to write to the distributor."""
    title, said = reconciliations.title(texts, found), reconciliations.told(texts, found)
    table = reconciliations.evidence(texts, found)
    blocks: list[Block] = [answer.header("title", title)]
    for at, piece in enumerate(answer.split("\n".join(said), answer.LONGEST_SECTION)):
        blocks.append(answer.section(answer.numbered("figures", at), [piece]))
    if not found.agreed and table.rows:
        blocks += answer.page(texts, native, "evidence", table.only(columns(found)), page, LONGEST_TABLE)
    blocks.append(answer.section("reply", [texts.say("To send to the distributor, with the CSV file of this answer:")]))
    written = shown(reconciliations.reply(texts, found), LONGEST_REPLY)
    blocks.append(RichTextBlock(RichTextCodeBlock(RichText(written)), block_id="written"))
    return answer.answer([title, *said], blocks, lasts=True, table=table)


def columns(found: Reconciliation) -> list[int]:
    """Which columns of the evidence have something in them and are short; its file has all."""
    account, share, invoice, difference, address = 0, 1, 2, 3, 6
    return [account, share, *([invoice, difference] if found.accounts else []), *([address] if found.moves else [])]


def send_file(texts: Texts) -> Answer:
    """The command came without a figure and without a file."""
    said = [
        texts.say("Write what the invoice has behind the period:"),
        texts.say(N_("reconcile last 840, or: reconcile last 1,234.50 EUR")),
        texts.say(
            "Or send usecure’s customer list to Seatbot as a CSV file in a direct message, with the words: "
            "reconcile last. Its columns are Name, Active Users, Status and, if you like, Domain."
        ),
    ]
    check = answer.button(f"form_{reconcile_form.NAME}", texts.say("Check an invoice"), reconcile_form.NAME)
    return answer.answer(said, [answer.section("file", said), answer.buttons("form", [check])])
