"""The client of Slack's Web API, where the settings say it is."""

from urllib.parse import urlsplit

from slack_sdk import WebClient

from bot.settings import LOOPBACK, Settings, spare_loopback

WAIT = 30


def web_client(settings: Settings, token: str | None = None, *, timeout: int = WAIT) -> WebClient:
    """A client that calls with that token, if any, and waits `timeout` seconds for an answer.

    It asks once: the SDK's own would repeat what it got no answer to, and so post twice what Slack had taken.
    """
    base_url = settings.slack_api_url.rstrip("/") + "/"
    if urlsplit(base_url).hostname in LOOPBACK:
        spare_loopback()
    return WebClient(token, base_url=base_url, timeout=timeout, retry_handlers=[])
