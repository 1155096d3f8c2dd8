"""Questions in Slack: the answer with this MSP's figures, what it leads to, and what is not answered."""

import pytest

from bot.playground.team import CAMILLE, GRACE, TOM, Person
from bot.services.faq import topics, unanswered
from tests.integration.commands.conftest import GUEST, Team

IDS = topics.ids()


def labels(answer: dict, action: str) -> list[str]:
    return [
        (element.get("text") or element["placeholder"])["text"]
        for block in answer["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"].startswith(action)
    ]


def vain(team: Team) -> list[str]:
    team.session.rollback()
    return [one.text for one in unanswered.listed(team.session, team.workspace, team.clock(), 10)]


@pytest.mark.parametrize("person", [GRACE, TOM])
def test_an_answer_has_figures_sources_and_the_next_step(team: Team, person: Person) -> None:
    answer = team.say(person, "faq why is my bill higher than my user count today?")
    assert answer["response_type"] == "ephemeral"
    assert "Now 5 users are counted." in answer["text"]
    [small] = [block for block in answer["blocks"] if block["block_id"] == "sources"]
    assert "<https://help.usecure.io/en/articles/7120576|7120576>" in small["elements"][0]["text"]
    assert labels(answer, "open_step") == ["Report", "Report of the period before"]
    assert len(labels(answer, "open_related")) == 3
    assert "context_actions" in [block["type"] for block in answer["blocks"]]
    assert labels(answer, "share") == ["Share in this channel"]


def test_a_question_gets_its_own_language_whoever_asks(team: Team) -> None:
    english = team.say(CAMILLE, "question When does our billing period start and end?")
    french = team.say(GRACE, "faq Quand commence et finit notre période de facturation ?")
    assert english["text"].startswith("When does our billing period")
    assert french["text"].startswith("Quand notre période")
    assert "Votre période de facturation en cours" in french["text"]


def test_a_person_who_is_named_is_told_of_below_the_answer(team: Team) -> None:
    answer = team.say(GRACE, "faq why is ann@acme.example active again?")
    assert "ann@acme.example at Acme" in answer["text"]
    assert labels(answer, "open_step")[0] == "The story of ann@acme.example"


def test_an_account_that_is_named_is_told_of_below_the_answer(team: Team) -> None:
    answer = team.say(GRACE, "faq pourquoi Acme est si cher ?")
    assert "Acme : pic de" in answer["text"].replace("\u00a0", " ")
    assert labels(answer, "open_step")[0] == "Le rapport du compte Acme"


def test_what_is_not_known_is_said_to_be_and_kept_for_the_admins(team: Team) -> None:
    answer = team.say(GRACE, "faq what is the weather in Paris?")
    assert answer["text"].startswith("I have no answer to that.")
    assert labels(answer, "open_topic") == []
    assert vain(team) == ["what is the weather in Paris?"]
    assert "1 question asked in vain" in team.say(GRACE, "topics unanswered")["text"]
    assert "Only admins" in team.say(TOM, "topics unanswered")["text"]


def test_a_question_is_quoted_as_its_language_quotes(team: Team) -> None:
    assert "“what is the weather?”" in str(team.say(CAMILLE, "faq what is the weather?")["blocks"][0])
    in_french = team.say(GRACE, "faq quel temps fait-il ?")["blocks"][0]
    assert "« quel temps fait-il ? »" in str(in_french).replace("\\xa0", " ")


def test_the_list_of_topics_is_for_all_and_its_form_for_admins(team: Team) -> None:
    assert "Topics of the FAQ" in team.say(TOM, "topics")["text"]
    assert labels(team.say(TOM, "topics list"), "form_topic") == []
    assert labels(team.say(GRACE, "sujets liste"), "form_topic") == ["Add a topic", "Edit a topic"]


def test_outsiders_are_told_nothing(team: Team) -> None:
    assert "How are we billed" not in team.say(GUEST, "faq how are we billed?")["text"]


@pytest.mark.parametrize(
    "question", ["<!channel> why is the bill so high", "why is the bill so high <@U0GRACE001>", "x" * 4000, "🎉", "?"]
)
def test_nothing_that_is_asked_becomes_a_mention(team: Team, question: str) -> None:
    answer = team.say(GRACE, f"faq {question}")
    assert "<!" not in answer["text"]
    assert "<@" not in answer["text"]
    assert team.refused() == []


def test_words_that_are_no_command_are_a_question(team: Team) -> None:
    assert team.say(GRACE, "are trial accounts billed")["text"].startswith("Are trial accounts billed?")


def test_the_way_back_from_what_was_not_clear_leads_back(team: Team) -> None:
    team.say(GRACE, "faq why do we pay so much")
    assert team.press(GRACE, "open_none").startswith("I have no answer to that.")
    assert team.press(GRACE, "open_back").startswith("I am not sure what you mean.")
    assert vain(team) == ["why do we pay so much"]


def test_coming_back_to_what_is_not_known_counts_it_once(team: Team) -> None:
    team.say(GRACE, "faq is VAT included?")
    team.press(GRACE, "open_topic_0")
    assert team.press(GRACE, "open_back").startswith("I have no answer to that.")
    team.session.rollback()
    [question] = unanswered.listed(team.session, team.workspace, team.clock(), 10)
    assert question.times == 1


def test_a_topic_that_may_be_meant_instead_is_one_button_away(team: Team) -> None:
    answer = team.say(GRACE, "faq why do we pay for people who left?")
    assert answer["text"].startswith("Who counts as an active user?")
    assert labels(answer, "open_topic") == ["What happens when someone leaves the company?"]
    assert labels(answer, "open_topic")[0] not in labels(answer, "open_related")
    assert team.press(GRACE, "open_topic_0").startswith("What happens when someone leaves the company?")
    assert team.press(GRACE, "open_back").startswith("Who counts as an active user?")


def test_what_is_shared_says_nothing_of_other_topics(team: Team) -> None:
    team.say(GRACE, "faq why do we pay for people who left?")
    assert "Or did you mean" not in team.press(GRACE, "share")


def test_what_is_shared_of_a_topic_is_told_by_its_question(team: Team) -> None:
    team.say(GRACE, "faq why is the bill so high?")
    team.press(GRACE, "open_related_0")
    shared = team.press(GRACE, "share")
    assert "shares the answer to “If we deactivate users today, does this bill go down?”" in shared


def test_the_dates_stand_before_what_a_period_is(team: Team) -> None:
    answer = team.say(GRACE, "faq when does our period end?")
    assert [block["block_id"] for block in answer["blocks"]][:3] == ["title", "figures", "answer"]
    assert answer["text"].splitlines()[1].startswith("Your running billing period is")


def test_all_times_of_an_answer_are_those_of_the_bill(team: Team) -> None:
    answer = team.say(TOM, "faq why is ann@acme.example active again?")
    assert "Active since 1 Feb 2026 00:00." in answer["text"]


def test_an_address_that_nobody_has_is_said_to_be_unknown(team: Team) -> None:
    answer = team.say(GRACE, "faq why is nobody@acme.example active again?")
    assert "Seatbot knows nobody with the address nobody@acme.example." in answer["text"]


def test_an_account_is_told_of_with_its_status(team: Team) -> None:
    assert "Status: active; 3 active users." in team.say(GRACE, "faq why is Acme so expensive?")["text"]


@pytest.mark.parametrize("text", ["hello", "thanks!", "bonjour Seatbot"])
def test_whoever_greets_is_told_what_to_ask(team: Team, text: str) -> None:
    assert "Ask me about the bill" in team.say(GRACE, text)["text"]


def test_the_list_of_topics_begins_with_the_readers_language(team: Team) -> None:
    assert "Comment sommes-nous facturés" in str(team.say(CAMILLE, "sujets")["blocks"])
    assert "How are we billed" not in str(team.say(CAMILLE, "sujets")["blocks"])


@pytest.mark.parametrize("person", [GRACE, CAMILLE])
def test_without_a_file_an_example_is_shown_that_can_be_imported(team: Team, person: Person) -> None:
    [block] = [one for one in team.say(person, "topics import")["blocks"] if one["block_id"] == "example"]
    [topic] = topics.parse(block["text"]["text"].strip("`"), "example.yaml", known=IDS)
    assert topic.locale == person.locale[:2]


def test_a_topic_that_is_not_there_is_told_with_the_command_of_slack(team: Team) -> None:
    assert "/seats topics lists them." in team.say(GRACE, "topics remove own-nothing")["text"]
