"""What `fields` leaves of an answer of Google's."""

import pytest

from bot.playground.directories.partial import mask_of, masked

ANSWER = {
    "kind": "users",
    "nextPageToken": "t",
    "users": [{"id": "1", "name": {"fullName": "Ada", "givenName": "A"}}, {"id": "2"}],
}


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        ("kind", {"kind": "users"}),
        ("kind,nextPageToken", {"kind": "users", "nextPageToken": "t"}),
        ("users(id)", {"users": [{"id": "1"}, {"id": "2"}]}),
        ("users/id", {"users": [{"id": "1"}, {"id": "2"}]}),
        ("users(name/fullName)", {"users": [{"name": {"fullName": "Ada"}}, {}]}),
        ("users(name(fullName),id)", {"users": [{"id": "1", "name": {"fullName": "Ada"}}, {"id": "2"}]}),
        ("users/name,users/name/fullName", {"users": [{"name": {"fullName": "Ada", "givenName": "A"}}, {}]}),
        ("*", ANSWER),
        ("etag", {}),
    ],
)
def test_only_what_is_asked_for_is_left(fields: str, left: object) -> None:
    assert masked(ANSWER, mask_of(fields)) == left


@pytest.mark.parametrize("fields", ["", "users(", "users(id", "users(id))", ",", "a,,b", "users()"])
def test_what_is_no_selection_is_refused(fields: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        mask_of(fields)
