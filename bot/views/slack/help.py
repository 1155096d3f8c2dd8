"""What can be said to the bot: each command with what it does and an example; and what to say after a slip."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from slackblocks import Block, RichText, RichTextBlock, RichTextSection
from slackblocks.rich_text.objects import RichTextObject

from bot.services.errors import N_
from bot.services.names import printable
from bot.views import warnings
from bot.views.slack import answer
from bot.views.slack.answer import Answer
from bot.views.texts import Texts, shown


@dataclass(frozen=True, slots=True)
class Entry:
    """The help of one command: what it does, how it is written and an example, the latter two without `/seats`; and
    among which others it is listed."""

    does: str
    usage: str
    example: str
    group: Literal["look", "change", "run"] = "change"
    details: Callable[[Texts], Sequence[str]] | None = None
    """Lines that are shown where it is explained alone."""


FEW = 10
LONGEST_LINE = 200
"""So many commands are shown with an example each."""
GROUPS = {"look": N_("Look"), "change": N_("Make changes"), "run": N_("Run Seatbot")}


REPORT = Entry(
    N_("What this period’s bill will count, or a past one’s, for all accounts or one."),
    N_("report [ACCOUNT|all] [PERIOD]"),
    N_("report Acme last"),
    "look",
)
STATEMENT = Entry(
    N_("What a period that is over is billed for, the last one or another, client by client."),
    N_("statement [PERIOD]"),
    N_("statement October 2026"),
    "look",
)
RECONCILE = Entry(
    N_("Check the distributor’s invoice, without tax: its users, its amount, or usecure’s customer list as a file."),
    N_("reconcile [PERIOD] COUNT|AMOUNT"),
    N_("reconcile last 840"),
    "look",
)
ACCOUNTS = Entry(
    N_("Your client accounts as they are now."),
    N_("accounts [SEARCH]"),
    N_("accounts acme"),
    "look",
)
USERS = Entry(
    N_("The users of an account: who is active, since when and why."),
    N_("users ACCOUNT [active|inactive|denied] [SEARCH]"),
    N_("users Acme inactive"),
    "look",
)
WHY = Entry(
    N_("A person’s story: what holds, what the next sync would do, and every change."),
    N_("why EMAIL"),
    N_("why ann@acme.example"),
    "look",
)
FAQ = Entry(
    N_("Any question about the bill, in your own words."),
    N_("faq QUESTION"),
    N_("faq why is the bill higher than our user count today"),
    "look",
)
DENY_LIST = Entry(
    N_("An account’s deny list; without an account, which accounts have one."),
    N_("deny list [ACCOUNT]"),
    N_("deny list Acme"),
    "look",
)
SUGGESTIONS = Entry(
    N_("Who is counted though perhaps nobody means it: shared mailboxes, rooms, people of another client."),
    N_("suggestions [ACCOUNT]"),
    N_("suggestions Acme"),
    "look",
)
LOG = Entry(
    N_("What was done and what was refused, newest first."),
    N_("log [ACCOUNT|EMAIL]"),
    N_("log Acme"),
    "run",
)
DEACTIVATE = Entry(
    N_("Set people inactive, which lowers the next bill."),
    N_("deactivate EMAIL… [in ACCOUNT] [because REASON]"),
    N_("deactivate ann@acme.example because she left"),
)
ACTIVATE = Entry(
    N_("Set people active again."),
    N_("activate EMAIL… [in ACCOUNT]"),
    N_("activate ann@acme.example"),
)
WHAT_IF = Entry(
    N_("What a change would do to this bill and the next; nothing is changed."),
    N_("what-if deactivate|activate EMAIL… [in ACCOUNT], what-if convert|close ACCOUNT"),
    N_("what-if deactivate ann@acme.example"),
    "look",
)
DENY_ADD = Entry(
    N_("Keep people out of an account’s sync."),
    N_("deny add EMAIL|*@DOMAIN… in ACCOUNT"),
    N_("deny add ann@acme.example in Acme"),
)
DENY_REMOVE = Entry(
    N_("Take entries off an account’s deny list; the next sync may set these people active."),
    N_("deny remove EMAIL|*@DOMAIN… in ACCOUNT"),
    N_("deny remove ann@acme.example in Acme"),
)
DENY_IMPORT = Entry(
    N_("Take a deny list from a CSV file that you send to Seatbot in a direct message with these words."),
    N_("deny import ACCOUNT append|replace"),
    N_("deny import Acme replace"),
)
SYNC = Entry(
    N_("Bring an account’s users up to date with its directory, or show what that would do."),
    N_("sync [ACCOUNT|all] [preview]"),
    N_("sync Acme preview"),
)
ACCOUNT_ADD = Entry(
    N_("Add a client account; on trial, nobody in it is counted."),
    N_("account add NAME [trial [until DATE]] [from DATE]"),
    N_("account add Acme trial until 2026-12-31"),
    group="run",
)
ACCOUNT_TRIAL = Entry(
    N_("Put an account on trial: nobody in it is counted."),
    N_("account trial NAME [until DATE]"),
    N_("account trial Acme until 2026-12-31"),
    group="run",
)
ACCOUNT_ACTIVATE = Entry(
    N_("Count an account’s active users, at once or from a day on."),
    N_("account activate NAME [from DATE]"),
    N_("account activate Acme from 2026-12-31"),
    group="run",
)
ACCOUNT_CLOSE = Entry(
    N_("Close an account: nobody in it is counted any more, at once or from a day on."),
    N_("account close NAME [from DATE]"),
    N_("account close Acme from 2026-12-31"),
    group="run",
)
ADMINS_ADD = Entry(
    N_("Let people change things here."),
    N_("admins add @PERSON…"),
    N_("admins add @tom"),
    group="run",
)
ADMINS_REMOVE = Entry(
    N_("Take that right away again."),
    N_("admins remove @PERSON…"),
    N_("admins remove @tom"),
    group="run",
)
ADMINS = Entry(
    N_("Who may change things here."),
    N_("admins list"),
    N_("admins list"),
    group="run",
)
TOPICS = Entry(
    N_("The topics that questions are answered from, Seatbot’s and your own."),
    N_("topics list"),
    N_("topics list"),
    "look",
)
TOPICS_IMPORT = Entry(
    N_("Take topics of your own from a YAML file that you send to Seatbot in a direct message with these words."),
    N_("topics import"),
    N_("topics import"),
    "run",
)
TOPICS_REMOVE = Entry(
    N_("Take a topic of your own away, or your answer to one of Seatbot’s."),
    N_("topics remove TOPIC"),
    N_("topics remove own-opening-hours"),
    "run",
)
TOPICS_UNANSWERED = Entry(
    N_("What was asked in vain in the last 90 days."),
    N_("topics unanswered"),
    N_("topics unanswered"),
    "run",
)
DIGEST_ADD = Entry(
    N_(
        "Post a digest in a channel: every day, on weekdays, on a day of the week, after a billing period’s end, or "
        "some days before it; by default at 8:00 in your workspace’s time zone."
    ),
    N_("digest add #CHANNEL every day|weekday|monday… [at TIME] [in ZONE] [in LANGUAGE] [for ACCOUNT, ACCOUNT…]"),
    N_("digest add #billing every monday at 8:00 in Europe/Paris for Acme, Globex"),
    "run",
)
DIGEST = Entry(
    N_("The digests that are posted, with their next times."),
    N_("digest list"),
    N_("digest list"),
    "run",
)
DIGEST_REMOVE = Entry(
    N_("Take a digest away."),
    N_("digest remove DIGEST"),
    N_("digest remove 3"),
    "run",
)
DIGEST_PAUSE = Entry(
    N_("Post a digest no more until it is resumed."),
    N_("digest pause DIGEST"),
    N_("digest pause 3"),
    "run",
)
DIGEST_RESUME = Entry(
    N_("Post a paused digest again."),
    N_("digest resume DIGEST"),
    N_("digest resume 3"),
    "run",
)
DIGEST_RUN = Entry(
    N_("Post a digest now; its rhythm stays."),
    N_("digest run DIGEST"),
    N_("digest run 3"),
    "run",
)
WARN = Entry(
    N_("The warnings that stand."),
    N_("warn list"),
    N_("warn list"),
    "look",
)
WARN_ADD = Entry(
    N_("Warn a channel or a person in time: of a jump, a peak, the end of a trial or of the period, of syncs."),
    N_("warn add KIND #CHANNEL|@PERSON [THRESHOLD] [in ACCOUNT, ACCOUNT…]"),
    N_("warn add jump #billing 20 in Acme"),
    "run",
    warnings.explained,
)
WARN_REMOVE = Entry(
    N_("Let a warning stand no longer."),
    N_("warn remove NUMBER"),
    N_("warn remove 3"),
    "run",
)
WARN_MUTE = Entry(
    N_("Hear nothing of a warning for some days; what happens in them is not told later."),
    N_("warn mute NUMBER DAYS"),
    N_("warn mute 3 7"),
    "run",
)
UNDO = Entry(
    N_("Take back your latest change, or the one with that number."),
    N_("undo [CHANGE]"),
    N_("undo 12"),
)
HELP = Entry(
    N_("This list, or how one command is written."),
    N_("help [COMMAND]"),
    N_("help report"),
    "look",
)


def overview(texts: Texts, root: str, entries: Sequence[tuple[Entry, bool]]) -> Answer:
    """All commands, group by group; those for admins only are marked. The help of each has its example: Slack takes no
    message that would hold them all."""
    title = texts.say("What you can ask")
    told: list[str] = [title]
    blocks: list[Block] = [answer.header("title", title)]
    for group, heading in GROUPS.items():
        some = [(entry, admin) for entry, admin in entries if entry.group == group]
        if some:
            told += [texts.say(heading), *(plain(texts, root, entry, admin) for entry, admin in some)]
            told_of = texts.say(heading)
            blocks.append(described(texts, root, f"group_{group}", some, heading=told_of, examples=False))
    return answer.answer(told, blocks)


def of_group(texts: Texts, root: str, entries: Sequence[tuple[Entry, bool]], asked: str | None = None) -> Answer:
    """The commands that begin with one word; `asked` is what somebody wrote behind it."""
    said = [texts.say("There is no command “{word}”. There are:", word=shown(printable(asked)))] if asked else []
    blocks: list[Block] = [answer.section("unknown", said)] if said else []
    told = [*said, *(plain(texts, root, entry, admin) for entry, admin in entries)]
    return answer.answer(told, [*blocks, described(texts, root, "commands", entries, examples=len(entries) <= FEW)])


def one(texts: Texts, root: str, entry: Entry, admin: bool = False) -> Answer:
    """How one command is written."""
    told = [plain(texts, root, entry, admin), *details(texts, entry)]
    return answer.answer(told, [described(texts, root, "command", [(entry, admin)]), *detailed(texts, entry)])


def misused(texts: Texts, root: str, entry: Entry, admin: bool = False) -> Answer:
    """A command lacks something."""
    said = texts.say("That was not understood, so nothing was changed. This is how it is written:")
    told = [said, plain(texts, root, entry, admin), *details(texts, entry)]
    blocks: list[Block] = [answer.section("misused", [said]), described(texts, root, "command", [(entry, admin)])]
    return answer.answer(told, [*blocks, *detailed(texts, entry)])


def details(texts: Texts, entry: Entry) -> Sequence[str]:
    return entry.details(texts) if entry.details else ()


def detailed(texts: Texts, entry: Entry) -> list[Block]:
    """What there is to say of a command alone."""
    lines = details(texts, entry)
    return [answer.section("details", lines)] if lines else []


def unknown(texts: Texts, root: str, word: str, all_commands: str) -> Answer:
    """There is no such command."""
    said = [
        texts.say(
            "There is no command “{word}”. {help} lists those that there are.",
            word=shown(printable(word)),
            help=f"{root} {all_commands}",
        ),
        texts.say("If that was a question about billing, ask it in a whole sentence."),
    ]
    return answer.answer(said, [answer.section("unknown", said)])


def meant(texts: Texts, word: str, line: str, offer: str | None) -> Answer:
    """There is no such command, and another one was meant, which the button `offer` stands for."""
    said = texts.say(
        "There is no command “{word}”. Did you mean {nearest}?",
        word=shown(printable(word)),
        nearest=shown(printable(line), LONGEST_LINE),
    )
    return answer.answer([said], [answer.section("unknown", [said], answer.yes(texts, offer) if offer else None)])


def does(texts: Texts, entry: Entry, admin: bool) -> str:
    return texts.say("{does} For admins.", does=texts.say(entry.does)) if admin else texts.say(entry.does)


def plain(texts: Texts, root: str, entry: Entry, admin: bool) -> str:
    """A command in plain words."""
    shown_ = texts.say("For example: {example}", example=f"{root} {texts.say(entry.example)}")
    return f"{root} {texts.say(entry.usage)}\n{does(texts, entry, admin)}\n{shown_}"


def described(
    texts: Texts,
    root: str,
    block_id: str,
    entries: Iterable[tuple[Entry, bool]],
    *,
    heading: str | None = None,
    examples: bool = True,
) -> RichTextBlock:
    """Commands, each with what it does and, with `examples`, an example beneath."""
    sections: list[RichTextObject] = [RichTextSection([RichText(f"{heading}\n", bold=True)])] if heading else []
    for entry, admin in entries:
        example = f"{root} {texts.say(entry.example)}"
        before, _, after = texts.say("For example: {example}", example=example).partition(example)
        usage = RichText(f"{root} {texts.say(entry.usage)}", bold=True, code=True)
        if not examples:  # of all commands they would be longer than Slack takes
            sections.append(RichTextSection([usage, RichText(f"\n{does(texts, entry, admin)}\n")]))
            continue
        told = RichText(f"\n{does(texts, entry, admin)}\n{before}")
        sections.append(RichTextSection([usage, told, RichText(example, code=True), RichText(f"{after}\n")]))
    return RichTextBlock(sections, block_id=block_id)
