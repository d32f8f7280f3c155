"""A pair that is measured again replaces its own rows, and the means are of all pairs."""

from __future__ import annotations

from agent.bench.interpret import ALL_SPEECH, joined
from agent.bench.result import BenchResult, Row


def _rows(pair: str, end_lag_s: float | None) -> list[Row]:
    rows: list[Row] = []
    for speech in ("60%", ALL_SPEECH):
        lag = None if end_lag_s is None else end_lag_s + (10 if speech == ALL_SPEECH else 0)
        rows.append({"part": "pairs", "pair": pair, "speech": speech, "prompts": 4, **_figures(lag)})
    return rows


def _figures(lag: float | None) -> Row:
    return {
        "start_lag_median_s": lag,
        "end_lag_median_s": lag,
        "chrf": 50.0,
        "chrf_whole": 60.0,
        "bleu": 0.0,
        "coverage_pct": 90,
    }


def test_pairs_are_joined_in_their_order_and_averaged_over_the_rows_with_pauses() -> None:
    before = {"rows": [*_rows("fr-en", 5.0), *_rows("en-es", 9.0)]}
    before |= {"command": "alongside bench interpret", "date": "2026-11-22", "commit": "abc", "split": "test"}
    again = BenchResult("interpret", "native", "engine", 4, 3.0, {}, _rows("en-es", 3.0), "a test")
    result = joined(again, before)
    assert [row["pair"] for row in result.rows] == ["en-es", "en-es", "fr-en", "fr-en"]
    assert result.score == result.metrics["end_lag_median_s"] == 4.0 and result.items == 8
    assert result.metrics["chrf"] == 50.0 and result.metrics["bleu"] == 0.0
    assert result.command == "a test (other parts: alongside bench interpret, 2026-11-22, commit abc)"
    assert joined(again, {**before, "rows": _rows("en-es", 9.0)}) is again
    assert joined(again, {**before, "split": "dev"}) is again, "halves are not mixed"


def test_a_pair_of_which_nothing_was_spoken_has_no_lag() -> None:
    before = {"rows": _rows("fr-en", None), "command": "a", "date": "b", "commit": "c", "split": "test"}
    again = BenchResult("interpret", "native", "engine", 4, 3.0, {}, _rows("en-es", 3.0), "a test")
    assert joined(again, before).metrics["end_lag_median_s"] == 3.0
