"""The search at the top of the page: what it finds for whom, and where that leads."""

import re
from typing import Any
from urllib.parse import quote

import pytest

from bot.playground.slack import LocalSlack
from bot.playground.team import BILLING, GRACE, NADIA, RANDOM, SAM, TOM
from tests.integration.playground.test_playground_page_acts import live
from tests.unit.playground import samples


def found(http: Any, words: str, who: str = GRACE.id) -> list[str]:
    """What a search finds: the articles of the page."""
    page = http.get(f"/?as={who}&channel={BILLING.id}&q={quote(words)}")[1]
    return str(page.split("<main")[1].split("<aside")[0]).split("<article")[1:]


def test_a_search_finds_what_was_posted_wherever_the_person_is(slack: LocalSlack, app: Any, http: Any) -> None:
    first = slack.say(TOM.id, RANDOM.id, "the bill of Café <Zoé>")
    slack.say(TOM.id, BILLING.id, "something else")
    parent = slack.say(NADIA.id, BILLING.id, "hm")
    assert first
    assert parent
    slack.say(NADIA.id, BILLING.id, "the cafe is dear", thread_ts=parent.ts)
    app.web.chat_postMessage(
        channel=BILLING.id, text="a report", blocks=[{"type": "header", "text": samples.plain("Le CAFÉ de Nadia")}]
    )
    app.web.chat_postEphemeral(channel=BILLING.id, user=GRACE.id, text="a café for you alone")
    slack.say(GRACE.id, BILLING.id, "/seats report café")
    heads = [re.findall(r'class="found-in"><a href="([^"]+)">([^<]+)<', one)[0] for one in found(http, "CAFE")]
    assert [name for _, name in heads] == ["#random", "#billing", "#billing"]
    assert heads[0][0] == f"?as={GRACE.id}&amp;channel={RANDOM.id}#{first.ts}"
    assert "thread=" in heads[1][0]
    assert len(found(http, "cafe nadia")) == 1
    assert len(found(http, "<zoé>")) == 1
    assert found(http, "teapot") == []
    assert "Nothing found" in http.get("/?q=teapot")[1]


def test_a_search_shows_nothing_of_channels_that_the_person_is_not_in(slack: LocalSlack, http: Any) -> None:
    slack.say(GRACE.id, BILLING.id, "a secret figure")
    assert len(found(http, "secret", TOM.id)) == 1
    assert found(http, "secret", SAM.id) == []


@pytest.mark.parametrize("words", ["", "   "])
def test_a_search_for_nothing_leaves_the_channel_as_it_is(slack: LocalSlack, http: Any, words: str) -> None:
    slack.say(TOM.id, BILLING.id, "hello")
    [article] = found(http, words)
    assert "found-in" not in article


def test_a_search_is_cut_and_escaped_and_goes_on_finding(slack: LocalSlack, http: Any) -> None:
    assert "&lt;b&gt;" in http.get(f"/?q={quote('<b>')}")[1]
    assert "x" * 201 not in http.get(f"/?q={'x' * 5_000}")[1]
    with live(slack, GRACE.id, q="coffee") as search:
        slack.say(TOM.id, BILLING.id, "tea")
        later = slack.say(TOM.id, RANDOM.id, "coffee")
        assert later
        assert search("coffee")["messages"]["order"] == [later.ts]
