"""The words of `digest add`, as people of both languages write them."""

import pytest

from bot.commands import digest_words
from bot.commands.digest_words import Asked
from bot.commands.words import Misused, read
from bot.services.errors import BadRhythm, BadTimeOfDay, NoSingleDate, NoSuchDate

C = "C0BILLING1"


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("<#C0BILLING1|billing> every day", Asked(f"#{C}", "day")),
        ("#billing daily", Asked("#billing", "day")),
        ("#billing every weekday at 9:15", Asked("#billing", "weekday", "09:15")),
        ("#billing day", Asked("#billing", "day")),
        ("#billing every week:mon at 08:00", Asked("#billing", "week:mon", "08:00")),
        (
            "<#C0BILLING1|billing> every monday at 8:00 in Europe/Paris for Acme, Globex",
            Asked(f"#{C}", "week:mon", "08:00", "Europe/Paris", None, ["Acme", "Globex"]),
        ),
        ("#b every friday at 5 pm in French", Asked("#b", "week:fri", "17:00", None, "fr")),
        ("#b every friday at 12am", Asked("#b", "week:fri", "00:00")),
        ("#b after the period's end at 7:00 UTC", Asked("#b", "period-end", "07:00", "UTC")),
        ("#b the day after the period ends", Asked("#b", "period-end")),
        ("#b 5 days before the period's end", Asked("#b", "before-end:5")),
        ("#b before-end:3", Asked("#b", "before-end:3")),
        ("#b chaque jour à 8h30 en français", Asked("#b", "day", "08:30", None, "fr")),
        ("#b tous les jours à 8 h", Asked("#b", "day", "08:00")),
        ("#b chaque jour ouvré à 8 heures", Asked("#b", "weekday", "08:00")),
        ("#b du lundi", Asked("#b", "week:mon")),
        ("#b en semaine à 18h", Asked("#b", "weekday", "18:00")),
        (
            "#b le mardi à 8 h 05 fuseau America/New_York pour « Le Petit Port », Acme",
            Asked("#b", "week:tue", "08:05", "America/New_York", None, ["Le Petit Port", "Acme"]),
        ),
        ("#b 2 jours avant la fin de la période à 9h", Asked("#b", "before-end:2", "09:00")),
        ("#b après la fin de la période", Asked("#b", "period-end")),
        ("#b every day at 8:00 in Nowhere", Asked("#b", "day", "08:00", "Nowhere")),
        ("#b daily for Acme at 7:30 in UTC/x in French", Asked("#b", "day", "07:30", "UTC/x", "fr", ["Acme"])),
        ("#b every day for Smith and Sons, Acme", Asked("#b", "day", accounts=["Smith and Sons", "Acme"])),
    ],
)
def test_words_of_both_languages_are_understood(typed: str, understood: Asked) -> None:
    assert digest_words.read(read(typed)) == understood


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("#b every 31 February", NoSuchDate),
        ("#b on 31 February at 8:00", NoSuchDate),
        ("#b chaque 31 février", NoSuchDate),
        ("#b le 15 mars", NoSingleDate),
        ("#b on 2026-12-24", NoSingleDate),
        ("#b every month", BadRhythm),
        ("#b every full moon", BadRhythm),
        ("#b every day at 25:00", BadTimeOfDay),
        ("#b every day at noon", BadTimeOfDay),
        ("#b every day at 13 pm", BadTimeOfDay),
        ("#b", Misused),
        ("", Misused),
        ("#b at 8:00", Misused),
        ("#b every day for", Misused),
    ],
)
def test_what_is_none_is_refused(typed: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        digest_words.read(read(typed))


def test_an_and_parts_accounts_unless_it_belongs_to_a_name() -> None:
    known = {"Smith and Sons"}
    assert digest_words.each_known(["Smith and Sons", "Acme and Globex"], known.__contains__) == [
        "Smith and Sons",
        "Acme",
        "Globex",
    ]
