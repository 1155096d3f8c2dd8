"""Words that answers share."""

from zoneinfo import ZoneInfo

import pytest

from bot.views.texts import Texts
from bot.views.words import author


@pytest.mark.parametrize(("locale", "sync"), [("en", "the sync"), ("fr", "la synchronisation")])
def test_a_sync_is_called_one_and_everybody_else_by_name(locale: str, sync: str) -> None:
    texts = Texts(locale, ZoneInfo("Europe/Paris"))
    names = {"U1": "Grace Holloway"}
    assert author(texts, "sync:Acme", str) == sync
    assert author(texts, "U1", lambda actor: names[actor]) == "Grace Holloway"
    assert author(texts, "cli:grace", str) == "cli:grace"
