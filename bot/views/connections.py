"""What becomes of an account that is connected with its directory, or disconnected from it, in sentences."""

from bot.services.connections import Connected, Connection
from bot.services.errors import N_
from bot.views.parts import Part
from bot.views.texts import Texts, shown
from bot.views.words import SOURCES, few

CONNECTED = {
    False: N_("{account} is connected with {directory} now."),
    True: N_("{account} is connected with {directory} already. Nothing had to be changed."),
}


def told(texts: Texts, done: Connected) -> list[Part]:
    """Everything there is to say of it but the change's number and the next command."""
    if done.kind == "disconnect":
        return [*disconnected(texts, done), *outdated(texts, done)]
    now, account = done.connection, shown(done.connection.account.name)
    message = CONNECTED[done.change is None]
    parts = [
        Part("connected", texts.say(message, account=account, directory=directory(texts, now)), "strong"),
        *(Part("options", text) for text in options(texts, now)),
    ]
    if done.change is None:
        return parts
    if done.before and not now.is_of(done.before):
        old = directory(texts, done.before)
        parts.append(Part("before", texts.say("It was connected with {directory} before.", directory=old)))
    return [*parts, *outdated(texts, done), *scheduled(texts, now)]


def disconnected(texts: Texts, done: Connected) -> list[Part]:
    """What a disconnection leaves as it is, and what is left to do (domain.md, A5)."""
    fields = {"account": shown(done.connection.account.name), "directory": directory(texts, done.connection)}
    stay = texts.say(
        "Its users stay as they are, and whoever is active counts. To pause the client, set them inactive too."
    )
    usecure = texts.say(
        "usecure does not know of this: revoke the authorisation of its sync there too, or the next sync sets active "
        "whomever you set inactive."
    )
    return [
        Part("connected", texts.say("{account} is not synced with {directory} any more.", **fields), "strong"),
        Part("users", stay),
        Part("usecure", usecure),
    ]


def scheduled(texts: Texts, now: Connection) -> list[Part]:
    """When the next scheduled sync is due, and what it does."""
    if now.next_at is None:
        return []
    message = (
        N_("Nobody is changed yet. The next daily sync is due on {at}.")
        if now.reviewed
        else N_("Nobody is changed yet. The first daily sync, on {at}, only shows what it would do.")
    )
    return [Part("scheduled", texts.say(message, at=now.next_at))]


def outdated(texts: Texts, done: Connected) -> list[Part]:
    """That nobody can confirm any more what waited for it."""
    if not done.outdated:
        return []
    return [
        Part(
            "outdated",
            texts.plural(
                "{n} sync that waited for a confirmation can no longer be confirmed.",
                "{n} syncs that waited for a confirmation can no longer be confirmed.",
                done.outdated,
            ),
        )
    ]


def directory(texts: Texts, connection: Connection) -> str:
    """A directory by what it is and whose, and as whom it is read."""
    source, target = SOURCES[connection.source], shown(connection.target)
    if connection.subject is None:
        return f"{source} ({target})"
    return texts.say(
        "{source} ({target}, as {subject})", source=source, target=target, subject=shown(connection.subject)
    )


def options(texts: Texts, connection: Connection) -> list[str]:
    """Who of the directory counts."""
    wanted, said = connection.options, []
    if wanted.groups:
        said.append(texts.say("Synced are the members of {groups}.", groups=few(texts, wanted.groups)))
    if wanted.excluded:
        said.append(texts.say("Left out are the members of {groups}.", groups=few(texts, wanted.excluded)))
    if wanted.licensed_only:
        said.append(texts.say("Whoever has no licence is left out."))
    if wanted.guests:
        said.append(texts.say("Guests are synced too."))
    return said
