"""Answers to questions on the command line."""

from bot.services.faq.answers import Reply
from bot.services.workspaces import Workspace
from bot.views import faq
from bot.views.terminal import Terminal
from bot.views.texts import Texts


def answered(out: Terminal, texts: Texts, workspace: Workspace, reply: Reply, root: str) -> None:
    """The topic's question, the answer with this MSP's figures and its sources; or what else can be asked."""
    if reply.topic:
        out.line(reply.topic.question, "bold")
    for paragraph in faq.told(texts, workspace, reply, root):
        out.line(paragraph)
    for part in faq.named(texts, workspace, reply.named):
        out.line(part.text)
    if reply.topic:
        for address in reply.topic.sources:
            out.line(texts.say("Source: {address}", address=address))
        if reply.offered:
            out.line(faq.others(texts))
    for topic in reply.offered:
        out.line(f"• {topic.question}")
