"""An MCP server for the tests, over streamable HTTP: `python -m tests.agent.mcp_server` prints its port; or `stdio`."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import uvicorn
from mcp.server.apps import Apps
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, EmbeddedResource, ImageContent, TextContent, TextResourceContents, ToolAnnotations

VIEW = (Path(__file__).parent / "shelf_view.html").read_text()
apps = Apps()


@apps.tool(resource_uri="ui://shelf/view.html", title="The shelf")
def show_shelf(shelf: str) -> dict[str, int]:
    """Shows what stands on a shelf."""
    return {"books": 3, "boxes": len(shelf)}


@apps.tool(resource_uri="ui://shelf/large.html")
def show_all() -> str:
    """Shows far too much."""
    return "x" * 100_000


@apps.tool(resource_uri="ui://shelf/view.html", visibility=["app"])
def refresh_shelf() -> str:
    """Only the view itself may call this."""
    return "fresh"


apps.add_html_resource("ui://shelf/view.html", VIEW)
apps.add_html_resource("ui://shelf/large.html", "<p>" + "x" * 300_000)
server = MCPServer("shelf", extensions=[apps])


@server.tool(annotations=ToolAnnotations(destructive_hint=True))
def clear(shelf: str) -> str:
    """Clears a shelf."""
    return f"{shelf} is empty"


@server.tool()
def flood() -> str:
    """Says far too much."""
    return "x" * 1_000_000


@server.tool()
def photograph(shelf: str) -> CallToolResult:
    """Gives pictures of a shelf: one to see, one too large, one of a kind that pages do not show."""
    grey = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
    pictures = [(grey, "image/png"), (grey * 4_000, "image/png"), (grey, "image/svg+xml")]
    content = [ImageContent(data=data, mime_type=kind) for data, kind in pictures]
    return CallToolResult(content=[TextContent(text=f"shelf {shelf}"), *content])


@server.tool()
async def count_books(context: Context) -> str:
    """Counts for a while and says how far it is."""
    await context.report_progress(1, 4, "the first of four")
    await context.report_progress(3, 4, "the third of four")
    return "counted"


@server.tool()
def fail() -> str:
    """Fails."""
    raise ToolError("the shelf is locked")


@server.tool()
def draw() -> CallToolResult:
    """Brings its view along with its result."""
    view = TextResourceContents(uri="ui://shelf/drawn", mime_type="text/html", text="<b>drawn</b>")
    return CallToolResult(
        content=[TextContent(type="text", text="here"), EmbeddedResource(type="resource", resource=view)]
    )


if __name__ == "__main__" and sys.argv[1:] == ["stdio"]:
    server.run("stdio")
elif __name__ == "__main__":
    listening = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    config = uvicorn.Config(server.streamable_http_app(), log_level="warning")
    uvicorn.Server(config).run(sockets=[listening])
