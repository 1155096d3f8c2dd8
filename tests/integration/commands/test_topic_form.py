"""The form in which admins write topics of their own."""

from typing import Any

import pytest

from bot.playground.messages import Message
from bot.playground.submissions import NotSubmittableError
from bot.playground.team import BILLING, CAMILLE, GRACE, NORTHWIND, TOM, Person
from bot.playground.views import View
from bot.services.faq import drafts, own
from bot.services.faq.drafts import Draft
from bot.services.faq.topics import Topic
from tests.integration.commands.conftest import GUEST, Team

Json = dict[str, Any]
FILLED = {
    "question": "Who pays for the coffee?",
    "answer": "We do.\nAsk <@U0GRACE001> & <!channel>.",
    "phrasings": "is the coffee free\n\nis the coffee free\n coffee costs  what ",
}


def button(team: Team, value: str | None = None) -> Message:
    """A message with the button that opens the form."""
    text = {"type": "plain_text", "text": "Add"}
    element: Json = {"type": "button", "action_id": "form_topic", "text": text}
    block = {"type": "actions", "elements": [element | {"value": f"topic {value}" if value else "topic"}]}
    return team.slack.post(Message("", BILLING.id, NORTHWIND.bot_user_id, "Topics", blocks=[block]))


def opened(team: Team, person: Person = GRACE, value: str | None = None) -> View:
    team.slack.press(person.id, button(team, value).ts, "form_topic")
    team.slack.wait_until_answered()
    assert team.refused() == []
    [view] = team.slack.modals(person.id)
    return view


def submit(team: Team, view: View, values: Json, person: Person = GRACE) -> None:
    team.slack.submit(person.id, view.id, values)
    team.slack.wait_until_answered()


def topics(team: Team) -> list[Topic]:
    team.session.rollback()
    return list(own.standing(team.session, team.workspace))


def told(team: Team, person: Person = GRACE) -> str:
    """What stands in the place of the form."""
    [view] = team.slack.modals(person.id)
    assert "submit" not in view.payload
    return str(view.blocks[0]["text"]["text"])


def test_a_topic_is_saved_and_told_with_the_way_to_take_it_back(team: Team) -> None:
    submit(team, opened(team), FILLED)
    assert topics(team) == [
        Topic(
            "own-who-pays-for-the-coffee",
            "en",
            "Who pays for the coffee?",
            "We do.\nAsk <@U0GRACE001> & <!channel>.",
            phrasings=("is the coffee free", "coffee costs what"),
        )
    ]
    assert told(team) == "Saved: “Who pays for the coffee?”. Whoever asks this gets your answer from now on."
    assert team.changes() == ["topics"]
    [view] = team.slack.modals(GRACE.id)
    team.slack.press(GRACE.id, view.id, "undo")
    team.slack.wait_until_answered()
    assert (topics(team), team.changes()) == ([], ["topics", "undo"])
    assert "taken back" in str(team.slack.modals(GRACE.id)[-1].blocks)
    assert team.refused() == []


def test_a_form_that_is_submitted_twice_or_eight_times_at_once_is_saved_and_told_once(team: Team) -> None:
    view = opened(team)
    with team.slack.changed:
        for _ in range(2):  # pressed again before anything came back
            envelope = team.slack.submit(GRACE.id, view.id, FILLED)
        for _ in range(7):
            team.slack.redeliver(envelope)
            envelope.deliveries = 1
    team.slack.wait_until_answered()
    assert told(team).startswith("Saved: ")
    team.slack.redeliver(envelope)
    team.slack.wait_until_answered()
    assert (team.changes(), len(topics(team))) == (["topics"], 1)


@pytest.mark.parametrize("person", [GRACE, CAMILLE])
def test_faults_are_shown_at_their_fields_in_the_reader_s_language(team: Team, person: Person) -> None:
    view = opened(team, person)
    values = {"question": " \u202e ", "answer": "\u2066", "phrasings": "ok\n" + "x" * 401}
    submit(team, view, values, person)
    [shown] = team.slack.modals(person.id)
    english = {
        "question": "The text has characters that cannot be shown",
        "answer": "The text has characters that cannot be shown",
        "phrasings": "The text has 401 characters, and may have 400",
    }
    french = {
        "question": "Le texte contient des caractères qui ne peuvent pas être affichés",
        "answer": "Le texte contient des caractères qui ne peuvent pas être affichés",
        "phrasings": "Le texte compte 401 caractères et peut en compter 400",
    }
    assert shown.errors.keys() == english.keys()
    if person == GRACE:
        assert shown.errors == english
    else:
        assert all(shown.errors[field] != english[field] for field in french)
    assert topics(team) == []
    submit(team, shown, FILLED, person)
    assert len(topics(team)) == 1
    assert topics(team)[0].locale == ("en" if person == GRACE else "fr")


def test_too_many_phrasings_are_refused_and_an_empty_field_does_not_leave_slack(team: Team) -> None:
    view = opened(team)
    submit(team, view, FILLED | {"phrasings": "\n".join(f"way {number}" for number in range(201))})
    assert team.slack.modals(GRACE.id)[0].errors == {"phrasings": "A topic may have 200 phrasings"}
    with pytest.raises(NotSubmittableError):
        team.slack.submit(GRACE.id, view.id, FILLED | {"question": ""})
    assert topics(team) == []


def test_without_other_phrasings_the_question_is_one(team: Team) -> None:
    submit(team, opened(team), FILLED | {"phrasings": None})
    assert topics(team)[0].phrasings == ("Who pays for the coffee?",)


def test_a_topic_is_edited_under_its_id_and_keeps_what_the_form_does_not_show(team: Team) -> None:
    phrasings = tuple(f"{number:03} {'x' * 80}" for number in range(60))
    topic = Topic("own-tea", "fr", "Du thé ?", "Oui.", ("https://tea.example",), phrasings=phrasings)
    own.save(team.session, team.workspace, [topic], actor="cli:test", clock=team.clock)
    view = opened(team, value="own-tea fr")
    assert view.payload["private_metadata"].startswith("own-tea fr ")
    assert view.payload["title"]["text"] == "Edit a topic"
    fitting = drafts.fit(phrasings)
    assert 0 < len(fitting) < len(phrasings)
    submit(team, view, {"question": "Et du thé ?", "phrasings": "un thé"})
    [edited] = topics(team)
    assert (edited.id, edited.locale, edited.question, edited.answer) == ("own-tea", "fr", "Et du thé ?", "Oui.")
    assert edited.sources == ("https://tea.example",)
    assert edited.phrasings == ("un thé", *phrasings[len(fitting) :])
    submit(team, opened(team, value="own-tea fr"), {})
    assert told(team) == "“Et du thé ?” was saved so before; nothing was changed."
    assert team.changes() == ["topics"]


def test_a_topic_gets_another_language_by_the_form(team: Team) -> None:
    submit(team, opened(team), FILLED)
    view = opened(team, value="own-who-pays-for-the-coffee en")
    submit(team, view, {"locale": "fr", "question": "Qui paie le café ?", "answer": "Nous.", "phrasings": None})
    assert [(topic.id, topic.locale) for topic in topics(team)] == [
        ("own-who-pays-for-the-coffee", "en"),
        ("own-who-pays-for-the-coffee", "fr"),
    ]


def test_two_admins_in_one_form_do_not_overwrite_each_other(team: Team) -> None:
    submit(team, opened(team), FILLED)
    value = "own-who-pays-for-the-coffee en"
    first, second = opened(team, GRACE, value), opened(team, CAMILLE, value)
    team.slack.command(GRACE.id, BILLING.id, f"admins add <@{CAMILLE.id}>")
    team.slack.wait_until_answered()
    submit(team, first, {"answer": "Grace does."})
    submit(team, second, {"answer": "Camille does."}, CAMILLE)
    [shown] = team.slack.modals(CAMILLE.id)
    assert shown.errors["question"].startswith("Quelqu’un a modifié")
    assert shown.values()["answer"]["value"]["value"] == "Camille does."
    assert [topic.answer for topic in topics(team)] == ["Grace does."]


def test_a_second_topic_with_that_question_has_an_id_of_its_own(team: Team) -> None:
    for _ in range(2):
        submit(team, opened(team), FILLED)
    assert [topic.id for topic in topics(team)] == ["own-who-pays-for-the-coffee", "own-who-pays-for-the-coffee-2"]


@pytest.mark.parametrize(
    ("question", "id_"),
    [
        ("Où est l’été ?", "own-ou-est-l-ete"),
        ("😀 ??", "own-topic"),
        ("x" * 75, f"own-{'x' * 52}"),
        (f"{'x' * 51} y", f"own-{'x' * 51}"),
        ("Thé", "own-the-3"),
    ],
)
def test_an_id_says_what_is_asked(question: str, id_: str) -> None:
    assert drafts.new_id(question, {"own-the", "own-the-2"}) == id_


def test_readers_and_guests_open_no_form(team: Team) -> None:
    for person, says in ((TOM, "Only admins may do that."), (GUEST, "Only members of this team may use Seatbot.")):
        team.slack.press(person.id, button(team).ts, "form_topic")
        team.slack.wait_until_answered()
        assert team.slack.modals(person.id) == []
        assert says in team.latest(person)


def test_who_is_no_admin_any_more_saves_nothing(team: Team) -> None:
    view = opened(team)
    for person, words in ((GRACE, f"admins add <@{CAMILLE.id}>"), (CAMILLE, f"admins remove <@{GRACE.id}>")):
        team.slack.command(person.id, BILLING.id, words)
        team.slack.wait_until_answered()
    submit(team, view, FILLED)
    [shown] = team.slack.modals(GRACE.id)
    assert shown.payload["title"]["text"] == "Nothing was saved"
    assert "Only admins may do that." in str(shown.blocks)
    assert topics(team) == []


def test_a_trigger_that_is_dead_says_to_press_again(team: Team) -> None:
    for fault in ("expired_trigger_id", "exchanged_trigger_id"):
        team.slack.fault("views.open", fault)
        team.slack.press(GRACE.id, button(team).ts, "form_topic")
        team.slack.wait_until_answered()
        assert team.latest(GRACE) == "The form did not open in time. Press the button again."
        assert team.slack.modals(GRACE.id) == []


def test_a_press_that_is_delivered_again_opens_one_form_and_says_nothing(team: Team) -> None:
    opened(team)
    before = team.slack.messages_seen_by(GRACE.id, BILLING.id)
    envelope = team.slack.redeliver_last()
    team.clock.advance(seconds=2)
    team.slack.redeliver(envelope)
    team.slack.wait_until_answered()
    assert len(team.slack.modals(GRACE.id)) == 1
    assert team.slack.messages_seen_by(GRACE.id, BILLING.id) == before


def test_a_failure_while_it_is_saved_is_shown_in_the_form(team: Team, monkeypatch: Any) -> None:
    view = opened(team)
    monkeypatch.setattr("bot.services.faq.own.save", lambda *_, **__: 1 / 0)
    submit(team, view, FILLED)
    [shown] = team.slack.modals(GRACE.id)
    assert "it is in the log as" in shown.errors["locale"]
    assert shown.values()["question"]["value"]["value"] == FILLED["question"]


def test_what_is_wrong_with_a_draft() -> None:
    draft = Draft("", "de", "", "x" * 2001, ("a\x00",))
    assert {field: type(fault).__name__ for field, fault in drafts.faults(draft).items()} == {
        "locale": "UnknownLanguage",
        "question": "EmptyText",
        "answer": "TextTooLong",
        "phrasings": "Unprintable",
    }
