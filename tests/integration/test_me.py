"""Who am I."""

from tests.integration.house import House


async def test_a_program_learns_whose_token_it_has(api: House) -> None:
    answer = await api.get("patient", "/me")

    assert (answer.status, answer.body["role"], answer.body["name"]) == (200, "patient", "Maria Kowalska")


async def test_nobody_is_nobody(api: House) -> None:
    answer = await api.get(None, "/me")

    assert (answer.status, answer.body["code"]) == (401, "not-signed-in")


async def test_a_browser_is_recognised_by_its_cookie(api: House) -> None:
    browser = await api.browser_session("specialist")

    page = await browser.get("/me")

    assert page.status == 200
    assert "Dr Amara Osei" in page.body
