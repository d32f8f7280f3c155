"""Text cut into clauses as it arrives."""

from hypothesis import given
from hypothesis import strategies as st

from model.clauses import LONGEST_CLAUSE_CHARS, Clauses


def cut(*pieces: str) -> list[str]:
    clauses = Clauses()
    return [clause for piece in pieces for clause in clauses.push(piece)] + clauses.flush()


@given(st.lists(st.text(alphabet="ab.,!? \n1", max_size=12), max_size=30))
def test_no_character_but_space_is_lost_however_it_arrives(pieces: list[str]) -> None:
    assert "".join("".join(cut(*pieces)).split()) == "".join("".join(pieces).split())


def test_a_sentence_is_given_as_soon_as_the_next_word_begins() -> None:
    clauses = Clauses()
    assert clauses.push("Paris is the capital.") == []
    assert clauses.push(" It") == ["Paris is the capital."]
    assert clauses.flush() == ["It"]


def test_the_first_clause_is_cut_at_a_comma_and_a_later_one_is_not_so_soon() -> None:
    assert cut("Well of course, it is blue. Yes indeed, it is.") == [
        "Well of course,",
        "it is blue.",
        "Yes indeed, it is.",
    ]


def test_numbers_titles_and_abbreviations_stay_whole() -> None:
    assert cut("It is 3.14 or 1,000 to Dr. Smith, e.g. today.") == ["It is 3.14 or 1,000 to Dr. Smith,", "e.g. today."]


def test_text_without_any_pause_is_cut_at_a_space() -> None:
    parts = cut("word " * 100)
    assert len(parts) > 1
    assert all(len(part) <= LONGEST_CLAUSE_CHARS for part in parts)
