"""The forms, a line each, in the groups in which Home shows them."""

from bot.commands.forms import (
    account,
    connect,
    deny,
    digest,
    imports,
    people,
    person,
    prices,
    reconcile,
    settings,
    topic,
    warning,
    what_if,
)
from bot.commands.forms.form import Form
from bot.services.errors import N_

GROUPS: tuple[tuple[str, tuple[Form, ...]], ...] = (
    (N_("People"), (person.FORM, what_if.FORM, people.DEACTIVATE, people.ACTIVATE, imports.PEOPLE)),
    (N_("Accounts"), (account.ADD, account.STATUS, imports.ACCOUNTS)),
    (N_("Deny lists"), (deny.ADD, deny.IMPORT)),
    (N_("Directories"), (connect.M365, connect.GOOGLE)),
    (N_("The bill"), (reconcile.FORM, prices.FORM)),
    (N_("Posts and answers"), (digest.FORM, warning.FORM, topic.FORM)),
    (N_("Seatbot itself"), (settings.FORM,)),
)
FORMS = tuple(form for _, group in GROUPS for form in group)
BY_NAME = {form.name: form for form in FORMS}
