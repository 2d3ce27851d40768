"""Settings from a file and the environment: what an operator writes, and what is refused."""

from pathlib import Path

import pytest

from config.settings import UnsafeSettingsError, load

SAFE = {
    "CONSILIUM_PUBLIC_URL": "https://hospital.example",
    "CONSILIUM_METRICS_TOKEN": "a token",
    "CONSILIUM_MAIL__SMS_WEBHOOK": "https://sms.example",
}


def test_proxies_and_the_number_of_knocks_come_from_the_environment() -> None:
    settings = load(
        None,
        SAFE | {"CONSILIUM_TRUSTED_PROXIES": "127.0.0.1,10.0.0.0/8", "CONSILIUM_VISITS__CONNECTS_PER_MINUTE": "300"},
    )

    assert settings.trusted_proxies == ("127.0.0.1/32", "10.0.0.0/8")
    assert settings.visits.connects_per_minute == 300


@pytest.mark.parametrize(
    "wrong",
    [{"CONSILIUM_TRUSTED_PROXIES": "our-proxy"}, {"CONSILIUM_VISITS__CONNECTS_PER_MINUTE": "0"}],
)
def test_what_is_no_network_and_what_lets_nobody_in_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(UnsafeSettingsError):
        load(None, SAFE | wrong)


def test_every_setting_stands_in_the_commented_file() -> None:
    written = (Path(__file__).parents[3] / "config" / "consilium.toml").read_text()

    assert "trusted_proxies" in written
    assert "connects_per_minute" in written
