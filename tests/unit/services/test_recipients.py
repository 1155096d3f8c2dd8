"""Whom words name, for digests and for warnings."""

import pytest

from bot.services import recipients
from bot.services.errors import BadChannel, NoRecipient
from bot.services.recipients import Recipient


@pytest.mark.parametrize("asked", ["", "#", "two words", "<!channel>", "#" + "x" * 81])
def test_what_is_no_channel_is_refused(asked: str) -> None:
    with pytest.raises(BadChannel):
        recipients.channel(asked)
    with pytest.raises(NoRecipient):
        recipients.named(asked)


@pytest.mark.parametrize("name", [recipients.channel, recipients.named])
def test_a_channel_is_meant_by_its_id_or_its_name(name: type) -> None:
    assert name(" C0BILLING1") == name("#C0BILLING1") == Recipient("C0BILLING1", "C0BILLING1")
    assert name("#Billing ") == name("#billing") == Recipient("#billing", "#billing")
    assert not name("#billing").is_person


def test_a_bare_name_is_a_channels_only_where_nobody_else_can_be_meant() -> None:
    assert recipients.channel("Billing") == Recipient("#billing", "#billing")
    with pytest.raises(NoRecipient):
        recipients.named("Billing")


@pytest.mark.parametrize("asked", ["U0GRACE001", "@U0GRACE001"])
def test_a_person_is_meant_by_the_id(asked: str) -> None:
    assert recipients.named(asked) == Recipient("U0GRACE001", "U0GRACE001")
    assert recipients.named(asked).is_person
