"""The people of the journey in front of their browsers: what they press, by the words on it."""

from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.integration.house import House

PATIENCE_MS = 30_000
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 800}}


@dataclass(slots=True)
class Somebody:
    """One person and their window."""

    house: House
    key: str
    page: Page

    @property
    def home(self) -> str:
        """The start page on this person's own host."""
        return f"http://{self.key.replace('_', '-')}.localhost:{self.house.settings.port}"

    async def sign_in(self) -> None:
        """Come in by the demo's door."""
        await self.page.goto(await self.house.sign_in_url(self.key))

    async def open(self, path: str) -> None:
        """Go to a page."""
        await self.page.goto(self.home + path)

    async def press(self, words: str, within: Locator | None = None) -> None:
        """Press the button or link with these words."""
        place = within or self.page
        either = place.get_by_role("button", name=words).or_(place.get_by_role("link", name=words))
        await either.first.click(timeout=PATIENCE_MS)

    async def write(self, label: str, text: str) -> None:
        """Fill in a field."""
        await self.page.get_by_label(label).first.fill(text, timeout=PATIENCE_MS)

    async def choose(self, question: str, answer: str) -> None:
        """Choose an answer in a group of choices."""
        group = self.page.get_by_role("group", name=question)
        await group.get_by_label(answer, exact=True).first.check(timeout=PATIENCE_MS)

    async def reads(self, words: str) -> None:
        """Wait until these words stand on the page."""
        await expect(self.page.get_by_text(words).first).to_be_visible(timeout=PATIENCE_MS)

    async def look(self, folder: Path, name: str) -> None:
        """Keep a picture of the page."""
        await self.page.screenshot(path=folder / f"{name}.png", full_page=True)

    async def answer(self, **answers: str) -> None:
        """Answer questions by the names of their fields: a choice, an entry of a list, or a text."""
        for name, value in answers.items():
            field = self.page.locator(f"[name='{name}']").first
            kind = await field.evaluate("field => field.type || field.localName", timeout=PATIENCE_MS)
            if kind in ("radio", "checkbox"):
                await self.page.locator(f"[name='{name}'][value='{value}']").check()
            elif kind.startswith("select"):
                await field.select_option(value)
            else:
                await field.fill(value)
