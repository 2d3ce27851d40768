"""What axe-core finds wrong with a page for people who do not see, hear or point."""

from typing import Any

from playwright.async_api import Page

from server.commands.environment import NODE_PACKAGES

AXE = NODE_PACKAGES / "node_modules" / "axe-core" / "axe.min.js"
BAD = ("serious", "critical")
RUN = "async (without) => (await axe.run({exclude: without}, {resultTypes: ['violations']})).violations"


async def assert_accessible(page: Page, *, without: tuple[str, ...] = ()) -> None:
    """Fail when axe finds something serious or critical; `without` are selectors to leave out."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    violations = await page.evaluate(RUN, list(without))
    bad = [describe(violation) for violation in violations if violation["impact"] in BAD]
    assert not bad, f"{page.url}\n" + "\n".join(bad)


def describe(violation: dict[str, Any]) -> str:
    """The rule, what it wants, and the elements that break it."""
    elements = "".join(
        f"\n    {' '.join(map(str, node['target']))}: {node['html'][:200]}" for node in violation["nodes"]
    )
    return f"  {violation['impact']} {violation['id']}: {violation['help']}{elements}"
