"""Files: sent to somebody's direct message with the app, and fetched from Slack when somebody sent one."""

from urllib.error import HTTPError
from urllib.request import Request, urlopen

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.services.errors import FileGone, FileTooLarge, SlackBusy

MOST_MEGABYTES = 5
GONE = ("file_not_found", "file_deleted")
FETCH_SECONDS = 2
"""Slack waits three seconds for an answer."""

log = structlog.get_logger(__name__)


def send(client: WebClient, person: str, name: str, content: bytes) -> bool:
    """Send a file to somebody's direct message with the app; False where the connection ended before Slack said whether
    it took it. Raises SlackBusy where Slack does not take it."""
    try:
        channel = client.conversations_open(users=person)["channel"]["id"]
        client.files_upload_v2(channel=channel, filename=name, title=name, content=content)
    except (SlackClientError, HTTPError) as error:
        log.warning("Slack took no file", error=reason(error))
        raise SlackBusy() from None
    except OSError as error:
        log.warning("Slack did not say whether it took a file", error=reason(error))
        return False
    return True


def fetch(client: WebClient, file: str) -> tuple[str, bytes]:
    """Name and content of a file by its Slack id. Raises FileTooLarge, FileGone, and SlackBusy where Slack does not
    give it now."""
    try:
        found = client.files_info(file=file)["file"]
        name, most = str(found.get("name") or "file.csv"), MOST_MEGABYTES * 1_000_000
        if int(found.get("size") or 0) > most:
            raise FileTooLarge(name=name, most=MOST_MEGABYTES)
        url = found.get("url_private_download") or found["url_private"]
        request = Request(url, headers={"Authorization": f"Bearer {client.token}"})  # noqa: S310 - Slack's own address
        with urlopen(request, timeout=FETCH_SECONDS) as answer:  # noqa: S310
            return name, answer.read(most)
    except (SlackClientError, OSError, KeyError) as error:
        log.warning("Slack gave no file", error=reason(error))
        if reason(error) in GONE:
            raise FileGone() from None
        raise SlackBusy() from None


def reason(error: Exception) -> str:
    """Why something failed, without what was sent."""
    return str(error.response["error"]) if isinstance(error, SlackApiError) else type(error).__name__
