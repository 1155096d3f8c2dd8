"""A real browser on the page of the local Slack: over the demo, or over a local Slack that a test fills itself."""

import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from bot.clock import system_clock
from bot.playground.server import running
from bot.playground.slack import LocalSlack
from bot.playground.team import NORTHWIND, Shortcut
from tests.browser.hands import ADMINS, HANDS, WAYS, Hand
from tests.conftest import HAS_BROWSER, require_browser
from tests.e2e.conftest import PROGRAM, environment
from tests.integration.playground.conftest import App

ARTEFACTS = Path(__file__).parents[2] / "artefacts"
PATIENCE = 30_000  # milliseconds: a busy machine of two cores is slow, and nobody waits this long on one that is not
DESK = {"width": 1440, "height": 900}
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"]
FAILED = pytest.StashKey[bool]()

expect.set_options(timeout=PATIENCE)


@dataclass
class Visit:
    """Somebody at the page, and what they do there."""

    page: Page
    answered: int = 0
    """How many answers stood there when it was opened."""

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    @property
    def composer(self) -> Locator:
        return self.main.get_by_role("textbox", name=re.compile("^(Message|Envoyer un message)"))

    @property
    def messages(self) -> Locator:
        return self.page.locator("#messages").get_by_role("article")

    @property
    def thread(self) -> Locator:
        """The thread that is open beside the conversation."""
        return self.main.get_by_role("region", name=re.compile("^(Thread|Fil)"))

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def answers(self) -> Locator:
        """What the bot told this person alone; others may speak, and the bot may post, at any time."""
        return self.page.locator("#messages article.ephemeral")

    def say(self, text: str) -> Locator:
        """Type it, send it by Enter, wait for the bot; gives its answer."""
        before = self.answers.count()
        self.composer.fill(text)
        self.composer.press("Enter")
        return self.answer(before - self.answered + 1)

    def answer(self, number: int) -> Locator:
        """The answer that comes, counted from one."""
        found = self.answers.nth(self.answered + number - 1)
        expect(found).to_be_visible()
        return found

    def become(self, name: str) -> None:
        """Switch to another person."""
        self.page.get_by_role("navigation").get_by_role("link", name=name).click()
        expect(self.page.get_by_role("navigation").get_by_role("link", name=name)).to_have_attribute(
            "aria-current", "true"
        )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let each path be gone in one way, by mouse or by keyboard, in English or in French; all four take minutes."""
    if config.getoption("every_hand"):
        return
    paths: dict[str, list[pytest.Item]] = {}
    for item in items:
        if way := getattr(item, "callspec", None) and item.callspec.params.get("hand"):  # type: ignore[attr-defined]
            paths.setdefault(item.nodeid.replace("-".join(way), ""), []).append(item)
    turns = {ways[crc32(path.encode()) % len(ways)] for path, ways in paths.items()}
    out = [item for ways in paths.values() for item in ways if item not in turns]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in set(out)]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome: Any = yield
    if outcome.get_result().failed:
        item.stash[FAILED] = True


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Chromium. It ends with the module: while it runs, no other test of this thread could use asyncio."""
    require_browser(request.config)
    with sync_playwright() as playwright:
        path = request.config.stash[HAS_BROWSER]
        browser = playwright.chromium.launch(executable_path=path or None, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def demo(folder: Path) -> Iterator[str]:
    """The demo, as `make demo` starts it; gives its address."""
    with (
        (folder / "errors").open("w") as errors,
        subprocess.Popen(
            [PROGRAM, "playground", "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment(None),
            cwd=folder,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found, (folder / "errors").read_text()
        yield found[0]
        process.terminate()


@pytest.fixture(scope="session")
def demo_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo for all tests of this process; they leave its figures as they found them."""
    require_browser(request.config)
    with demo(tmp_path_factory.mktemp("demo")) as url:
        yield url


@pytest.fixture
def stage() -> Iterator[LocalSlack]:
    """A local Slack with nothing in it, with a shortcut of each kind."""
    shortcuts = (Shortcut("open_menu", "What can I do?"), Shortcut("why_active", "Why active?", is_on_message=True))
    slack = LocalSlack(system_clock, team=replace(NORTHWIND, shortcuts=shortcuts))
    with running(slack):
        yield slack


@pytest.fixture
def app(stage: LocalSlack) -> Iterator[App]:
    """An app whose answers a test gives."""
    app = App(stage)
    app.connect()
    yield app
    app.close()


@pytest.fixture
def visit(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visit]]:
    """Opens a page; it must give no error, and leaves a screenshot where the test fails."""
    opened: list[tuple[Page, list[str]]] = []

    def open_page(url: str, **options: Any) -> Visit:
        context = browser.new_context(**{"viewport": DESK, "reduced_motion": "reduce"} | options)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        # From here on Chromium asks us for files; told so only as a file is asked for, a busy one may not yet know it.
        page.on("filechooser", lambda chooser: None)
        opened.append((page, errors))
        page.goto(url)
        expect(page.locator("body[data-live]")).to_be_attached()
        here = Visit(page)
        here.answered = here.answers.count()
        return here

    yield open_page
    if request.node.stash.get(FAILED, False):
        ARTEFACTS.mkdir(exist_ok=True)
        for number, (page, _) in enumerate(opened):
            name = re.sub(r"[^\w.-]+", "_", request.node.name)
            page.screenshot(path=ARTEFACTS / f"{name}-{number}.png")
    for page, errors in opened:
        page.context.close()
        assert not errors


@pytest.fixture(params=WAYS, ids="-".join)
def hand(request: pytest.FixtureRequest, demo_url: str, visit: Callable[..., Visit]) -> Iterator[Hand]:
    """An admin at the demo's first page, who goes on by mouse alone or by keyboard alone, in one of the languages. What
    a test that failed has left open is closed."""
    way, language = request.param
    here = visit(f"{demo_url}/?as={ADMINS[language].id}")
    yield HANDS[way](here, language)
    while left := here.dialog.count():
        here.dialog.last.locator("h2").click()  # a list that is open closes
        here.page.keyboard.press("Escape")
        expect(here.dialog).to_have_count(left - 1)
