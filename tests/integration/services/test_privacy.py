"""Forgetting: domain.md, Privacy."""

from sqlalchemy import insert, select

from bot.services import log, privacy, workspaces
from bot.services.errors import AdminsOnly
from bot.services.faq import unanswered
from bot.services.privacy import Forgotten
from db.models import CHANGE, FAQ_QUESTION, LOG_ENTRY, OFFER, USER, FaqOutcome
from tests.integration.services.conftest import Msp


def forget(msp: Msp, email: str) -> Forgotten:
    return privacy.forget(msp.session, msp.workspace, email, actor="t", clock=msp.clock)


def test_texts_that_name_the_person_are_emptied_in_any_spelling(msp: Msp) -> None:
    msp.users("Acme,eve@acme.test,active,2026-10-01,Ève Ünal", columns="account,email,status,at,name")
    refusal = AdminsOnly(admins=[])
    for asked in ("deactivate EVE@ACME.TEST", "deny add E\u0300ve u\u0308nal", "deactivate bob@acme.test"):
        log.refused(msp.session, msp.workspace, "U1", asked, refusal, msp.clock)
    offer = {"workspace_id": msp.workspace.id, "actor": "U1", "offered_at": msp.clock()}
    commands = {"1": "deactivate eve@acme.test", "2": "deactivate bob@acme.test"}
    msp.session.execute(insert(OFFER), [offer | {"id": id_, "command": said} for id_, said in commands.items()])
    msp.session.commit()
    msp.deactivate("eve@acme.test")
    msp.deactivate("bob@acme.test", reason="ÈVE ÜNAL does it")
    assert forget(msp, "Eve@acme.test").texts == 4
    asked = msp.session.execute(select(LOG_ENTRY.c.asked).order_by(LOG_ENTRY.c.id)).scalars()
    assert list(asked) == [None, None, "deactivate bob@acme.test"]
    stored = msp.session.execute(select(OFFER.c.command).order_by(OFFER.c.id)).scalars()
    assert list(stored) == [None, "deactivate bob@acme.test"]
    assert set(msp.session.execute(select(CHANGE.c.reason)).scalars()) == {None}


def test_a_person_is_forgotten_in_every_account_and_no_figure_moves(msp: Msp) -> None:
    for account in ("Acme", "Blue"):
        msp.deactivate("ann@acme.test", account=msp.account(account))
    before = msp.report()
    assert forget(msp, "ann@acme.test").users == 2
    assert msp.report() == before
    msp.verify()
    blanked = select(USER).where(USER.c.email_key.is_(None))
    assert [(row.email, row.name, row.external_id) for row in msp.session.execute(blanked)] == [(None, None, None)] * 2
    assert forget(msp, "ann@acme.test") == Forgotten(None, 0, 0, 0)


def test_two_people_of_one_account_can_both_be_forgotten(msp: Msp) -> None:
    msp.deactivate("bob@acme.test")
    forget(msp, "bob@acme.test")
    forget(msp, "cid@acme.test")
    assert msp.report().current == 1
    msp.verify()


def test_a_person_of_another_workspace_is_not_forgotten(msp: Msp) -> None:
    other = workspaces.create(msp.session, workspaces.check("Contoso"))
    found = privacy.forget(msp.session, other, "bob@acme.test", actor="t", clock=msp.clock)
    assert found.change is None
    assert msp.statuses()["bob"] == "active"


def test_questions_hold_no_address_to_forget_and_those_that_name_the_person_go(msp: Msp) -> None:
    msp.users("Acme,eve@acme.test,inactive,2026-10-01,Ève Ünal", columns="account,email,status,at,name")
    for text in ("why is EVE@acme.test billed", "why is ÈVE U\u0308nal billed", "why is Steve billed"):
        unanswered.note(
            msp.session,
            msp.workspace,
            key=text,
            text=text,
            locale="en",
            outcome=FaqOutcome.UNANSWERED,
            now=msp.clock(),
        )
    texts = select(FAQ_QUESTION.c.text).order_by(FAQ_QUESTION.c.text)
    kept = msp.session.execute(texts).scalars().all()
    assert not any("eve@" in text.lower() for text in kept)
    assert forget(msp, "eve@acme.test").texts == 1
    assert sorted(msp.session.execute(texts).scalars()) == ["why is Steve billed", "why is …@… billed"]
