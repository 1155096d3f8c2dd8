"""What stands in an answer's head, and by which way a host is asked."""

import pytest

from bot.services.directories.http import as_object, asked_wait, host_of, pause_after, proxies_for

DATE = "Wed, 25 Nov 2026 08:00:00 GMT"


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7),
        (" 7.5 ", 7.5),
        ("0", 0),
        ("Wed, 25 Nov 2026 08:00:20 GMT", 20),
        ("Wed, 25 Nov 2026 07:00:00 GMT", 0),
        ("Wed, 25 Nov 2026 08:00:20", None),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("inf", None),
        ("9" * 10, None),
    ],
)
def test_a_wait_that_is_asked_for(said: str, seconds: float | None) -> None:
    assert asked_wait({"Retry-After": said, "Date": DATE}) == seconds


def test_a_date_is_compared_with_the_answers_own_only() -> None:
    assert asked_wait({"Retry-After": DATE}) is None
    assert asked_wait({}) is None


def test_a_pause_is_twice_as_long_each_time_but_for_what_was_asked() -> None:
    for tries in range(1, 5):
        assert 2 ** (tries - 1) <= pause_after(tries, None) <= 2**tries
    assert 30 <= pause_after(1, 30) <= 31


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://graph.test:8443/v1.0", "graph.test:8443"),
        ("https://me:hush@graph.test/", "graph.test"),
        ("graph.test", ""),
        ("https://[graph", ""),
    ],
)
def test_the_host_of_an_address(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(("text", "found"), [('{"a": 1}', {"a": 1}), ("[]", None), ("{", None), ("[" * 100_000, None)])
def test_an_object_of_json(text: str, found: object) -> None:
    assert as_object(text) == found


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("HTTPS_PROXY", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://proxy.test:3128")
    return monkeypatch


def test_a_host_is_asked_by_the_proxy_of_the_environment(proxied: pytest.MonkeyPatch) -> None:
    assert proxies_for("https://graph.test/v1.0")["https"] == "http://proxy.test:3128"
    for local in ("https://127.0.0.1:8443/", "https://localhost/", "https://[::1]/"):
        assert proxies_for(local) == {}
    for spared in ("graph.test", ".test", "other.example, test", "*"):
        proxied.setenv("NO_PROXY", spared)
        assert proxies_for("https://graph.test/v1.0") == {}
    proxied.setenv("NO_PROXY", "raph.test")
    assert "https" in proxies_for("https://graph.test/v1.0")
