"""What the process of the organs is started with."""

from __future__ import annotations

from itertools import pairwise

from agent.interpretation.organs import MAX_THREADS, InterpretingConfig, threads_for


def test_organs_take_half_of_the_processors_and_never_more_than_help() -> None:
    assert [threads_for(cores) for cores in (1, 2, 4, 8, 64)] == [1, 1, 2, 4, MAX_THREADS]
    assert all(one <= more for one, more in pairwise(threads_for(cores) for cores in range(1, 100)))


def test_an_address_is_handed_on_with_its_model_and_its_key_is_not_on_the_command_line() -> None:
    config = InterpretingConfig("https://host.invalid/v1", "big", "secret")
    assert config.arguments[-4:] == ["--translator", "https://host.invalid/v1", "--translator-model", "big"]
    assert "secret" not in " ".join(config.arguments) + repr(config)
    assert InterpretingConfig().arguments[-2:] == ["--translator", "embedded"]
