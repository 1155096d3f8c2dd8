"""The forms, a line each."""

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

FORMS: tuple[Form, ...] = (
    person.FORM,
    what_if.FORM,
    people.DEACTIVATE,
    people.ACTIVATE,
    deny.ADD,
    deny.IMPORT,
    account.ADD,
    account.STATUS,
    imports.ACCOUNTS,
    imports.PEOPLE,
    connect.M365,
    connect.GOOGLE,
    reconcile.FORM,
    digest.FORM,
    warning.FORM,
    topic.FORM,
    settings.FORM,
    prices.FORM,
)
BY_NAME = {form.name: form for form in FORMS}
