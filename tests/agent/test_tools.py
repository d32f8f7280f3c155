"""The built-in tools, with their real surfaces"""

from __future__ import annotations

import base64
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.calculator import calculate, written
from agent.catalogue import check_components
from agent.durations import read_duration
from agent.errors import ToolError
from agent.number_words import digits
from agent.timers import spoken_duration
from agent.units import convert
from agent.wire_work import ShowHtml, ShowSurface
from tests.agent.call_tools import CallTools


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("-3^2", "-9"),
        ("2^3^2", "512"),
        ("15% * 80", "12"),
        ("2(3 + 4)", "14"),
        ("0.1 + 0.2", "0.3"),
        ("1 / 3", "about 0.333333"),
        ("sqrt(144)", "12"),
        ("round(2.345, 2) + max(1, 5, 3)", "7.34"),
        ("12345678 * 10", "123,456,780"),
    ],
)
def test_a_sum_comes_out_right(text: str, value: str) -> None:
    assert written(calculate(text)) == value


@pytest.mark.parametrize(
    "text", ["", "2 +", "1/0", "9^9^9", "(1", "__import__('os')", "sqrt(-1)", "x", "(" * 200, "0^-1"]
)
def test_what_cannot_be_computed_is_refused_in_words(text: str) -> None:
    with pytest.raises(ToolError, match="calculator: "):
        calculate(text)


sums = st.recursive(
    st.integers(0, 99).map(str),
    lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda each: f"({each[0]} {each[1]} {each[2]})"),
    max_leaves=8,
)


@given(sums)
def test_any_sum_is_what_exact_fractions_make_of_it(text: str) -> None:
    exact = "".join(f"Fraction({word})" if word.isdigit() else word for word in _split(text))
    try:
        expected = eval(exact, {"Fraction": Fraction})
    except ZeroDivisionError:
        with pytest.raises(ToolError, match="zero"):
            calculate(text)
        return
    assert calculate(text) == expected


def _split(text: str) -> list[str]:
    return text.replace("(", " ( ").replace(")", " ) ").split()


@given(st.text(max_size=60))
def test_any_text_is_computed_or_refused(text: str) -> None:
    try:
        assert isinstance(calculate(text), Fraction)
    except ToolError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("said", "written_as"),
    [
        ("ten seconds", "10 seconds"),
        ("twenty-five minutes", "25 minutes"),
        ("three, five and eight", "3, 5 and 8"),
        ("two and a half hours", "2.5 hours"),
        ("half an hour", "0.5 hour"),
        ("a hundred and five", "105"),
        ("one point five", "1.5"),
        ("seven thousand two hundred", "7200"),
        ("someone is weighting", "someone is weighting"),
    ],
)
def test_numbers_in_words_become_digits(said: str, written_as: str) -> None:
    assert digits(said) == written_as


@given(st.integers(0, 999_999))
def test_every_whole_number_in_digits_stays(number: int) -> None:
    assert digits(f"{number} apples") == f"{number} apples"


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [(5, "miles", "km", "8.04672"), (70, "fahrenheit", "degrees celsius", None), (1, "foot", "cm", "30.48")],
)
def test_units_turn_into_each_other_exactly(value: int, source: str, target: str, expected: str | None) -> None:
    found, _, _ = convert(Fraction(value), source, target)
    assert found == (Fraction(expected) if expected else Fraction(190, 9))
    assert convert(found, target, source)[0] == value


def test_units_of_two_kinds_are_refused() -> None:
    with pytest.raises(ToolError, match=r"kilograms measure mass, miles measure length"):
        convert(Fraction(1), "kg", "miles")


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("ten seconds", 10),
        ("a minute and a half", 90),
        ("an hour and 20 minutes", 4800),
        ("1 hour, 1 minute and 1 second", 3661),
        ("half an hour", 1800),
        ("two and a half minutes", 150),
        ("5m", 300),
        ("1:30", 90),
        ("the eggs", None),
    ],
)
def test_a_duration_is_understood_as_it_is_said(said: str, seconds: float | None) -> None:
    assert read_duration(said) == seconds


async def test_a_timer_is_shown_rings_once_and_is_said() -> None:
    call = CallTools()
    outcome = await call.call("set_timer", duration="ten seconds", label="tea")
    assert outcome.spoken == "Timer set for 10 seconds, for tea."
    assert call.shown("timer-1")["remainingMs"] == 10_000 and call.timers.next_due == 10
    call.timers.ring(9.9)
    assert call.announced == []
    call.timers.ring(10.0)
    call.timers.ring(11.0)
    assert call.announced == ["Time for: tea."] and call.shown("timer-1")["state"] == "done"


async def test_a_timer_can_be_cancelled_by_its_card_and_by_words() -> None:
    call = CallTools()
    await call.call("set_timer", duration="ten seconds")
    await call.call("set_timer", duration="a minute", label="eggs")
    assert "cancelled" in call.act("p1", "timer-1", "cancel", None)
    await call.call("cancel_timer", label="eggs")
    assert call.timers.next_due is None and call.shown("timer-2")["state"] == "cancelled"
    with pytest.raises(ToolError, match="no timer runs"):
        await call.call("cancel_timer")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (10, "10 seconds"), (90, "1 minute and 30 seconds"), (3661, "1 hour, 1 minute and 1 second")],
)
def test_durations_are_said_as_people_do(seconds: float, words: str) -> None:
    assert spoken_duration(seconds) == words


async def test_a_poll_counts_one_vote_a_person_and_tells_when_all_have_voted() -> None:
    call = CallTools()
    await call.call("ask_poll", question="Do we break now?")
    call.act("p1", "poll-1", "vote", "o0")
    call.act("p1", "poll-1", "vote", "o1")
    assert [option["votes"] for option in call.shown("poll-1")["options"]] == [0, 1]
    assert call.announced == []
    assert "voted for 'Yes'" in call.act("p2", "poll-1", "vote", "o0")
    assert call.announced == ["Everybody has voted on 'Do we break now?': Yes: 1, No: 1."]
    assert call.act("p2", "poll-1", "vote", "o7") == call.act("p2", "poll-1", "vote", {"a": 1}) == ""


async def test_what_is_filled_into_a_form_is_told() -> None:
    call = CallTools()
    fields = [
        {"name": "day", "label": "Day", "type": "choice", "options": ["Mon", "Tue"]},
        {"name": "n", "label": "How many"},
    ]
    await call.call("show_form", title="Lunch", fields=fields)
    assert call.act("p2", "form-1", "submit", {"day": "Tue", "n": 3, "evil": "<script>"}).endswith(
        "Day: Tue; How many: 3"
    )
    assert call.announced == ["Bob filled in Lunch: Day: Tue; How many: 3."]


async def test_a_chart_shows_the_numbers() -> None:
    call = CallTools()
    await call.call("show_chart", series=[{"values": [3, 5, 8]}], labels=["a", "b", "c"])
    assert call.shown("chart-1")["series"] == [{"name": "", "values": [3.0, 5.0, 8.0]}]
    with pytest.raises(ToolError, match="labels: 1 for 2"):
        await call.call("show_chart", series=[{"values": [1, 2]}], labels=["a"])
    with pytest.raises(ToolError, match="one of bar, line, pie"):
        await call.call("show_chart", series=[{"values": [1, 2]}], type="donut")


async def test_notes_are_written_removed_by_anybody_and_read() -> None:
    call = CallTools()
    await call.call("take_note", text="Milk")
    await call.call("take_note", text="Bread")
    call.act("p2", "notes", "remove", "n1")
    assert (await call.call("read_notes")).spoken == "The notes say: Bread."


async def test_a_tick_on_a_checklist_is_kept_and_told() -> None:
    call = CallTools()
    await call.call("show_checklist", items=["Ring Bob", "Pay"])
    assert "1 of 2" in call.act("p1", "checklist-1", "check", {"id": "i1", "isDone": True})
    assert [item["isDone"] for item in call.shown("checklist-1")["items"]] == [False, True]


async def test_the_clock_knows_other_places() -> None:
    call = CallTools()
    assert "04:05 in Tokyo on Monday" in (await call.call("clock", place="Tokyo")).spoken
    with pytest.raises(ToolError, match="no time zone"):
        await call.call("clock", place="Atlantis")


async def test_a_model_may_show_what_the_catalogue_has_and_nothing_else() -> None:
    call = CallTools()
    table = {"id": "t", "component": "Table", "columns": ["a"], "rows": [["1"], [2]]}
    await call.call("show", title="T", components=[{"id": "root", "component": "Column", "children": ["t"]}, table])
    surface = call.surfaces.shown[0]
    assert isinstance(surface, ShowSurface) and surface.components[1] == table
    for wrong in (
        [{"id": "root", "component": "Script", "code": "x"}],
        [{"id": "root", "component": "Column", "children": ["gone"]}],
        [{"id": "root", "component": "Text"}],
        [{"id": "root", "component": "Text", "text": 3}],
        [{"id": "a", "component": "Text", "text": "no root"}],
        [{"id": "root", "component": "Text", "text": "x"}] * 2,
        [],
    ):
        with pytest.raises(ToolError):
            check_components(wrong)


HOSTILE = "<script>alert(1)</script>{{ 7 * 7 }}{% for x in ().__class__.__mro__ %}"


async def test_a_report_escapes_whatever_it_is_given() -> None:
    call = CallTools()
    sections = [{"heading": HOSTILE, "text": HOSTILE, "points": [HOSTILE], "rows": [{"cells": [HOSTILE]}]}]
    await call.call("show_report", title=HOSTILE, sections=sections)
    shown = call.surfaces.shown[0]
    assert isinstance(shown, ShowHtml)
    assert "<script" not in shown.html and "49" not in shown.html
    assert shown.html.count("&lt;script&gt;alert(1)") == 6 and shown.html.count("{{ 7 * 7 }}") == 6


async def test_the_board_is_a_picture_whose_text_cannot_be_markup() -> None:
    call = CallTools()
    await call.call("write_on_board", text="</text><script>1</script>")
    await call.call("draw_on_board", shapes=[{"kind": "arrow", "x": 1, "y": 2, "x2": 3, "y2": 4, "colour": "red"}])
    picture = base64.b64decode(str(call.shown("board")["src"]).split(",")[1]).decode()
    assert ElementTree.fromstring(picture).tag.endswith("svg") and "<script" not in picture and "<line" in picture
    with pytest.raises(ToolError, match="not between 0 and 800"):
        await call.call("draw_on_board", shapes=[{"kind": "line", "x": 900, "y": 0}])
    for _ in range(13):
        await call.call("write_on_board", text="more")
    with pytest.raises(ToolError, match="no room"):
        await call.call("write_on_board", text="too much")


async def test_more_than_a_page_takes_is_refused_before_it_is_shown() -> None:
    call = CallTools()
    texts = [{"id": f"t{number}", "component": "Text", "text": "x" * 4_000} for number in range(100)]
    root = {"id": "root", "component": "Column", "children": [text["id"] for text in texts]}
    with pytest.raises(ToolError, match="too much to show"):
        await call.call("show", title="T", components=[root, *texts])
    assert call.surfaces.shown == []
