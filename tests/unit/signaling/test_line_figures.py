"""What a line carries is told from what arrived, and never more than that."""

import pytest

from signaling.line_figures import kbps, loss_pct, rtt_ms


@pytest.mark.parametrize(
    ("bins", "rate"),
    [
        ([], 0),
        ([50_000], 0),
        ([40_000, 42_000] + [42_000] * 10, 1469),
        ([31_000, 17_000] + [17_000] * 10, 595),
        ([26_000, 16_000, 16_000, 5_000, 11_000, 16_000, 16_000, 17_000, 16_000, 17_000, 15_000, 17_000], 577),
        ([15_000, 4_000, 4_000, 5_000, 3_000, 1_000, 0, 1_000, 1_000, 3_000, 4_000, 4_000, 3_000], 122),
    ],
    ids=["nothing", "a breath", "a good line", "600 kbit", "600 kbit and a stumble", "150 kbit and a long stumble"],
)
def test_a_rate_is_that_of_the_best_second_after_the_first_half(bins: list[int], rate: int) -> None:
    assert kbps(bins) == rate


@pytest.mark.parametrize(
    ("sent", "arrived", "loss"), [(300, 300, 0.0), (300, 285, 5.0), (300, 299, 0.3), (300, 0, 100.0), (0, 0, 0.0)]
)
def test_loss_is_a_share_to_a_tenth(sent: int, arrived: int, loss: float) -> None:
    assert loss_pct(sent, arrived) == loss


@pytest.mark.parametrize("arrived", [301, -1])
def test_a_count_that_cannot_be_is_no_gain(arrived: int) -> None:
    assert 0.0 <= loss_pct(300, arrived) <= 100.0


def test_the_middle_round_trip_counts() -> None:
    assert rtt_ms([0.020, 0.021, 0.900]) == 21
