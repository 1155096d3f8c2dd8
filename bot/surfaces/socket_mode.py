"""Socket Mode: the connection that brings what people do in Slack, without a public address."""

from slack_bolt import App
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler
from slack_sdk import WebClient

CONCURRENCY = 10
"""So many requests are answered at once; the database's pool is of that size too."""


class Connection:
    """One app's connection. It comes back by itself when Slack or the network ends it."""

    def __init__(self, app: App, app_token: str, client: WebClient) -> None:
        self._handler = SocketModeHandler(app, app_token, web_client=client, concurrency=CONCURRENCY)

    def open(self) -> None:
        """Connect; what comes is answered by other threads.

        Raises SlackApiError for a wrong token, URLError where Slack cannot be reached.
        """
        self._handler.connect()  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Finish and acknowledge what is under way, then disconnect.

        What came in meanwhile goes unacknowledged, so that Slack sends it to another connection.
        """
        client = self._handler.client
        client.closed = True  # takes no more messages; the handler's own close() would drop the socket at once
        client.message_queue.put(None)  # wakes whoever waits for one
        client.message_processor.shutdown()  # type: ignore[no-untyped-call]
        client.message_workers.shutdown(wait=True)
        client.close()
