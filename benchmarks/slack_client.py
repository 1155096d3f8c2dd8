"""One client of the load: a process of its own that sends signed slash commands over one kept connection.

`python -m benchmarks.slack_client` reads a job a line from standard input, in JSON, and writes what came of it, a line
each. It imports little, since sixteen of them start at once.
"""

import json
import sys
import time
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from bot.surfaces.signature import sign

Json = dict[str, Any]
PATIENCE = 30
CHANGE = "{change}"
"""Stands in a command for the number of the client's change before it."""


class Client:
    """A connection to an app's request URL, which is opened anew where the other side closes it."""

    def __init__(self, url: str, secret: str, payload: Json) -> None:
        place = urlsplit(url)
        self.connection = HTTPConnection(str(place.hostname), place.port, timeout=PATIENCE)
        self.secret, self.payload = secret.encode(), payload

    def ask(self, text: str, trigger: str, **headers: str) -> Json:
        """What a command is answered. Raises HTTPException where that is no answer."""
        body = urlencode(self.payload | {"text": text, "trigger_id": trigger}).encode()
        at = str(int(time.time()))
        headers |= {
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": at,
            "x-slack-signature": sign(self.secret, at, body),
        }
        self.connection.request("POST", "/slack/events", body, headers)
        response = self.connection.getresponse()
        said = response.read()
        if response.status != 200 or not said.startswith(b"{"):
            raise HTTPException(f"{text}: {response.status} {said[:200]!r}")
        answer: Json = json.loads(said)
        return answer


def as_fast_as_possible(client: Client, name: str, text: str, seconds: float) -> Json:
    """Send one command again and again for so long: how many answers came within that time, and how many connections
    were reset before an answer came, as Bolt's own server lets happen, which keeps five waiting."""
    answers, resets = 0, 0
    end = time.perf_counter() + seconds
    while True:
        try:
            answer = client.ask(text, f"{name}.{answers}.{time.time_ns()}")
        except ConnectionError:
            client.connection.close()
            resets += 1
            continue
        if len(answer["blocks"]) < 2:
            raise HTTPException(f"{text}: {answer}")
        if time.perf_counter() > end:
            return {"answers": answers, "resets": resets}
        answers += 1


def paced(client: Client, name: str, begin: float, commands: list[Json]) -> Json:
    """Send each command when it is due, in seconds after `begin`: how long each answer took from then on, whatever kept
    it waiting, and the numbers of the changes in the order of the commands.

    One that is to come `again` is sent twice; the second answer has to tell of the same change.
    """
    took: list[float] = []
    changes: list[int | None] = []
    different = 0
    for number, command in enumerate(commands):
        due = begin + command["due"]
        time.sleep(max(0, due - time.time()))
        text = command["text"].replace(CHANGE, str(changes[-1] if changes else ""))
        trigger = f"{name}.{number}.{int(begin * 1000)}"
        answer = client.ask(text, trigger)
        took.append(time.time() - due)
        if command["again"]:
            repeated = client.ask(text, trigger, **{"x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"})
            different += change_of(repeated) != change_of(answer)
        if command["changes"]:
            changes.append(change_of(answer))
    return {"took": took, "changes": changes, "different": different}


def change_of(answer: Json) -> int | None:
    """The number of the change that an answer tells of; None where it tells of none."""
    for block in answer["blocks"]:
        if block["block_id"] == "change":
            return int(block["elements"][0]["text"].split()[-1])
    return None


def main() -> None:
    for line in sys.stdin:
        job = json.loads(line)
        client = Client(job["url"], job["secret"], job["payload"])
        try:
            if "commands" in job:
                found = paced(client, job["name"], job["begin"], job["commands"])
            else:
                found = as_fast_as_possible(client, job["name"], job["text"], job["seconds"])
        except (OSError, HTTPException, KeyError, ValueError) as error:
            found = {"error": f"{type(error).__name__}: {error}"}
        client.connection.close()
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
