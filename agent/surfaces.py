"""The generated interface that is shown in a call: what the pages see, and who is told what people do with it."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent.errors import ToolError
from agent.tool import ToolOutcome, ToolPicture, ToolView
from agent.wire_fields import Json
from agent.wire_work import (
    MAX_HTML_CHARS,
    MAX_TITLE_CHARS,
    RemoveSurface,
    ShowHtml,
    ShowSurface,
    SurfaceAction,
    WorkToPage,
)

MAX_SURFACES = 32
MAX_SURFACE_BYTES = 262_144
ROOT = "root"
APP_MESSAGE, APP_CONTEXT = "message", "context"  # what a tool's view may tell the models
MAX_APP_WORDS = 2_000
DISMISS = "dismiss"  # a page hides a surface for itself; nobody else need know


@dataclass(frozen=True, slots=True)
class Acted:
    """What somebody did with a surface, in words for the models."""

    words: str


Handler = Callable[[str, SurfaceAction], Acted | None]  # participant id, what they did; None: it means nothing


class Surfaces:
    """All surfaces of a call; the oldest goes when one more than the bound is shown."""

    def __init__(self, tell: Callable[[WorkToPage], None]) -> None:
        self._tell = tell
        self._shown: OrderedDict[str, ShowSurface | ShowHtml] = OrderedDict()
        self._handlers: dict[str, Handler] = {}
        self._views: dict[str, ToolView] = {}
        self._counts: dict[str, int] = {}

    @property
    def shown(self) -> list[ShowSurface | ShowHtml]:
        """What somebody who joins now must see."""
        return list(self._shown.values())

    def new_id(self, noun: str) -> str:
        """An id of the form `timer-1`."""
        self._counts[noun] = self._counts.get(noun, 0) + 1
        return f"{noun}-{self._counts[noun]}"

    def show(self, id: str, title: str, components: Sequence[Json], on_action: Handler | None = None) -> None:
        """Show a surface, or change it where it stands; its tree begins at the component `root`.

        Raises ToolError when it is more than a page takes at once.
        """
        size = len(json.dumps(components, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        if size > MAX_SURFACE_BYTES:
            raise ToolError(f"show: {size} bytes are too much to show at once; {MAX_SURFACE_BYTES} is the bound")
        self._put(ShowSurface(id, title[:MAX_TITLE_CHARS], tuple(components)), on_action)

    def show_html(self, id: str, title: str, html: str) -> None:
        """Show a document in the sandboxed frame. Raises ToolError over its bound."""
        if not 1 <= len(html) <= MAX_HTML_CHARS:
            raise ToolError(f"show: a document of {len(html)} characters; 1 to {MAX_HTML_CHARS} can be shown")
        self._put(ShowHtml(id, title[:MAX_TITLE_CHARS], html), None)

    def show_outcome(self, outcome: ToolOutcome) -> None:
        """Show what came of a tool besides words: its document, its pictures."""
        if outcome.view is not None:
            self.show_view(outcome.view)
        for picture in outcome.pictures:
            self._show_picture(picture)

    def _show_picture(self, picture: ToolPicture) -> None:
        component: Json = {"id": ROOT, "component": "Image", "src": picture.src, "alt": picture.alt}
        self.show(self.new_id("picture"), picture.alt, [component])

    def show_view(self, view: ToolView) -> None:
        """Show a tool's own document; what people do in it is told in its title's name."""

        def on_action(who: str, action: SurfaceAction) -> Acted | None:
            if action.action not in (APP_MESSAGE, APP_CONTEXT) or not isinstance(action.value, str):
                return None
            did = "wrote in" if action.action == APP_MESSAGE else "has before them in"
            return Acted(f"{did} {view.title!r}: {action.value[:MAX_APP_WORDS]}")

        shown = ShowHtml(self.new_id("app"), view.title[:MAX_TITLE_CHARS], view.html, view.app)
        self._views[shown.surface_id] = view
        self._put(shown, on_action)

    def view(self, id: str) -> ToolView | None:
        """The tool's own document that a surface shows; None where it shows something else, or nothing."""
        return self._views.get(id)

    def remove(self, id: str) -> None:
        """Take a surface away from every page."""
        if self._shown.pop(id, None) is not None:
            self._handlers.pop(id, None)
            self._views.pop(id, None)
            self._tell(RemoveSurface(id))

    def act(self, who: str, action: SurfaceAction) -> Acted | None:
        """Somebody did something; what it means in words, or None when it means nothing here."""
        if action.action == DISMISS or action.surface_id not in self._shown:
            return None
        handler = self._handlers.get(action.surface_id)
        if handler is None:
            return None
        return handler(who, action)

    def _put(self, surface: ShowSurface | ShowHtml, on_action: Handler | None) -> None:
        if on_action is not None:
            self._handlers[surface.surface_id] = on_action
        self._shown[surface.surface_id] = surface
        while len(self._shown) > MAX_SURFACES:
            self.remove(next(iter(self._shown)))
        self._tell(surface)
