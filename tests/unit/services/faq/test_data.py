"""The topics' texts: each answer carries its facts in both languages, and the phrasings are what they should be."""

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest

from bot.services.faq import fit, model, question, topics
from bot.services.faq.topics import Topic
from bot.services.workspaces import LOCALES
from tests.faq.evaluation import held_back

FACTS = {
    "how-billing-works": (
        ["peak", "active user", "all your client accounts", "trial", "month"],
        ["pic", "utilisateurs actifs", "tous vos comptes clients", "essai", "mois|mensuel"],
    ),
    "pricing-and-licence": (["distributor"], ["distributeur"]),
    "whats-included": (["uLearn", "uPhish", "uBreach", "uPolicy"], ["uLearn", "uPhish", "uBreach", "uPolicy"]),
    "resale-price": (
        ["service", "customi[sz]", "account manager"],
        ["service", "personnalis", "gestionnaire de compte"],
    ),
    "active-user-definition": (
        ["could", "billable", "receive nothing"],
        ["pourrai|peut|peuvent", "facturable|facturé", "ne reçoi"],
    ),
    "charity-discount": (["distributor"], ["distributeur"]),
    "active-vs-inactive": (
        ["billable", "not billable", "Inactive", "Users page"],
        ["factur", "pas factur", "Inactif", "Utilisateurs"],
    ),
    "how-users-become-inactive": (
        ["by hand", "sync", "deny list", "groups"],
        ["à la main", "synchronisation", "liste d’exclusion", "groupes"],
    ),
    "reactivated-by-sync": (["sync pool", "by hand", "deny list"], ["périmètre", "à la main", "liste d’exclusion"]),
    "deny-list": (
        ["CSV", "one by one", "next sync", r"\{root\} deny add"],
        ["CSV", "une par une", "prochaine synchronisation", r"\{root\} exclure ajouter"],
    ),
    "leavers": (
        ["directory", "groups", "inactive", "deny list"],
        ["annuaire", "groupes", "inactif", "liste d’exclusion"],
    ),
    "trials": (["free trial", "conver", "peak"], ["essai", "conver", "pic"]),
    "when-changes-take-effect": (
        ["next period", "no pro rata", "27"],
        ["période suivante|prochaine période", "prorata", "27"],
    ),
    "billing-date": (["day of the month", "created", "pro rata"], ["jour du mois", "cré", "prorata"]),
    "peak-vs-current": (["highest", "peak", "next period"], ["plus (grand|élevé|haut)", "pic", "période suivante"]),
    "pause-billing": (
        ["inactive", "revoke", "authori[sz]ation", "deny list"],
        ["désactivez", "révoquez", "autorisation", "liste d’exclusion"],
    ),
    "bulk-discounts": (["100", "distributor", "account manager"], ["100", "distributeur", "gestionnaire de compte"]),
    "minimum-commitment": (["no minimum"], ["ni achat minimum ni durée"]),
    "invoices": (["distributor", "uService", "card"], ["distributeur", "uService", "carte"]),
    "duplicate-users": (["once in each", "account"], ["une fois dans chacun", "compte"]),
    "shared-mailboxes": (
        ["pool", "active", "deny list", "group"],
        ["périmètre", "acti", "liste d’exclusion", "groupes"],
    ),
    "sync-schedule": (
        ["once a day|daily", "any time", r"\{root\} sync"],
        ["une fois par jour|quotidien", "à tout moment", r"\{root\} synchro"],
    ),
    "who-to-contact": (
        ["distributor", "price", "licen", "account manager", "resale|sell"],
        ["distributeur", "prix", "licence", "gestionnaire de compte", "revente|revend"],
    ),
}
"""What faq-topics.md says that each answer must carry."""
PHRASINGS = fit.texts()


@pytest.mark.parametrize(("id_", "locale"), [(id_, locale) for id_ in FACTS for locale in LOCALES])
def test_an_answer_carries_its_facts(id_: str, locale: str) -> None:
    answer = " ".join(topics.builtin()[id_, locale].answer.split())
    for fact in FACTS[id_][LOCALES.index(locale)]:
        assert re.search(fact, answer, re.IGNORECASE), fact


@pytest.mark.parametrize("topic", topics.builtin().values(), ids=lambda topic: f"{topic.id}-{topic.locale}")
def test_a_topic_is_whole(topic: Topic) -> None:
    assert topic.id in FACTS
    assert len(topic.phrasings) >= 50
    without_codes = re.sub(r"`[^`]*`|\.{3}", "", topic.answer)
    assert 1 <= len(re.findall(r"[.!?…](?:\s|$)", without_codes)) <= 5
    assert set(topic.related) <= set(FACTS) - {topic.id}
    assert 1 <= len(topic.related) <= 3
    assert topic.related == topics.builtin()[topic.id, "en"].related
    assert topic.ask == topics.builtin()[topic.id, "en"].ask


def test_there_are_all_topics_in_both_languages() -> None:
    assert set(topics.builtin()) == {(id_, locale) for id_ in FACTS for locale in LOCALES}


@pytest.mark.parametrize("locale", LOCALES)
def test_there_are_many_questions_that_no_topic_answers(locale: str) -> None:
    assert len(topics.off_topic(locale)) >= 300


def test_the_model_was_fitted_to_these_phrasings() -> None:
    """After a change of the topics: make faq-fit."""
    assert model.load().data == fit.hash_of(PHRASINGS)


def key(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", question.without_accents(text.replace("’", "'"))))


def pieces(text: str) -> set[str]:
    return {f" {text} "[at : at + 3] for at in range(len(text))}


def test_no_phrasing_stands_twice() -> None:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in PHRASINGS:
        found[one.locale, key(one.text) or one.text].append(one.text)
    assert [texts for texts in found.values() if len(texts) > 1] == []


def shapes(text: str) -> Iterator[str]:
    """A sentence of five words or more with one of them left out."""
    words = key(text).split()
    if len(words) >= 5:
        for at in range(len(words)):
            yield " ".join([*words[:at], "*", *words[at + 1 :]])


def test_no_phrasings_are_one_sentence_with_another_word() -> None:
    found: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for one in PHRASINGS:
        for shape in shapes(one.text):
            found[one.locale, one.topic, shape].add(one.text)
    assert [texts for texts in found.values() if len(texts) > 1] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_no_question_of_the_evaluation_is_nearly_a_phrasing(locale: str) -> None:
    known = [(pieces(key(one.text)), one.text) for one in PHRASINGS if one.locale == locale]
    by_piece: dict[str, list[int]] = defaultdict(list)
    for number, (those, _) in enumerate(known):
        for piece in those:
            by_piece[piece].append(number)
    alike = []
    for asked in held_back():
        if asked.locale == locale:
            mine = pieces(key(asked.text))
            # Whoever shares three quarters of the pieces has one of any that are more than a quarter.
            rare = sorted(mine, key=lambda piece: len(by_piece[piece]))[: len(mine) // 4 + 1]
            for number in {number for piece in rare for number in by_piece[piece]}:
                those, text = known[number]
                if 0.75 <= len(mine) / len(those) <= 1 / 0.75 and len(mine & those) >= 0.75 * len(mine | those):
                    alike.append((asked.text, text))
    assert alike == []


def test_the_evaluation_asks_enough_of_every_topic() -> None:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for asked in held_back():
        counts[asked.topic, asked.locale] += 1
    assert set(counts) == {(id_, locale) for id_ in (*FACTS, "-") for locale in LOCALES}
    assert min(counts.values()) >= 15
    assert min(counts["-", locale] for locale in LOCALES) >= 150
