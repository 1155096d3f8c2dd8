"""users.*"""

from bot.playground.methods.calls import Arguments, Method, page
from bot.playground.slack import LocalSlack
from bot.playground.team import SLACKBOT, Person
from bot.playground.wire import Json

MOST = 1_000


def users_info(slack: LocalSlack, arguments: Arguments) -> Json:
    """One person, with the language if it is asked for."""
    user_id = arguments.required("user")
    if user_id == slack.team.bot_user_id:
        return {"user": _own_bot(slack)}
    if user_id == SLACKBOT:
        return {"user": _slackbot(slack)}
    return {"user": _user(slack, slack.person(user_id), arguments.flag("include_locale"))}


def users_list(slack: LocalSlack, arguments: Arguments) -> Json:
    """Everybody, Slackbot and bots among them; all on one page without a `limit`."""
    with_locale = arguments.flag("include_locale")
    people = [_user(slack, person, with_locale) for person in (*slack.people.values(), *slack.bots.values())]
    members = [*people, _own_bot(slack), _slackbot(slack)]
    shown, cursor = page(members, arguments, MOST, MOST)
    return {
        "members": shown,
        "cache_ts": int(slack.clock().timestamp()),
        "response_metadata": {"next_cursor": cursor},
    }


def _user(slack: LocalSlack, person: Person, with_locale: bool) -> Json:
    user = person.as_user(slack.team.id, slack.clock(), with_locale)
    if "users:read.email" in slack.scopes and not person.is_bot:
        user["profile"]["email"] = f"{person.name}@northwind.example"
    if person.team_id:
        # Slack calls a stranger only who shares no channel with the app; of the others just the team is another.
        shared = any(one.holds(person) and one.has_app and not one.with_user for one in slack.channels())
        user["is_stranger"] = not shared
    return user


def _own_bot(slack: LocalSlack) -> Json:
    team = slack.team
    bot = Person(team.bot_user_id, team.bot_name.lower(), team.bot_name, "en-US", "America/Los_Angeles", is_bot=True)
    user = bot.as_user(team.id, slack.clock())
    user["profile"] |= {"bot_id": team.bot_id, "api_app_id": team.app_id, "always_active": True}
    return user


def _slackbot(slack: LocalSlack) -> Json:
    """Slackbot, who is no bot to Slack."""
    return Person(SLACKBOT, "slackbot", "Slackbot", "en-US", "America/Los_Angeles").as_user(
        slack.team.id, slack.clock()
    )


METHODS = {
    "users.info": Method(users_info, ("users:read",)),
    "users.list": Method(users_list, ("users:read",)),
}
