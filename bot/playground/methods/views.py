"""views.*"""

from bot.playground.blocks_check import check_view
from bot.playground.methods.calls import Arguments, Method, missing
from bot.playground.slack import LocalSlack
from bot.playground.triggers import Trigger
from bot.playground.views import View, as_view
from bot.playground.wire import Json, SlackError


def views_open(slack: LocalSlack, arguments: Arguments) -> Json:
    """A first modal for whoever did what the trigger came from."""
    view = check_view(_payload(arguments), "modal", slack.unknown_blocks)
    return _shown(slack, slack.open_view(_trigger(slack, arguments).user_id, view))


def views_push(slack: LocalSlack, arguments: Arguments) -> Json:
    """A modal over the one that the trigger came from."""
    view = check_view(_payload(arguments), "modal", slack.unknown_blocks)
    return _shown(slack, slack.push_view(_trigger(slack, arguments).user_id, view))


def views_update(slack: LocalSlack, arguments: Arguments) -> Json:
    """Other content for an open modal, by `view_id` or `external_id`."""
    view_id, external_id = arguments.text("view_id"), arguments.text("external_id")
    if not view_id and not external_id:
        raise missing("view_id or external_id")
    payload = _payload(arguments)
    found = slack.views.find(view_id, external_id)
    if found.is_home:
        raise SlackError("not_found")
    return _shown(slack, slack.update_view(found, payload, arguments.text("hash")))


def views_publish(slack: LocalSlack, arguments: Arguments) -> Json:
    """Somebody's Home."""
    user_id, view = arguments.required("user_id"), _payload(arguments)
    return _shown(slack, slack.publish_view(user_id, view, arguments.text("hash")))


def _payload(arguments: Arguments) -> object:
    view = arguments.nested("view", "invalid_arguments")
    if view is None:
        raise missing("view")
    return view


def _trigger(slack: LocalSlack, arguments: Arguments) -> Trigger:
    return slack.triggers.exchange(arguments.required("trigger_id"))


def _shown(slack: LocalSlack, view: View) -> Json:
    return {"view": as_view(slack.team, view)}


METHODS = {
    "views.open": Method(views_open),
    "views.push": Method(views_push),
    "views.update": Method(views_update),
    "views.publish": Method(views_publish),
}
