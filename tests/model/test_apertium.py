"""Apertium's programs stay, answer each text by itself, and are started anew when they end."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from model.apertium import Apertium, MissingRules, is_installed
from model.types import SessionLostError


@pytest.fixture
def rules() -> Iterator[Apertium]:
    assert is_installed("pt-es"), "deploy/setup.sh test installs it"
    rules = Apertium("pt-es", "apertium-es-pt")
    yield rules
    rules.close()


def test_each_text_is_translated_by_itself(rules: Apertium) -> None:
    assert rules.translate("A confer\u00eancia est\u00e1 sendo gravada.") == "La conferencia est\u00e1 siendo grabada."
    assert rules.translate("o gato preto\ne o c\u00e3o") == "el gato negro y el perro", "one line"
    assert rules.translate("a cadeira azul") == "la silla azul"


def test_marks_that_mean_something_to_its_programs_are_only_text(rules: Apertium) -> None:
    said = rules.translate("[a casa] ^b$ {c} 1/2 d@e <f> \\g")
    assert "[la casa]" in said
    for kept in ("^", "$", "{c}", "1/2", "@", "<f>", "\\g"):
        assert kept in said, said


def test_unknown_words_stay_as_they_are(rules: Apertium) -> None:
    assert "Qwertzu" in rules.translate("A casa de Qwertzu.")


def test_programs_that_end_are_told_and_started_anew(rules: Apertium) -> None:
    rules.translate("a casa")
    for pid in _children():
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(SessionLostError, match="pt-es"):
        rules.translate("a casa")
    assert rules.translate("a casa") == "la casa"


def test_closing_leaves_no_program(rules: Apertium) -> None:
    before = _children()
    rules.translate("a casa")
    assert len(_children()) > len(before)
    rules.close()
    assert _children() == before


def test_a_direction_that_is_not_there_names_its_package() -> None:
    with pytest.raises(MissingRules, match="apt-get install apertium apertium-xx-yy"):
        Apertium("xx-yy", "apertium-xx-yy")


def _children() -> set[int]:
    """Programs of Apertium that this process started."""
    found: set[int] = set()
    for task in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{task}/children") as children:
            found |= {int(pid) for pid in children.read().split()}
    names = {pid: os.readlink(f"/proc/{pid}/exe") for pid in found}
    return {pid for pid, name in names.items() if "lt-proc" in name or "apertium" in name}
