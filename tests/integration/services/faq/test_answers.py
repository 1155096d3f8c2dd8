"""Replies to questions with this MSP's own figures, as it is at the moment of asking."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import insert

from bot.services import connections, deny_list, schedule, users
from bot.services.directories.base import Options
from bot.services.faq import answers, live, own
from bot.services.faq.answers import Reply
from bot.services.faq.topics import Topic
from bot.views import faq as faq_view
from bot.views.texts import Texts
from db.models import CHANGE, LEDGER, Cause, Kind, Source, Status
from tests.integration.services.conftest import Msp
from tests.tenants import tenant_of


def ask(msp: Msp, question: str, locale: str = "en") -> Reply:
    return answers.reply(msp.session, msp.workspace, question, locale, msp.clock())


def figures(msp: Msp, topic: str) -> Any:
    return live.figures(msp.session, msp.workspace, topic, msp.clock())


def told(msp: Msp, topic: str, locale: str = "en") -> str:
    texts = Texts(locale, msp.workspace.calendar.zone)
    return " ".join(faq_view.live(texts, msp.workspace, topic, figures(msp, topic)))


def sync(msp: Msp, email: str, status: Status, at: datetime) -> None:
    """A row as a sync writes it."""
    msp.synced(email)
    listed = users.listed(msp.session, msp.workspace, msp.account("Acme"))
    [user] = [line.id for line in listed if line.email == email]
    change = msp.session.execute(
        insert(CHANGE).values(workspace_id=msp.workspace.id, kind=Kind.SYNC, actor="sync", recorded_at=at)
    ).inserted_primary_key[0]
    msp.session.execute(
        insert(LEDGER).values(
            workspace_id=msp.workspace.id,
            account_id=msp.account("Acme").id,
            user_id=user,
            status=status,
            at=at,
            cause=Cause.SYNC,
            change_id=change,
        )
    )
    msp.session.commit()


def test_the_running_bill_is_told_with_its_peak_and_the_one_before(msp: Msp) -> None:
    msp.users("Acme,eve@acme.test,active,2026-11-02", "Acme,eve@acme.test,inactive,2026-11-05")
    found = figures(msp, "peak-vs-current")
    assert (found.current, found.peak, found.last_peak) == (2, 3, 2)
    assert (found.period.first_day, found.period.last_day) == (date(2026, 10, 27), date(2026, 11, 26))
    said = told(msp, "peak-vs-current")
    assert "Now 2 users are counted." in said
    assert "27 Oct 2026 to 26 Nov 2026, is 3 so far, first reached on 2 Nov 2026 00:00" in said
    assert "The period before, 27 Sep 2026 to 26 Oct 2026, had a peak of 2" in said
    assert told(msp, "billing-date") == (
        "Your running billing period is 27 Oct 2026 to 26 Nov 2026 (Europe/Paris); the next one begins on 27 Nov 2026."
    )
    assert "counts 3 users whomever you deactivate now" in told(msp, "when-changes-take-effect")
    assert "begins on 27 Nov 2026 with 2 users" in told(msp, "when-changes-take-effect")


def test_who_came_back_by_a_sync_is_named_and_whether_it_can_happen_again(msp: Msp) -> None:
    assert "no sync has brought back anybody" in told(msp, "reactivated-by-sync")
    sync(msp, "bob@acme.test", Status.ACTIVE, msp.clock())
    assert figures(msp, "reactivated-by-sync").people == ()  # nobody had set Bob inactive
    msp.clock.advance(hours=1)
    msp.deactivate("bob@acme.test")
    msp.clock.advance(hours=8)
    sync(msp, "bob@acme.test", Status.ACTIVE, msp.clock())
    [back] = figures(msp, "reactivated-by-sync").people
    assert (back.email, back.account, back.at, back.denied) == ("bob@acme.test", "Acme", msp.clock(), False)
    assert "a sync brought back 1 person whom you had deactivated: bob@acme.test (Acme)" in told(
        msp, "reactivated-by-sync"
    )
    assert "can happen again" in told(msp, "reactivated-by-sync")
    deny_list.add(msp.session, msp.workspace, msp.account("Acme"), ["bob@acme.test"], actor="t", clock=msp.clock)
    assert "can happen again" not in told(msp, "reactivated-by-sync")
    assert "Acme (1)" in told(msp, "deny-list")


def test_whoever_a_sync_brought_back_before_the_last_period_is_not_named(msp: Msp) -> None:
    msp.deactivate("bob@acme.test")
    sync(msp, "bob@acme.test", Status.ACTIVE, msp.clock.advance(hours=1))
    msp.clock.advance(days=65)
    assert figures(msp, "reactivated-by-sync").people == ()


def test_trials_tell_what_they_would_add(msp: Msp) -> None:
    assert told(msp, "trials") == (
        "1 of your accounts is on trial: Blue (1 active user). "
        "Converted now, they would bring the count from 2 to 3 (1 user more)."
    )
    assert told(msp, "trials", "fr").startswith("1 de vos comptes est en essai")


def test_a_person_counted_in_two_accounts_is_named(msp: Msp) -> None:
    assert "nobody is counted in more than one" in told(msp, "duplicate-users")
    msp.accounts("Blue,active,2026-11-01")
    assert "ann@acme.test (Acme and Blue)" in told(msp, "duplicate-users")


def test_accounts_without_anybody_active_are_paused(msp: Msp) -> None:
    assert "All of your billed accounts have active users" in told(msp, "pause-billing")
    msp.deactivate("ann@acme.test", "bob@acme.test", account=msp.account("Acme"))
    assert "1 of your billed accounts has nobody active at present: Acme" in told(msp, "pause-billing")


def test_where_no_account_is_billed_none_is_said_to_have_active_users(msp: Msp) -> None:
    msp.accounts("Acme,closed,2026-11-20")
    assert told(msp, "pause-billing") == "None of your accounts is billed at present."


def test_the_latest_syncs_are_told(msp: Msp) -> None:
    assert told(msp, "sync-schedule") == "Seatbot has recorded no sync yet."
    sync(msp, "bob@acme.test", Status.INACTIVE, msp.clock())
    assert told(msp, "sync-schedule") == "The latest syncs that changed something: Acme (24 Nov 2026 13:00)."


def test_the_next_syncs_are_told_but_for_those_that_are_due(msp: Msp) -> None:
    acme = msp.account("Acme")
    by: Any = {"identify": tenant_of, "actor": "t", "clock": msp.clock}
    connections.connect(msp.session, msp.workspace, acme, Source.M365, "acme.test", options=Options(), **by)
    [due] = figures(msp, "sync-schedule").nexts
    assert (due.account, due.at) == ("Acme", schedule.next_daily(acme.id, msp.clock()))
    said = told(msp, "sync-schedule")
    assert said.startswith("Seatbot has recorded no sync yet. Seatbot’s next daily syncs: Acme (2")
    assert "Prochaines synchronisations quotidiennes de Seatbot\u00a0: Acme (" in told(msp, "sync-schedule", "fr")
    msp.clock.now = due.at
    assert figures(msp, "sync-schedule").nexts == ()


@pytest.mark.parametrize("locale", ["en", "fr"])
@pytest.mark.parametrize("topic", live.FIGURES)
def test_every_topic_with_figures_tells_them_also_where_there_is_nothing_yet(
    session: Any, workspace: Any, clock: Any, topic: str, locale: str
) -> None:
    found = live.figures(session, workspace, topic, clock())
    said = faq_view.live(Texts(locale, workspace.calendar.zone), workspace, topic, found)
    assert said
    assert not any("{" in one for one in said)


def test_a_question_that_names_a_person_leads_to_their_story(msp: Msp) -> None:
    reply = ask(msp, "why is ann@acme.test active again?")
    assert reply.topic
    assert reply.topic.id == "reactivated-by-sync"
    assert [story.person.account for story in reply.named.stories] == ["Acme", "Blue"]
    assert ask(msp, "why is nobody@acme.test active again?").named.stories == ()


@pytest.mark.parametrize(
    "address", ["ann@acme.test?", "“ann@acme.test”", "a\0nn@acme.test ann@acme.test", "?@? Ann@Acme.test!"]
)
def test_a_person_is_found_among_the_marks_of_a_sentence(msp: Msp, address: str) -> None:
    assert len(ask(msp, f"why is there a seat for {address}").named.stories) == 2


def test_an_accounts_name_within_other_words_is_left_there(msp: Msp) -> None:
    msp.accounts("act,active,2026-09-01")
    question = "does act differ in active and inactive users?"
    meant = answers.account_in(msp.session, msp.workspace, question)
    assert (
        answers.matched(msp.session, msp.workspace, question, "en", meant)
        == ask(msp, question.replace(" act ", " Acme ")).match
    )


def test_a_question_that_names_an_account_leads_to_its_report(msp: Msp) -> None:
    reply = ask(msp, "pourquoi acme est si cher ?")
    assert (reply.locale, reply.topic and reply.topic.id) == ("fr", "peak-vs-current")
    assert reply.named.account
    assert reply.named.account.name == "Acme"
    assert reply.named.report
    assert reply.named.report.peak == 2


def test_a_word_that_is_also_an_accounts_name_is_a_word_unless_written_like_the_name(msp: Msp) -> None:
    msp.accounts("Billing,active,2026-09-01", "Blue Sky,active,2026-09-01")
    assert ask(msp, "how does billing work?").named.account is None
    assert (found := ask(msp, "how does Billing work?").named.account)
    assert found.name == "Billing"
    assert (found := ask(msp, "is blue sky on trial?").named.account)
    assert found.name == "Blue Sky"  # the longest name wins


def test_an_msps_own_answer_takes_the_place_of_the_bots(msp: Msp) -> None:
    mine = Topic("trials", "en", "Are trials billed?", "Ask Ben.", phrasings=("ben and the trials",))
    own.save(msp.session, msp.workspace, [mine], actor="t", clock=msp.clock)
    reply = ask(msp, "Are trial accounts billed?")
    assert reply.topic
    assert (reply.topic.answer, reply.figures is not None) == ("Ask Ben.", True)
    assert ask(msp, "Les comptes en essai sont-ils facturés ?").topic != reply.topic


def test_an_own_topic_answers_at_once_and_is_gone_at_once(msp: Msp) -> None:
    question = "when does our service desk open in the morning?"
    assert ask(msp, question).topic is None
    mine = Topic("own-hours", "en", "When is the desk open?", "At 8.", phrasings=("opening hours of the service desk",))
    own.save(msp.session, msp.workspace, [mine], actor="t", clock=msp.clock)
    assert (found := ask(msp, question).topic)
    assert found.id == "own-hours"
    own.remove(msp.session, msp.workspace, "own-hours", actor="t", clock=msp.clock)
    assert ask(msp, question).topic is None
