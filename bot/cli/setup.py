"""The store, its workspaces, and whether all is well."""

from typing import Annotated

import typer

from bot.cli.call import AsJson, WorkspaceName, opened, read_settings, texts_for, told

setup = typer.Typer()


@setup.command()
def init(
    name: str,
    billing_day: Annotated[int | None, typer.Option("--billing-day", help="1 to 31; 1 if not given.")] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help="Such as Europe/Paris; UTC if not given.")] = None,
    locale: Annotated[str | None, typer.Option("--locale", help="en or fr; en if not given.")] = None,
    slack_team: Annotated[str | None, typer.Option("--slack-team", help="The id of the Slack team, T….")] = None,
    as_json: AsJson = False,
) -> None:
    """Create the store, or bring it up to date, and a workspace."""
    from sqlmodel import Session

    from bot.services import workspaces
    from bot.services.errors import WorkspaceExists
    from bot.services.store import create_store
    from bot.views.terminal import Terminal
    from bot.views.texts import shown

    settings = None
    with told(lambda: texts_for(settings)):
        settings = read_settings()
        wanted = workspaces.check(
            name,
            1 if billing_day is None else billing_day,
            "UTC" if timezone is None else timezone,
            "en" if locale is None else locale,
            slack_team,
        )
        engine = create_store(settings.database_url)
        try:
            with Session(engine, expire_on_commit=False) as session:
                try:
                    workspace, created = workspaces.create(session, wanted), True
                except WorkspaceExists:
                    workspace, created = workspaces.find(session, name), False
                    if any(option is not None for option in (billing_day, timezone, locale, slack_team)):
                        raise  # it may be another one that is meant
        finally:
            engine.dispose()
        out, texts = Terminal(as_json=as_json), texts_for(settings, workspace)
        if as_json:
            calendar = workspace.calendar
            out.document(
                {
                    "workspace": workspace.name,
                    "billing_day": calendar.billing_day,
                    "timezone": calendar.zone.key,
                    "locale": workspace.locale,
                    "slack_team": workspace.slack_team,
                    "created": created,
                }
            )
        elif created:
            out.line(texts.say("Created {name}. Next: seatbot import accounts FILE.csv", name=shown(workspace.name)))
        else:
            out.line(texts.say("{name} exists already; the store is up to date.", name=shown(workspace.name)))


@setup.command(name="set")
def set_(
    billing_day: Annotated[int | None, typer.Option("--billing-day", help="1 to 31.")] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help="Such as Europe/Paris.")] = None,
    locale: Annotated[str | None, typer.Option("--locale", help="en or fr.")] = None,
    correct: Annotated[bool, typer.Option("--correct", help="Compute past periods anew.")] = False,
    price: Annotated[
        str | None,
        typer.Option(
            "--price", metavar="AMOUNT|TIERS.csv", help="What a user costs you in a period; none for no price."
        ),
    ] = None,
    currency: Annotated[str | None, typer.Option("--currency", help="Of all prices, such as EUR.")] = None,
    resale: Annotated[
        str | None, typer.Option("--resale", metavar="AMOUNT", help="What a user brings you; none for no price.")
    ] = None,
    account: Annotated[
        str | None, typer.Option("--account", help="Whose resale price it is; else all clients'.")
    ] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Change the billing day, the time zone, the language or the prices."""
    from bot.services import pricing, workspaces
    from bot.views import changes

    if account is not None and resale is None:
        raise typer.BadParameter("--account says whose --resale price it is: give both.")
    with opened(workspace, as_json) as call:
        prices = pricing.wanted(
            call.workspace, price=price, currency=currency, resale=resale, account=call.account(account)
        )
        _, change = workspaces.change(
            call.session,
            call.workspace,
            actor=call.actor,
            clock=call.clock,
            billing_day=billing_day,
            timezone=timezone,
            locale=locale,
            correct=correct,
            prices=prices,
        )
        if as_json:
            call.out.document({"change": str(change), "changed": []})
        else:
            call.out.parts(changes.number(call.texts, change))


@setup.command()
def verify(workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Rebuild everything derived from the ledger and compare; 1 and a list where anything differs."""
    from bot.services.billing import verify as check
    from bot.views import differences as views
    from bot.views import documents

    with opened(workspace, as_json) as call:
        differences = check.differences(call.session, call.workspace)
        if as_json:
            call.out.document(documents.differences(call.workspace, differences))
        else:
            for difference in differences:
                call.out.line(views.line(call.texts, difference))
            if not differences:
                call.out.line(call.texts.say("Clean: everything derived agrees with the ledger."), "green")
        if differences:
            raise typer.Exit(1)


@setup.command()
def check(as_json: AsJson = False) -> None:
    """Show every setting with its source, and what is missing for a real workspace."""
    from dataclasses import asdict

    from bot.check import findings
    from bot.clock import system_clock
    from bot.views.console import lists
    from bot.views.terminal import Terminal

    settings = None
    with told(lambda: texts_for(settings)):
        settings = read_settings()
        texts = texts_for(settings)
        found = list(findings(settings, texts, system_clock()))
        out = Terminal(as_json=as_json)
        if as_json:
            out.document([asdict(one) for one in found])
        else:
            lists.check(out, texts, found)
        if any(one.fault for one in found):
            raise typer.Exit(1)


@setup.command()
def manifest(
    url: Annotated[
        str | None, typer.Option("--url", help="Where Slack reaches this deployment, https://…; without, Socket Mode.")
    ] = None,
) -> None:
    """Print the Slack app's manifest for this deployment."""
    from bot.manifest import printed
    from bot.views.terminal import Terminal

    settings = None
    with told(lambda: texts_for(settings)):
        settings = read_settings()
        Terminal().line(printed(settings, url).rstrip())
