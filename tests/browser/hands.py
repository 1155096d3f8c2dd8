"""Two ways to do the same at the page, in either language: by mouse alone, and by keyboard alone."""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Keyboard, Locator, expect

from bot.playground.page_texts import page_texts
from bot.playground.team import CAMILLE, GRACE, Person
from bot.views.texts import Texts, catalogue

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

ADMINS: dict[str, Person] = {"en": GRACE, "fr": CAMILLE}
"""Who does it in which language."""
MOST_TABS = 250
"""More than there are things to reach on any page of the demo."""
# Whether what has the focus shows it: itself, the label that stands for a hidden box, or the frame around a field.
SHOWN = """node => [node, node.nextElementSibling, node.closest(".select, .composer")].some(one => {
    const style = one && getComputedStyle(one)
    return style && (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none")
})"""
IS_BEFORE = "node => node.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING"


@dataclass
class Hand(ABC):
    """Somebody who does things at the page in one way, and reads them in their language."""

    visit: "Visit"
    language: str

    @property
    def keys(self) -> Keyboard:
        return self.visit.page.keyboard

    @property
    def dialog(self) -> Locator:
        """The form, or its answer, that lies on top."""
        return self.visit.dialog.last

    def text(self, message: str, **fields: Any) -> str:
        """What the bot says, by its message in the catalogues."""
        return Texts(self.language, ZoneInfo("Europe/Paris")).say(message, **fields)

    def pattern(self, message: str) -> re.Pattern[str]:
        """What the bot says, whatever its braces are filled with."""
        words = re.split(r"\{\w+\}", catalogue(self.language).gettext(message))
        return re.compile(".+".join(map(re.escape, words)))

    def page_text(self, *names: str, **fields: str) -> str:
        """What the page itself says, by its name and perhaps another one within."""
        found: Any = page_texts(self.language)
        for one in names:
            found = found[one]
        return str(found).format(**fields)

    def button(self, message: str, within: Locator | None = None) -> Locator:
        """A button of the bot, in the form on top unless it is said where."""
        return (within or self.dialog).get_by_role("button", name=self.text(message), exact=True)

    def field(self, message: str) -> Locator:
        """A field of the form on top, by its label; whether it is marked as optional does not matter."""
        return self.dialog.get_by_label(re.compile(f"^{re.escape(self.text(message))}( |$)"))

    # What each way does in its own manner

    @abstractmethod
    def press(self, control: Locator) -> None:
        """A button or a link."""

    @abstractmethod
    def press_twice(self, control: Locator) -> None:
        """A button, as impatient people do."""

    @abstractmethod
    def open_menu(self, opener: Locator, item: str, row: Locator | None = None) -> None:
        """Choose an item of the menu behind a button, which may show itself only in a row."""

    @abstractmethod
    def write(self, field: Locator, words: str) -> None:
        """Put words in the place of what a field holds."""

    @abstractmethod
    def pick(self, field: Locator, typed: str, name: str) -> None:
        """Find something in a menu by typing, and take it."""

    @abstractmethod
    def choose_day(self, button: Locator, day: date) -> None:
        """A day in a calendar."""

    @abstractmethod
    def choose(self, radio: Locator) -> None:
        """One of a few things, all of which are seen."""

    @abstractmethod
    def tick(self, box: Locator) -> None:
        """A box that is not ticked."""

    @abstractmethod
    def attach(self, field: Locator, path: Path) -> None:
        """A file."""

    @abstractmethod
    def close(self) -> None:
        """The form on top, or its answer."""

    def pick_form(self, label: str) -> None:
        """Open a form from the menu of the bot, which is open."""
        menu = self.dialog.get_by_role("combobox", name=self.text("Open a form"))
        self.pick(menu, self.text(label)[:8], self.text(label))
        expect(self.visit.dialog).to_have_count(2)

    def open_home(self) -> None:
        """By the app's own tab."""
        home = self.visit.main.get_by_role("link", name=self.page_text("home"), exact=True)
        self.press(self.visit.page.get_by_role("navigation").get_by_role("link", name="Seatbot"))
        expect(home).to_be_visible()
        if home.get_attribute("aria-current") is None:  # something new led to the messages
            self.press(home)
        expect(self.visit.main.locator(".home-view h2, .home-view h3").first).to_be_visible()


class ByMouse(Hand):
    """Clicks, and types only where there is something to be said."""

    def press(self, control: Locator) -> None:
        control.click()

    def press_twice(self, control: Locator) -> None:
        control.dblclick()

    def open_menu(self, opener: Locator, item: str, row: Locator | None = None) -> None:
        if row:
            row.hover()
        opener.click()
        self.visit.page.get_by_role("menuitem", name=item).click()

    def write(self, field: Locator, words: str) -> None:
        field.click(click_count=3)
        self.keys.type(words)

    def pick(self, field: Locator, typed: str, name: str) -> None:
        field.click()
        field.evaluate("() => new Promise(done => setTimeout(done))")  # its words are selected: nobody types as fast
        self.keys.type(typed)
        self.option(field, name).click()

    def option(self, field: Locator, name: str) -> Locator:
        listbox = self.visit.page.locator(f"#{field.get_attribute('aria-controls')}")
        return listbox.get_by_role("option", name=name).first

    def choose_day(self, button: Locator, day: date) -> None:
        button.click()
        wanted = self.visit.page.locator(f"[data-day='{day}']")
        grid, later = self.visit.page.get_by_role("grid"), self.page_text("month_after")
        expect(grid).to_be_visible()
        while not wanted.count():
            seen = grid.get_attribute("data-at")
            self.visit.page.get_by_role("button", name=later).click()
            expect(grid).not_to_have_attribute("data-at", seen or "")
        wanted.click()
        expect(grid).to_have_count(0)

    def choose(self, radio: Locator) -> None:
        radio.click()
        expect(radio).to_be_checked()

    def tick(self, box: Locator) -> None:
        box.click()
        expect(box).to_be_checked()

    def attach(self, field: Locator, path: Path) -> None:
        with self.visit.page.expect_file_chooser() as chooser:
            self.dialog.locator(f"label.button[for='{field.get_attribute('id')}']").click()
        chooser.value.set_files(path)
        expect(self.dialog.get_by_text(path.name)).to_be_visible()

    def close(self) -> None:
        left = self.visit.dialog.count() - 1
        self.dialog.locator("footer [data-close]").click()
        expect(self.visit.dialog).to_have_count(left)


class ByKeyboard(Hand):
    """Never clicks. What has the focus must show it."""

    def reach(self, control: Locator) -> None:
        """Go on, or back where it lies behind, by Tab until it has the focus."""
        expect(control).to_be_visible()
        key = "Shift+Tab" if control.evaluate(IS_BEFORE) else "Tab"
        for _ in range(MOST_TABS):
            if control.evaluate("node => node === document.activeElement"):
                assert control.evaluate(SHOWN), f"{control} has the focus and does not show it"
                return
            self.keys.press(key)
        raise AssertionError(f"{key} does not lead to {control}")

    def press(self, control: Locator) -> None:
        self.reach(control)
        self.keys.press("Enter")

    def press_twice(self, control: Locator) -> None:
        self.press(control)
        self.keys.press("Enter")

    def open_menu(self, opener: Locator, item: str, row: Locator | None = None) -> None:
        self.press(opener)
        items = self.visit.page.get_by_role("menuitem")
        expect(items.first).to_be_focused()
        while not items.and_(self.visit.page.locator(":focus")).filter(has_text=item).count():
            self.keys.press("ArrowDown")
        self.keys.press("Enter")

    def write(self, field: Locator, words: str) -> None:
        self.reach(field)
        self.keys.press("Control+a")
        self.keys.type(words)

    def pick(self, field: Locator, typed: str, name: str) -> None:
        self.reach(field)
        self.keys.type(typed)
        listbox = self.visit.page.locator(f"#{field.get_attribute('aria-controls')}")
        expect(listbox.get_by_role("option", name=name).first).to_be_visible()
        while not listbox.locator(".active").filter(has_text=name).count():
            self.keys.press("ArrowDown")
        self.keys.press("Enter")

    def choose_day(self, button: Locator, day: date) -> None:
        self.press(button)
        focused = self.visit.page.locator("[data-day]:focus")
        expect(focused).to_have_count(1)
        at = date.fromisoformat(focused.get_attribute("data-day") or "")
        while at != day:
            days = 7 if abs(day - at) >= timedelta(7) else 1
            forward, back = ("ArrowDown", "ArrowUp") if days == 7 else ("ArrowRight", "ArrowLeft")
            self.keys.press(forward if day > at else back)
            at += timedelta(days if day > at else -days)
            expect(self.visit.page.locator(f"[data-day='{at}']:focus")).to_have_count(1)
        self.keys.press("Enter")
        expect(button).to_be_focused()

    def choose(self, radio: Locator) -> None:
        name = radio.get_attribute("name")
        self.reach(self.dialog.locator(f"input[name='{name}']:checked"))
        while not radio.is_checked():
            self.keys.press("ArrowDown")

    def tick(self, box: Locator) -> None:
        self.reach(box)
        self.keys.press("Space")
        expect(box).to_be_checked()

    def attach(self, field: Locator, path: Path) -> None:
        self.reach(field)
        with self.visit.page.expect_file_chooser() as chooser:
            self.keys.press("Enter")
        chooser.value.set_files(path)
        expect(self.dialog.get_by_text(path.name)).to_be_visible()

    def close(self) -> None:
        left = self.visit.dialog.count() - 1
        self.keys.press("Escape")
        expect(self.visit.dialog).to_have_count(left)


HANDS: dict[str, type[Hand]] = {"mouse": ByMouse, "keyboard": ByKeyboard}
WAYS = [(hand, language) for hand in HANDS for language in ADMINS]
