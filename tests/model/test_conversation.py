"""What the language model is told: bounded, with a prefix that stays."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from model.conversation import MAX_CHARS, Conversation, asked
from model.language_model import Message

NOW = datetime(2026, 11, 22, 15, 45)


def test_the_prompt_holds_the_time_and_the_instructions() -> None:
    prompt = Conversation("Speak like a pirate.", NOW).messages()[0]
    assert prompt.role == "system"
    assert "Sunday 22 November 2026, 15:45" in prompt.content
    assert prompt.content.endswith("Speak like a pirate.")


def test_what_is_said_without_an_answer_between_is_one_message() -> None:
    conversation = Conversation("", NOW)
    conversation.add_user("What is")
    conversation.add_user("the capital?")
    assert conversation.messages()[1:] == [Message("user", "What is the capital?")]
    assert asked(conversation.messages(), "Of France.")[1:] == [Message("user", "What is the capital? Of France.")]


def test_only_what_sounded_is_remembered() -> None:
    conversation = Conversation("", NOW)
    conversation.add_user("Count.")
    conversation.add_agent("One two", was_cut=True)
    conversation.add_agent("", was_cut=True)
    assert conversation.messages()[2:] == [Message("assistant", "One two\u2026")]


def test_asking_on_trial_changes_nothing() -> None:
    conversation = Conversation("", NOW)
    conversation.add_user("Hello.")
    before = conversation.messages()
    asked(conversation.messages("Hi"), "And?")
    assert conversation.messages() == before


@given(st.lists(st.tuples(st.text(max_size=2000), st.text(max_size=400)), max_size=20))
def test_the_conversation_stays_bounded_and_keeps_the_newest(turns: list[tuple[str, str]]) -> None:
    conversation = Conversation("", NOW)
    for said, answered in turns:
        conversation.add_user(said)
        newest = conversation.messages()[-1]
        assert conversation.num_chars <= MAX_CHARS
        assert newest.role == "user"
        assert newest.content.endswith(said[-200:])
        conversation.add_agent(answered)
