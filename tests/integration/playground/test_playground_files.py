"""Files of the local Slack: up by the app and by people, down with the token, seen by those who may."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground.slack import LocalSlack
from bot.playground.team import BILLING, GRACE, OLD_BILLING, RANDOM, TOM

CSV = "compte,statut\r\nÉpicerie,actif\r\n".encode()
FORM = {"content-type": "application/x-www-form-urlencoded"}


def error_of(call: Callable[[], object]) -> Any:
    with pytest.raises(SlackApiError) as caught:
        call()
    return caught.value.response


def announced(web: WebClient, content: bytes = CSV) -> Any:
    return web.files_getUploadURLExternal(filename="report.csv", length=len(content))


def test_the_client_uploads_a_file_into_a_direct_message(slack: LocalSlack, web: WebClient) -> None:
    direct = f"D{TOM.id[1:]}"
    answer = web.files_upload_v2(
        channel=direct, filename="report.csv", content=CSV, title="The report", initial_comment="Here it is"
    )
    (message,) = slack.messages_seen_by(TOM.id, direct)
    file = slack.file(message.files[0])
    assert (message.text, file.content, file.title) == ("Here it is", CSV, "The report")
    shown = answer["files"][0]
    assert (shown["mimetype"], shown["filetype"], shown["size"]) == ("text/csv", "csv", len(CSV))
    assert shown["ims"] == [direct]
    assert shown["shares"]["private"][direct][0]["ts"] == message.ts


@pytest.mark.parametrize(
    "content", [b"a=1&b=2%20%", bytes(range(256)) * 40, b"=SUM(A1)"], ids=["form", "bytes", "text"]
)
def test_bytes_arrive_as_they_are_although_they_are_called_a_form(
    slack: LocalSlack, web: WebClient, http: Any, content: bytes
) -> None:
    place = announced(web, content)
    assert http.post(place["upload_url"], content, **FORM) == (200, f"OK - {len(content)}")
    web.files_completeUploadExternal(files=[{"id": place["file_id"]}])
    assert slack.file(place["file_id"]).content == content


def test_a_form_with_parts_is_taken_apart(slack: LocalSlack, web: WebClient, http: Any) -> None:
    place = announced(web)
    body = (
        b'--XX\r\nContent-Disposition: form-data; name="filename"; filename="r.csv"\r\n\r\n' + CSV + b"\r\n--XX--\r\n"
    )
    headers = {"content-type": "multipart/form-data; boundary=XX"}
    assert http.post(place["upload_url"], body, **headers)[0] == 200
    web.files_completeUploadExternal(files=[{"id": place["file_id"]}])
    assert slack.file(place["file_id"]).content == CSV


def test_an_upload_of_another_length_or_to_nowhere_is_refused(slack: LocalSlack, web: WebClient, http: Any) -> None:
    place = announced(web)
    assert json.loads(http.post(place["upload_url"], CSV + b"x", **FORM)[1])["error"] == "length_mismatch"
    assert http.post("/upload/v1/forged", CSV, **FORM)[0] == 404
    http.post(place["upload_url"], CSV, **FORM)
    assert http.post(place["upload_url"], CSV, **FORM)[0] == 404


def test_a_file_is_completed_once_and_only_with_its_bytes(slack: LocalSlack, web: WebClient, http: Any) -> None:
    place = announced(web)
    complete = lambda: web.files_completeUploadExternal(files=[{"id": place["file_id"]}])  # noqa: E731
    assert error_of(complete)["error"] == "file_not_found"
    http.post(place["upload_url"], CSV, **FORM)
    assert complete()["files"][0]["title"] == "report.csv"
    assert error_of(complete)["error"] == "file_not_found"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"channel_id": RANDOM.id}, "not_in_channel"),
        ({"channel_id": OLD_BILLING.id}, "is_archived"),
        ({"channel_id": "C0NOWHERE"}, "channel_not_found"),
        ({"channel_id": TOM.id}, "channel_not_found"),
        ({"channel_id": BILLING.id, "thread_ts": "1.0"}, "thread_not_found"),
        ({"thread_ts": "1.0"}, "invalid_arguments"),
        ({"channel_id": BILLING.id, "blocks": [{"type": "hologram"}]}, "invalid_blocks"),
    ],
)
def test_a_file_that_cannot_be_shared_is_not_completed(
    slack: LocalSlack, web: WebClient, http: Any, arguments: Any, code: str
) -> None:
    place = announced(web)
    http.post(place["upload_url"], CSV, **FORM)
    body = {"files": [{"id": place["file_id"]}], **arguments}
    assert error_of(lambda: web.api_call("files.completeUploadExternal", json=body))["error"] == code
    assert web.files_completeUploadExternal(files=[{"id": place["file_id"]}])["ok"]


def test_files_are_shared_in_several_channels_and_threads(slack: LocalSlack, web: WebClient, http: Any) -> None:
    place = announced(web)
    http.post(place["upload_url"], CSV, **FORM)
    web.files_completeUploadExternal(files=[{"id": place["file_id"]}], channels=[BILLING.id, TOM.id])
    assert slack.messages_seen_by(GRACE.id, BILLING.id)[0].files == (place["file_id"],)
    assert slack.messages_seen_by(TOM.id, f"D{TOM.id[1:]}")[0].files == (place["file_id"],)
    ts = web.chat_postMessage(channel=BILLING.id, text="first")["ts"]
    web.files_upload_v2(channel=BILLING.id, filename="b.csv", content=CSV, thread_ts=ts)
    assert slack.thread(GRACE.id, BILLING.id, ts)[1].files


@pytest.mark.parametrize("arguments", [{"length": 3}, {"filename": "x"}, {"filename": "x", "length": "many"}])
def test_an_upload_needs_a_name_and_a_length(web: WebClient, arguments: Any) -> None:
    call = lambda: web.api_call("files.getUploadURLExternal", params=arguments)  # noqa: E731
    assert error_of(call)["error"] == "invalid_arguments"


def test_a_file_is_downloaded_with_the_token_only(slack: LocalSlack, web: WebClient, http: Any) -> None:
    file = slack.upload(TOM.id, "été.csv", CSV, "text/csv")
    slack.say(TOM.id, f"D{TOM.id[1:]}", "", files=[file])
    info = web.files_info(file=file.id)["file"]
    bearer = {"authorization": f"Bearer {slack.team.bot_token}"}
    for url in (info["url_private"], info["url_private_download"]):
        assert http.get(url, **bearer) == (200, CSV.decode())
        status, page = http.get(url)
        assert "<html" in page  # the sign-in page, and not the file: the status says nothing
        assert status == 200
    assert http.get(info["url_private"].replace(file.id, "F0NOWHERE"), **bearer)[0] == 404


def test_a_file_of_a_person_is_seen_once_the_app_is_where_it_is_shared(slack: LocalSlack, web: WebClient) -> None:
    slack.change_channel(RANDOM.id, is_private=True, members=(TOM.id,))
    file = slack.upload(TOM.id, "a.csv", CSV, "text/csv")
    slack.grant("groups:read")
    # The app cannot see the channel any more, and so not the file.
    slack.say(TOM.id, RANDOM.id, "look", files=[file.id])
    assert error_of(lambda: web.files_info(file=file.id))["error"] == "file_not_found"
    slack.say(TOM.id, BILLING.id, "look", files=[file.id])
    assert web.files_info(file=file.id)["file"]["id"] == file.id


def test_an_app_deletes_its_own_files_only(slack: LocalSlack, web: WebClient) -> None:
    mine = web.files_upload_v2(channel=BILLING.id, filename="a.csv", content=CSV)["file"]["id"]
    toms = slack.upload(TOM.id, "b.csv", CSV, "text/csv")
    slack.say(TOM.id, BILLING.id, "look", files=[toms])
    assert web.files_delete(file=mine)["ok"]
    assert error_of(lambda: web.files_info(file=mine))["error"] == "file_deleted"
    assert error_of(lambda: web.files_delete(file=toms.id))["error"] == "cant_delete_file"


@pytest.mark.parametrize("scope", ["files:read", "files:write"])
def test_files_need_their_scopes(slack: LocalSlack, web: WebClient, http: Any, scope: str) -> None:
    file = slack.upload(TOM.id, "b.csv", CSV, "text/csv")
    slack.say(TOM.id, BILLING.id, "look", files=[file])
    url = web.files_info(file=file.id)["file"]["url_private"]
    slack.withdraw(scope)
    call = (lambda: web.files_info(file=file.id)) if scope == "files:read" else (lambda: announced(web))
    assert (error_of(call)["error"], error_of(call)["needed"]) == ("missing_scope", scope)
    if scope == "files:read":
        assert "<html" in http.get(url, authorization=f"Bearer {slack.team.bot_token}")[1]
