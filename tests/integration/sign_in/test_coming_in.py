"""Coming in by link and code, for the first time and again, as a browser without JavaScript does it."""

import re
from datetime import timedelta

from server.domain.actors import Account
from server.keys import SIGN_IN
from tests.integration.house import Answer, Browser, Clock, House

NEW = {"name": "Rosa Martinez", "phone": "313 555 0177", "email": "rosa@example.org"}


async def test_a_link_and_a_code_let_a_patient_in(demo: House) -> None:
    browser = await _at_the_code(demo, "patient")

    entered = await _enter(browser, await _code(demo, demo.people["patient"].phone))

    assert (entered.status, entered.headers["Location"]) == (303, "/")
    assert "Maria Kowalska" in (await browser.get("/me")).body


async def test_the_page_of_the_code_can_be_loaded_again(demo: House) -> None:
    browser = await _at_the_code(demo, "patient")

    again = await browser.get("/sign-in/code")

    assert again.status == 200
    assert f"the number that ends in {demo.people['patient'].phone[-2:]}" in again.body
    assert len((await demo.mailbox())[demo.people["patient"].phone]) == 1


async def test_a_new_code_is_sent_from_the_page_of_the_code_and_only_it_works(demo: House, clock: Clock) -> None:
    browser, phone = await _at_the_code(demo, "patient"), demo.people["patient"].phone
    first = await _code(demo, phone)
    clock.advance(timedelta(minutes=1))

    page = await browser.post("/sign-in/code/again")
    newest = await _code(demo, phone)

    assert "A new code is on its way" in page.body
    assert newest == first or (await _enter(browser, first)).status == 422
    assert (await _enter(browser, newest)).status == 303


async def test_after_the_last_try_the_page_offers_a_new_code(demo: House) -> None:
    browser, phone = await _at_the_code(demo, "patient"), demo.people["patient"].phone
    wrong = f"{(int(await _code(demo, phone)) + 1) % 1_000_000:06}"

    said = [(await _enter(browser, wrong)).body for _ in range(5)]

    assert all("Please look again" in page for page in said[:4])
    assert "it was the last try" in said[4]
    assert "Send me a new code" in said[4]


async def test_a_code_that_is_too_old_leads_to_a_new_one(demo: House, clock: Clock) -> None:
    browser, phone = await _at_the_code(demo, "patient"), demo.people["patient"].phone
    old = await _code(demo, phone)
    clock.advance(timedelta(minutes=11))

    assert "This code cannot be used" in (await _enter(browser, old)).body
    await browser.post("/sign-in/code/again")

    assert (await _enter(browser, await _code(demo, phone))).status == 303


async def test_nobody_gets_a_code_that_no_browser_waits_for(demo: House) -> None:
    stranger = demo.stranger()
    await stranger.get("/sign-in/code")

    page = await stranger.post("/sign-in/code/again")

    assert page.status == 200
    assert await demo.mailbox() == {}


async def test_who_mistyped_the_number_writes_it_again_and_comes_in(demo: House) -> None:
    browser = demo.stranger()
    await _begin(browser, NEW | {"phone": "313 555 0178"})

    await _begin(browser, NEW)

    entered = await _enter(browser, await _code(demo, NEW["phone"]), "?new=1")
    assert (entered.status, entered.headers["Location"]) == (303, "/request")


async def test_another_browser_cannot_give_an_account_its_own_number(demo: House) -> None:
    await _begin(demo.stranger(), NEW)

    await _begin(demo.stranger(), NEW | {"phone": "313 555 0199"})

    assert "313 555 0199" not in await demo.mailbox()


async def test_an_account_that_was_used_keeps_its_number(demo: House) -> None:
    account: Account = demo.people["patient"]
    await demo.browser_session("patient")
    browser = await _at_the_code(demo, "patient")

    await _begin(browser, NEW | {"email": account.email, "phone": "313 555 0199"})

    assert "313 555 0199" not in await demo.mailbox()


async def test_who_signs_out_is_told_so_and_is_out(demo: House) -> None:
    browser = await demo.browser_session("patient")
    await browser.get("/me")

    page = await browser.post("/sign-out")

    assert "You are signed out" in page.body
    assert "pages/sign-in/out" in page.body
    assert "Maria Kowalska" not in (await browser.get("/me")).body


async def test_who_is_not_signed_in_any_more_reads_what_to_do(demo: House) -> None:
    page = await demo.stranger().get("/me")

    assert "You are not signed in now" in page.body
    assert "You are not signed in now" not in (await demo.stranger().get("/sign-in")).body


async def _at_the_code(house: House, person: str) -> Browser:
    account = house.people[person]
    await house.app[SIGN_IN].link(account)
    browser = house.stranger()
    await browser.get("/i")
    page = await browser.post("/i", {"token": house.app[SIGN_IN].link_token(account.id, None)})
    assert "Type the code" in page.body
    return browser


async def _begin(browser: Browser, who: dict[str, str]) -> None:
    await browser.get("/start")
    assert "Type the code" in (await browser.post("/start", who)).body


async def _enter(browser: Browser, digits: str, query: str = "") -> Answer:
    await browser.get("/sign-in/code")
    return await browser.post(f"/sign-in/code{query}", {"digits": digits}, follow=False)


async def _code(house: House, phone: str) -> str:
    newest = (await house.mailbox())[phone][0]
    found = re.search(r"\d{6}", newest.body)
    assert found
    return found[0]
