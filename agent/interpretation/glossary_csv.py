"""Glossaries as CSV: a header of language codes, then one term a line. Knows nothing of where files come from.

en,es,fr
board of directors,junta directiva,conseil d'administration
Alongside,,
"""

from __future__ import annotations

import csv
import io

from agent.interpretation.errors import GlossaryError
from agent.interpretation.glossary import Glossary, Term

MAX_CSV_BYTES = 512 * 1024
MAX_LANGUAGES = 16


def read_glossary(data: bytes) -> Glossary:
    """Parse an uploaded file, with commas, semicolons or tabs. Raises GlossaryError with the line."""
    if len(data) > MAX_CSV_BYTES:
        raise GlossaryError(f"the file has {len(data)} bytes; a glossary has at most {MAX_CSV_BYTES}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GlossaryError(f"byte {error.start} is not UTF-8; save the file as UTF-8") from error
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        languages = _languages(next(rows, []))
        terms = [term for row in rows if (term := _term(row, languages, rows.line_num)) is not None]
    except csv.Error as error:
        raise GlossaryError(f"line {rows.line_num}: {error}; is a quotation mark missing?") from error
    return Glossary(tuple(terms))


def write_glossary(glossary: Glossary) -> bytes:
    """What `read_glossary` reads."""
    languages = sorted({language for term in glossary.terms for language in term.wordings}) or ["en"]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(languages)
    for term in glossary.terms:
        writer.writerow([term.wordings.get(language, "") for language in languages])
    return out.getvalue().encode()


def _languages(header: list[str]) -> list[str]:
    languages = [cell.strip().lower() for cell in header]
    if not 1 <= len(languages) <= MAX_LANGUAGES:
        raise GlossaryError(f"line 1: {len(languages)} columns; name 1 to {MAX_LANGUAGES} languages, such as en,es,fr")
    for language in languages:
        if not language.isalpha() or not language.isascii() or len(language) not in (2, 3):
            raise GlossaryError(f"line 1: {language!r} is no language code; begin with a line such as en,es,fr")
    if len(set(languages)) < len(languages):
        raise GlossaryError(f"line 1: a language stands twice in {','.join(languages)}")
    return languages


def _term(row: list[str], languages: list[str], line: int) -> Term | None:
    cells = [cell.strip() for cell in row]
    if not any(cells):
        return None
    if len(cells) > len(languages):
        raise GlossaryError(f"line {line}: {len(cells)} cells, but line 1 names {len(languages)} languages")
    try:
        return Term({language: cell for language, cell in zip(languages, cells, strict=False) if cell})
    except GlossaryError as error:
        raise GlossaryError(f"line {line}: {error}") from error
