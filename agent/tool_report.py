"""Documents from a Jinja2 template, for the page's sandboxed frame: longer than a card, read and not acted on.

Templates are ours and few; what a model writes fills them and is escaped. The frame that shows them has no network.
"""

from __future__ import annotations

from dataclasses import dataclass

from jinja2.sandbox import SandboxedEnvironment

from agent.surfaces import Surfaces
from agent.tool import BuiltIn, Tool, ToolOutcome, ToolUse
from agent.tool_schema import describe

MAX_SECTIONS = 40
_ENVIRONMENT = SandboxedEnvironment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
_REPORT = _ENVIRONMENT.from_string(
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title><style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 1rem; color-scheme: light dark; }
table { border-collapse: collapse; margin: 0.5rem 0; }
th, td { border: 1px solid color-mix(in srgb, currentColor 30%, transparent); padding: 0.3rem 0.6rem; }
</style></head><body><h1>{{ title }}</h1>
{% for section in sections %}
<section>
{% if section.heading %}<h2>{{ section.heading }}</h2>{% endif %}
{% for paragraph in section.text.split("\\n") if paragraph.strip() %}<p>{{ paragraph }}</p>{% endfor %}
{% if section.points %}<ul>{% for point in section.points %}<li>{{ point }}</li>{% endfor %}</ul>{% endif %}
{% if section.rows %}
<table>{% for row in section.rows %}<tr>
{% for cell in row.cells %}<td>{{ cell }}</td>{% endfor %}
</tr>{% endfor %}</table>
{% endif %}
</section>
{% endfor %}
</body></html>
"""
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a report's table."""

    cells: tuple[str, ...] = describe("from left to right")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report."""

    heading: str = describe("over it", default="")
    text: str = describe("its paragraphs, a line each", default="")
    points: tuple[str, ...] = describe("its list", default=())
    rows: tuple[Row, ...] = describe("its table", default=())


@dataclass(frozen=True, slots=True)
class ShowReport:
    """Arguments of `show_report`."""

    title: str = describe("over everything")
    sections: tuple[Section, ...] = describe("what it says, in order")

    def __post_init__(self) -> None:
        if not 1 <= len(self.sections) <= MAX_SECTIONS:
            raise ValueError(f"sections: {len(self.sections)}, expected 1 to {MAX_SECTIONS}")


def written_report(asked: ShowReport) -> str:
    """The document; everything in it that was given is escaped."""
    return _REPORT.render(title=asked.title, sections=asked.sections)


def report_tools(surfaces: Surfaces) -> list[Tool]:
    """The tool that shows a document."""

    async def show(asked: ShowReport, use: ToolUse) -> ToolOutcome:
        id = surfaces.new_id("report")
        surfaces.show_html(id, asked.title, written_report(asked))
        return ToolOutcome(f"{id} is shown with {len(asked.sections)} sections", "The report is there.")

    words = "Show a longer document with headings, paragraphs, lists and tables, for example a summary of the call."
    return [BuiltIn("show_report", words, ShowReport, show)]
