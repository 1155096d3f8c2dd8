"""What `seatbot check` makes of what Slack tells of a token."""

from bot import check, manifest

SCOPES = manifest.template()["oauth_config"]["scopes"]["bot"]


def test_scopes_that_the_manifest_asks_for_and_the_token_lacks_are_named() -> None:
    assert check.lacking({"X-OAuth-Scopes": ",".join(SCOPES)}) == []
    assert check.lacking({"x-oauth-scopes": ", ".join([*SCOPES[1:], "more"])}) == SCOPES[:1]


def test_where_slack_does_not_tell_nothing_is_said() -> None:
    assert check.lacking({"content-type": "application/json"}) == []
