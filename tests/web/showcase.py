"""One of every component of the catalogue, filled as an agent would fill it."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

Component = dict[str, Any]  # JSON as it crosses the wire

CHART: Component = {
    "component": "Chart",
    "type": "bar",
    "title": "Apples picked",
    "labels": ["Mon", "Tue", "Wed"],
    "series": [{"name": "apples", "values": [3, 5, 8]}],
}
FORM: Component = {
    "component": "Form",
    "title": "Where shall we eat?",
    "fields": [
        {"name": "place", "label": "Place", "type": "text", "required": True},
        {"name": "people", "label": "How many", "type": "number", "value": 4},
        {"name": "food", "label": "Kitchen", "type": "choice", "options": ["Italian", "Thai", "Any"]},
        {"name": "needs", "label": "Needs", "type": "choices", "options": ["Vegan", "Quiet", "Step-free"]},
        {"name": "outside", "label": "Outside if it is warm", "type": "checkbox"},
        {"name": "day", "label": "Day", "type": "date"},
    ],
    "submitLabel": "Suggest",
}
POLL: Component = {
    "component": "Poll",
    "question": "Shall we break now?",
    "options": [{"id": "yes", "label": "Yes, now", "votes": 2}, {"id": "later", "label": "In ten minutes", "votes": 1}],
    "isOpen": True,
    "voters": {"yes": ["Ada", "Grace"], "later": ["Alan"]},
}
TIMER: Component = {
    "component": "Timer",
    "label": "Tea",
    "durationMs": 240_000,
    "remainingMs": 93_000,
    "state": "running",
    "isCountdown": True,
}
OTHERS: list[Component] = [
    {"component": "Text", "text": "What we know so far", "variant": "h1"},
    {"component": "Text", "text": "Three of five shops answered; two are open on Sunday."},
    {
        "component": "Table",
        "columns": ["Shop", "Open", "Price"],
        "rows": [["Corner", "yes", 3.5], ["Market", "no", 2.75]],
        "caption": "Shops nearby",
    },
    {"component": "List", "items": ["Bread", "Butter", "Tea"], "ordered": True},
    {"component": "KeyValue", "entries": [{"key": "Total", "value": 7.25}, {"key": "Paid by", "value": "Ada"}]},
    {"component": "Progress", "label": "Asking the shops", "value": 0.6},
    {
        "component": "Checklist",
        "title": "Before we go",
        "items": [
            {"id": "1", "text": "Close the window", "isDone": True},
            {"id": "2", "text": "Bags", "isDone": False},
        ],
    },
    {"component": "Location", "name": "Corner Shop", "address": "1 Mill Lane", "latitude": 52.2, "longitude": 0.11},
    {"component": "Code", "code": "for shop in shops:\n    print(shop.name)", "language": "python"},
    {
        "component": "Translation",
        "source": {"language": "en", "text": "Where is the station?"},
        "target": {"language": "es", "text": "¿Dónde está la estación?"},
    },
    {"component": "Notes", "title": "Notes", "items": [{"id": "n1", "text": "Ask about Sunday", "who": "Grace"}]},
    {"component": "Button", "label": "Ask again", "action": "again"},
]


def png(width_px: int, height_px: int, declared_px: tuple[int, int] | None = None) -> str:
    """A grey picture as a data address; its header may declare another size than it has."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = declared_px or (width_px, height_px)
    rows = (b"\0" + bytes([120]) * width_px) * height_px
    parts = [chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, 0)), chunk(b"IDAT", zlib.compress(rows))]
    return address("png", b"\x89PNG\r\n\x1a\n" + b"".join([*parts, chunk(b"IEND", b"")]))


def svg(inside: str) -> str:
    """A drawing as a data address."""
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="320" height="120">{inside}</svg>'
    return address("svg+xml", drawing.encode())


def address(kind: str, data: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def column(*parts: Component) -> list[Component]:
    """A column of these parts as a surface's flat list."""
    named = [{"id": f"part-{index}", **part} for index, part in enumerate(parts)]
    return [{"id": "root", "component": "Column", "children": [part["id"] for part in named]}, *named]
