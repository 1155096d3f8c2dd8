"""/seats report, all the way."""

from typing import Any

import pytest

from bot.playground.team import BILLING, CAMILLE, GRACE, NADIA, TOM
from bot.services import pricing, workspaces
from tests.integration.commands.conftest import Team


def kinds(answer: dict[str, Any]) -> list[str]:
    return [block["type"] for block in answer["blocks"]]


def rows(answer: dict[str, Any]) -> list[list[str]]:
    [table] = [block for block in answer["blocks"] if block["type"] == "table"]
    return [[cell["text"] for cell in row] for row in table["rows"]]


def test_a_reader_sees_counts_peak_and_the_largest_clients(team: Team) -> None:
    answer = team.say(TOM, "report")
    assert "Northwind MSP: peak 5" in answer["text"]
    assert "Billing period 27 Oct 2026 to 26 Nov 2026 (Europe/Paris), running." in answer["text"]
    assert "first reached on 27 Oct 2026 00:00" in answer["text"]
    assert kinds(answer) == ["header", "section", "data_visualization", "table", "actions", "actions"]
    assert (
        "If nothing changes, the bill will be for 5 users.\nEstimate, on the course of the last days: about 5 users"
        in (answer["text"])
    )
    assert rows(answer) == [
        ["Account", "Status", "Counted now", "Peak", "Change in peak"],
        ["Acme", "active", "3", "3", "0"],
        ["Globex", "active", "2", "2", "0"],
        ["All (2 accounts)", "–", "5", "5", "0"],
    ]


def test_the_clients_that_changed_most_come_first_and_the_chart_has_the_period_before(team: Team) -> None:
    team.seed("Blue,active,2026-01-01", "\n".join(f"Blue,b{n}@blue.example,active,2026-11-0{n}" for n in range(1, 5)))
    team.seed("", "Globex,old@globex.example,active,2026-10-02\nGlobex,old@globex.example,inactive,2026-10-20")
    answer = team.say(GRACE, "report")
    assert [row[0] for row in rows(answer)][1:-1] == ["Blue", "Globex", "Acme"]
    assert [row[4] for row in rows(answer)][1:] == ["+4", "−1", "0", "+3"]
    assert "The peak of the period before was 6; the difference is +3." in answer["text"]
    [chart] = [block["chart"] for block in answer["blocks"] if block["type"] == "data_visualization"]
    assert [one["name"] for one in chart["series"]] == ["Counted users", "The period before"]
    now, before = [[point["value"] for point in one["data"]] for one in chart["series"]]
    assert (len(now), now[0], now[-1]) == (15, 5, 9)
    assert before == [5, 5, *[6] * 10, 5, 5, 5]
    assert "The peak of the period before was 3; the difference is −1." in team.say(GRACE, "report globex")["text"]
    assert (
        "Le pic de la période précédente était de 0\u00a0; l’écart est de +4."
        in team.say(NADIA, "rapport blue")["text"]
    )


def price(team: Team, **asked: str) -> None:
    wanted = pricing.wanted(team.workspace, **asked)  # type: ignore[arg-type]
    team.workspace, _ = workspaces.change(team.session, team.workspace, actor="t", clock=team.clock, prices=wanted)


def test_with_a_price_there_is_money_in_the_readers_own_way(team: Team) -> None:
    price(team, price="4.50", currency="EUR")
    answer = team.say(GRACE, "report")
    assert "At €4.50 a user, the bill so far is €22.50." in answer["text"]
    assert "the bill will be for 5 users (€22.50)." in answer["text"]
    assert rows(answer) == [
        ["Account", "Counted now", "Peak", "Change in peak", "Cost"],
        ["Acme", "3", "3", "0", "€13.50"],
        ["Globex", "2", "2", "0", "€9.00"],
        ["All (2 accounts)", "5", "5", "0", "€22.50"],
    ]
    price(team, resale="7")
    assert rows(team.say(NADIA, "rapport"))[0] == ["Compte", "Pic", "Évolution du pic", "Coût", "Rapporte"]
    text = team.say(NADIA, "rapport acme")["text"]
    assert "comptés au pic de tous les comptes\u00a0: 13,50\u00a0€.\nÀ son prix de revente, ils rapportent" in text
    assert "If nothing changes, its peak will be 3." in team.say(GRACE, "report acme")["text"]
    assert "At €4.50 a user, the bill is €22.50." in team.say(GRACE, "report last")["text"]


def test_a_french_reader_sees_it_in_french_and_in_their_own_zone(team: Team) -> None:
    answer = team.say(NADIA, "rapport")
    assert "Northwind MSP\u00a0: pic de 5" in answer["text"]
    assert "atteint pour la première fois le 27 oct. 2026 à 00:00." in answer["text"]
    assert rows(answer)[-1][0] == "Ensemble (2 comptes)"


def test_the_sum_of_the_accounts_peaks_is_told_with_the_reason_where_it_differs(team: Team) -> None:
    team.say(GRACE, "deactivate ann@acme.example")
    team.clock.advance(days=4)
    team.seed("", "Globex,new1@globex.example,active,\nGlobex,new2@globex.example,active,")
    team.say(GRACE, "deactivate zoe@globex.example new1@globex.example")
    team.clock.advance(minutes=5)
    team.seed("", "Acme,new@acme.example,active,\nAcme,new2@acme.example,active,")
    answer = team.say(GRACE, "report")
    assert "peak 6" in answer["text"]
    assert "The accounts’ own peaks add up to 8, since they were not reached at one instant" in answer["text"]


@pytest.mark.parametrize("words", ["report acme", "report in Acme current", "rapport dans « Acme »"])
def test_one_account_by_its_name_in_any_case(team: Team, words: str) -> None:
    answer = team.say(GRACE, words)
    assert "Acme: peak 3" in answer["text"]
    assert "Status: active; 3 active users." in answer["text"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("report last", "Billing period 27 Sep 2026 to 26 Oct 2026 (Europe/Paris), over."),
        ("report all 2026-02", "Billing period 27 Feb 2026 to 26 Mar 2026 (Europe/Paris), over."),
        ("report 2026-02-26", "Billing period 27 Jan 2026 to 26 Feb 2026 (Europe/Paris), over."),
        ("report Globex dernière", "At its end 2 users were counted."),
    ],
)
def test_periods_are_named_in_several_ways(team: Team, words: str, says: str) -> None:
    assert says in team.say(GRACE, words)["text"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("report 2026-13", "“2026-13” is no billing period."),
        ("report 2027-01", "“2027-01” has not begun yet."),
        ("report 12/2026", "“12/2026” is no billing period."),
        ("report Acmee", "No account is called “Acmee”. Did you mean Acme?"),
        ("report zzz", "No account is called “zzz”."),
        ('report "Acme', "A quotation mark is not closed."),
    ],
)
def test_what_cannot_be_reported_is_refused_with_what_to_do(team: Team, words: str, says: str) -> None:
    assert says in team.say(GRACE, words)["text"]


def test_a_name_that_two_accounts_could_mean_is_refused(team: Team) -> None:
    team.seed("Acme North,active,2026-01-01\nNorth Star,active,2026-01-01")
    assert team.say(GRACE, "report north")["text"] == (
        "“north” could be Acme North and North Star. Give the whole name."
    )


def test_a_name_with_a_typographic_apostrophe_is_found_however_it_is_typed(team: Team) -> None:
    team.seed("L'Atelier,active,2026-01-01\nL’Hôtel,active,2026-01-01")
    assert "L'Atelier: peak 0" in team.say(GRACE, "report L’Atelier")["text"]
    assert "L’Hôtel: peak 0" in team.say(GRACE, "report l'hôtel")["text"]


@pytest.mark.parametrize("name", ["<!channel>", "<!here|x> &lt;", "`code` *bold*", "<https://evil.example|click>"])
def test_a_forged_mention_in_a_name_stays_a_name(team: Team, name: str) -> None:
    team.seed(f"{name},active,2026-01-01", f"{name},p@x.example,active,2026-01-01")
    for answer in (team.say(GRACE, "report"), team.say(GRACE, "deactivate p@x.example"), team.say(GRACE, "undo")):
        text = answer["text"].replace("<@U0GRACE001>", "")  # who made the change that is undone
        assert "<" not in text
        marked = [block["text"]["text"] for block in answer["blocks"] if block.get("text", {}).get("type") == "mrkdwn"]
        assert not any("<" in one.replace("<@U0GRACE001>", "") for one in marked)


def test_right_to_left_marks_emoji_and_endless_names_do_no_harm(team: Team) -> None:
    team.seed(f"\u202eevil\u2066,active,2026-01-01\n{'x' * 500},active,2026-01-01\n🦄 :unicorn:,active,2026-01-01")
    answer = team.say(GRACE, "report")
    assert "\u202e" not in str(answer)
    assert any("🦄" in row[0] for row in rows(answer))
    assert max(len(row[0]) for row in rows(answer)) <= 100


def test_three_thousand_accounts_show_the_twenty_largest_and_the_total(team: Team) -> None:
    names = [f"Client {number:04} {'ü' * 70}" for number in range(3000)]
    team.seed(
        "\n".join(f"{name},active,2026-01-01" for name in names),
        "\n".join(f"{name},u@{number}.example,active,2026-01-01" for number, name in enumerate(names)),
    )
    for person, total in ((GRACE, "All (3,002 accounts)"), (CAMILLE, "Ensemble (3\u202f002 comptes)")):
        answer = team.say(person, "report")
        assert len(rows(answer)) == 22
        count = rows(answer)[-1][2]
        assert rows(answer)[-1] == [total, "–", count, count, "0"]


def test_a_redelivered_report_gets_the_same_answer(team: Team) -> None:
    envelope = team.send(GRACE, "report")
    team.slack.redeliver_last()
    team.slack.wait_until_answered()
    first, second = team.slack.answers(envelope)
    assert first == second


class TestCountedMoreThanOnce:
    """both@shared.example is in Acme and in Globex."""

    TOLD = (
        "At the peak 1 person was counted in more than one account, which makes 1 seat too many: "
        "both@shared.example (Acme and Globex). usecure bills each account’s user."
    )

    def test_the_report_names_them_and_a_button_lists_them_with_the_way_back(self, team: Team) -> None:
        assert self.TOLD in team.say(TOM, "report")["text"]
        assert team.press(TOM, "open_repeated").startswith(
            "1 person counted in more than one account on 27 Oct 2026 00:00 (Europe/Paris)\nusecure bills"
        )
        [message] = team.slack.messages_seen_by(TOM.id, BILLING.id)[-1:]
        assert rows({"blocks": message.blocks}) == [
            ["Address", "Name", "Seats", "Accounts"],
            ["both@shared.example", "–", "2", "Acme, Globex"],
        ]
        [(option, label)] = [
            (option["value"], option["text"]["text"])
            for block in message.blocks
            for element in block.get("elements", [])
            for option in element.get("options", [])
        ]
        assert label == "both@shared.example"
        team.slack.choose(TOM.id, message.ts, "choose_person", option)
        team.slack.wait_until_answered()
        assert team.latest(TOM).startswith("both@shared.example is in 2 accounts")
        assert "1 person counted in more than one account" in team.press(TOM, "open_back")
        assert self.TOLD in team.press(TOM, "open_back")
        assert team.refused() == []

    def test_a_french_reader_reads_it_in_french(self, team: Team) -> None:
        assert (
            "Au pic, 1 personne était comptée dans plusieurs comptes, soit 1 siège de trop\u00a0: "
            "both@shared.example (Acme et Globex)."
        ) in team.say(NADIA, "rapport")["text"]
        assert team.press(NADIA, "open_repeated", "Personnes comptées plusieurs fois").startswith(
            "1 personne comptée dans plusieurs comptes le 27 oct. 2026 à 00:00\n"
        )

    def test_it_is_that_of_the_peak_though_it_is_mended_since(self, team: Team) -> None:
        team.clock.advance(minutes=1)
        team.say(GRACE, "deactivate both@shared.example in Globex")
        assert self.TOLD in team.say(GRACE, "report")["text"]
        team.clock.advance(days=4)
        assert "more than one account" not in team.say(GRACE, "report")["text"]
        assert "open_repeated" not in str(team.say(GRACE, "report"))

    def test_nothing_is_said_of_a_period_in_which_nobody_was_counted_nor_of_one_account(self, team: Team) -> None:
        for words in ("report 2025-12", "report acme"):
            answer = team.say(GRACE, words)
            assert "more than one account" not in answer["text"]
            assert "open_repeated" not in str(answer["blocks"])

    def test_a_long_list_has_pages_and_goes_whole_into_a_file(self, team: Team) -> None:
        team.seed(
            "",
            "\n".join(
                f"{account},u{number:02}@x.example,active,2026-02-01"
                for account in ("Acme", "Globex")
                for number in range(45)
            ),
        )
        text = team.say(TOM, "report")["text"]
        assert "46 people were counted in more than one account, which makes 46 seats too many" in text
        assert "u00@x.example (Acme and Globex), u01@x.example (Acme and Globex), and 43 more." in text
        team.press(TOM, "open_repeated")
        team.press(TOM, "page_next")
        assert "21 to 40 of 46" in str(team.slack.messages_seen_by(TOM.id, BILLING.id)[-1].blocks)
        assert "file is in your direct messages" in team.press(TOM, "csv")
