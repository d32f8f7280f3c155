"""MCP Apps: HTML that an MCP server ships for its tools (`ui://` resources), made ready for the sandboxed frame.

Knows no frame and no channel. A document that cannot be had costs the picture, never the tool's result.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
from collections.abc import Callable
from typing import Protocol, cast

from mcp_types import (
    BlobResourceContents,
    CallToolResult,
    EmbeddedResource,
    ReadResourceResult,
    TextContent,
    TextResourceContents,
)
from mcp_types import Tool as ListedTool

from agent.errors import ToolError
from agent.tool import Tool, ToolView
from agent.wire_fields import MAX_JSON_DEPTH, Json, depth
from agent.wire_work import MAX_HTML_CHARS

logger = logging.getLogger(__name__)

EXTENSION_ID = "io.modelcontextprotocol/ui"
MIME_TYPE = "text/html;profile=mcp-app"
CAPABILITY: Json = {"mimeTypes": [MIME_TYPE]}
SCHEME = "ui://"
MAX_APP_JSON_CHARS = 32_000  # of what the view is told of its tool's call
MAX_CUT_WORDS = 4_000
_HTML = "text/html"


class Resources(Protocol):
    """Where resources are read: a client of one server."""

    async def read_resource(self, uri: str) -> ReadResourceResult: ...


def resource_of(tool: ListedTool) -> str:
    """The `ui://` address that a tool's results are shown with; empty when there is none."""
    ui = _ui(tool)
    uri: object = ui.get("resourceUri") or (tool.meta or {}).get("ui/resourceUri")  # the second is the older form
    return uri if isinstance(uri, str) and uri.startswith(SCHEME) else ""


def is_for_model(tool: ListedTool) -> bool:
    """Whether a model may be offered a tool; some are only for the server's own views."""
    return _is_for(tool, "model")


def is_for_view(tool: ListedTool) -> bool:
    """Whether the server's own views may use a tool."""
    return _is_for(tool, "app")


def data_of(result: CallToolResult) -> Json:
    """A result as views take it; of one that is too much for a message, the words that fit."""
    data = result.model_dump(mode="json", by_alias=True, exclude_none=True)
    if _fits(data):
        return data
    words = "\n".join(each.text for each in result.content if isinstance(each, TextContent))
    return {"content": [{"type": "text", "text": words[:MAX_CUT_WORDS]}], "isError": bool(result.is_error)}


async def view_of(
    resources: Resources,
    uri: str,
    title: str,
    arguments: Json,
    result: CallToolResult,
    find: Callable[[str], Tool | None] = lambda name: None,
) -> ToolView | None:
    """What the pages show of a tool's result: its own document, or one that came with the result. None without.

    `find` gives the tools that the document may use by the names its server knows.
    """
    came = [each.resource for each in result.content if isinstance(each, EmbeddedResource)]
    embedded = next((each for each in came if str(each.uri).startswith(SCHEME) and _is_html(each)), None)
    try:
        if embedded is not None:
            html = _document(embedded)
        elif uri:
            html = _document(*(await resources.read_resource(uri)).contents)
        else:
            return None
    except ToolError as error:
        logger.warning("%s cannot be shown: %s", title, error)
        return None
    except Exception as error:  # a server's edge: the transport's errors have no common root
        logger.warning("%s cannot be shown: %s", title, type(error).__name__)
        return None
    return ToolView(title, html, _app(arguments, result), find)


def _ui(tool: ListedTool) -> Json:
    ui: object = (tool.meta or {}).get("ui")
    return cast(Json, ui) if isinstance(ui, dict) else {}


def _is_html(contents: TextResourceContents | BlobResourceContents) -> bool:
    return (contents.mime_type or "").partition(";")[0].strip().lower() == _HTML


def _document(*parts: TextResourceContents | BlobResourceContents) -> str:
    """The HTML of a resource. Raises ToolError when it is none, or more than a page takes."""
    found = next((part for part in parts if _is_html(part)), None)
    if found is None:
        raise ToolError(f"its resource is no {MIME_TYPE}")
    try:
        html = found.text if isinstance(found, TextResourceContents) else base64.b64decode(found.blob).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ToolError("its resource is not text in base64") from error
    if not 1 <= len(html) <= MAX_HTML_CHARS:
        raise ToolError(f"its document has {len(html)} characters; 1 to {MAX_HTML_CHARS} can be shown")
    return html


def _app(arguments: Json, result: CallToolResult) -> Json:
    """What a view is told of its tool's call; arguments that are too much beside the result are left out."""
    app: Json = {"arguments": arguments, "result": data_of(result)}
    return app if _fits(app) else {**app, "arguments": {}}


def _fits(data: Json) -> bool:
    return len(json.dumps(data)) <= MAX_APP_JSON_CHARS and depth(data) < MAX_JSON_DEPTH - 1


def _is_for(tool: ListedTool, whom: str) -> bool:
    visible: object = _ui(tool).get("visibility", ["model", "app"])
    return not isinstance(visible, list) or whom in visible
