"""The whiteboard of a call: lines of text and simple shapes, drawn as one picture that everybody sees."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape

from agent.errors import ToolError
from agent.surfaces import ROOT, Surfaces
from agent.tool import BuiltIn, Tool, ToolOutcome, ToolUse
from agent.tool_schema import describe

SURFACE = "board"
WIDTH, HEIGHT = 800, 500
MAX_SHAPES = 200
MAX_TEXT_CHARS = 120
_LINE_HEIGHT = 34
_MARGIN = 24


@dataclass(frozen=True, slots=True)
class Shape:
    """One mark on the board; x and y count from the top left corner of a board of 800 by 500."""

    kind: Literal["text", "line", "arrow", "rectangle", "ellipse"] = describe("what it is")
    x: float = describe("where it begins")
    y: float = describe("where it begins")
    x2: float = describe("where it ends; not for text", default=0.0)
    y2: float = describe("where it ends; not for text", default=0.0)
    text: str = describe("for text", default="")
    colour: Literal["black", "red", "blue", "green", "orange", "gray"] = describe("of the pen", default="black")

    def __post_init__(self) -> None:
        for name, value, most in (("x", self.x, WIDTH), ("x2", self.x2, WIDTH), ("y", self.y, HEIGHT)):
            if not 0 <= value <= most:
                raise ValueError(f"shapes: {name} {value:g} is not between 0 and {most}")
        if not 0 <= self.y2 <= HEIGHT or len(self.text) > MAX_TEXT_CHARS:
            raise ValueError(f"shapes: y2 {self.y2:g} or the text is over its bound")

    def drawn(self) -> str:
        """The shape in SVG; text is escaped."""
        pen = f'stroke="{self.colour}" stroke-width="3" fill="none"'
        left, right = sorted((self.x, self.x2))
        top, bottom = sorted((self.y, self.y2))
        match self.kind:
            case "text":
                where = f'x="{self.x:g}" y="{self.y:g}" fill="{self.colour}"'
                return f'<text {where} font-family="sans-serif" font-size="24">{escape(self.text)}</text>'
            case "rectangle":
                size = f'width="{right - left:g}" height="{bottom - top:g}"'
                return f'<rect x="{left:g}" y="{top:g}" {size} {pen}/>'
            case "ellipse":
                middle = f'cx="{(left + right) / 2:g}" cy="{(top + bottom) / 2:g}"'
                return f'<ellipse {middle} rx="{(right - left) / 2:g}" ry="{(bottom - top) / 2:g}" {pen}/>'
            case "line" | "arrow":
                ends = f'x1="{self.x:g}" y1="{self.y:g}" x2="{self.x2:g}" y2="{self.y2:g}"'
                head = ' marker-end="url(#head)"' if self.kind == "arrow" else ""
                return f"<line {ends} {pen}{head}/>"


class Whiteboard:
    """What is on the board."""

    def __init__(self, surfaces: Surfaces) -> None:
        self._surfaces = surfaces
        self._shapes: list[Shape] = []

    @property
    def texts(self) -> list[str]:
        return [shape.text for shape in self._shapes if shape.kind == "text"]

    def draw(self, shapes: tuple[Shape, ...]) -> None:
        """Add shapes. Raises ToolError when the board is full."""
        if len(self._shapes) + len(shapes) > MAX_SHAPES:
            raise ToolError(f"board: {MAX_SHAPES} shapes are on it already; clear it")
        self._shapes += shapes
        self._show()

    def write(self, text: str) -> None:
        """Add a line of text under the ones before. Raises ToolError when there is no room."""
        y = _MARGIN + _LINE_HEIGHT * (len(self.texts) + 1)
        if y > HEIGHT or len(text) > MAX_TEXT_CHARS:
            raise ToolError("board: there is no room for that; clear it, or write less")
        self.draw((Shape("text", _MARGIN, y, text=text),))

    def clear(self) -> None:
        """Wipe everything."""
        self._shapes.clear()
        self._show()

    def _show(self) -> None:
        marks = "".join(shape.drawn() for shape in self._shapes)
        picture = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
            '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="6" markerHeight="6" '
            'orient="auto"><path d="M0 0L10 5L0 10z"/></marker></defs>'
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>{marks}</svg>'
        )
        source = f"data:image/svg+xml;base64,{base64.b64encode(picture.encode()).decode()}"
        alt = f"Whiteboard: {'; '.join(self.texts) or 'empty'}"
        self._surfaces.show(SURFACE, "Whiteboard", [{"id": ROOT, "component": "Image", "src": source, "alt": alt}])


@dataclass(frozen=True, slots=True)
class WriteOnBoard:
    """Arguments of `write_on_board`."""

    text: str = describe("one line")


@dataclass(frozen=True, slots=True)
class DrawOnBoard:
    """Arguments of `draw_on_board`."""

    shapes: tuple[Shape, ...] = describe("what is drawn, in order")


@dataclass(frozen=True, slots=True)
class ClearBoard:
    """`clear_board` has no arguments."""


def board_tools(board: Whiteboard) -> list[Tool]:
    """The tools that write, draw and wipe."""

    async def write(asked: WriteOnBoard, use: ToolUse) -> ToolOutcome:
        board.write(asked.text)
        return ToolOutcome(f"written on the board: {asked.text}", "It is on the board.")

    async def draw(asked: DrawOnBoard, use: ToolUse) -> ToolOutcome:
        board.draw(asked.shapes)
        return ToolOutcome(f"{len(asked.shapes)} shapes drawn", "It is on the board.")

    async def clear(asked: ClearBoard, use: ToolUse) -> ToolOutcome:
        board.clear()
        return ToolOutcome("the board is empty", "The board is clear.")

    return [
        BuiltIn("write_on_board", "Write a line of text on the whiteboard.", WriteOnBoard, write),
        BuiltIn("draw_on_board", "Draw shapes on the whiteboard (800 by 500).", DrawOnBoard, draw),
        BuiltIn("clear_board", "Wipe the whiteboard.", ClearBoard, clear),
    ]
