"""Questions about billing, in people's own words."""

import sys
from collections.abc import Iterable
from typing import Annotated

import typer

from bot.cli.call import AsJson, Call, WorkspaceName, opened

questions = typer.Typer()


@questions.command()
def faq(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="Or - for a question a line on standard input.")],
    locale: Annotated[
        str | None, typer.Option("--locale", help="en or fr, for a question whose language is not plain.")
    ] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question about billing, asked in your own words, in English or French."""
    from bot.services.workspaces import check_locale

    with opened(workspace, as_json) as call:
        asked_in = check_locale(locale) if locale else call.texts.locale
        several = question == "-"
        lines: Iterable[str] = sys.stdin if several else [question]
        for line in lines:
            answer(call, line.strip(), asked_in, several=several)


def answer(call: Call, question: str, locale: str, *, several: bool) -> None:
    """Print the answer to one question, as one of several or alone."""
    from bot.services.faq import answers
    from bot.views import faq as faq_parts
    from bot.views.console import faq
    from bot.views.texts import Texts

    reply = answers.reply(call.session, call.workspace, question, locale, call.clock())
    texts = Texts(reply.locale, call.texts.zone)
    if call.out.as_json:
        call.out.document(faq_parts.document(texts, call.workspace, reply, call.root), on_one_line=several)
    else:
        faq.answered(call.out, texts, call.workspace, reply, call.root)
