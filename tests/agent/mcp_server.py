"""An MCP server over streamable HTTP for the tests: `python -m tests.agent.mcp_server` prints its port."""

from __future__ import annotations

import socket
import sys

import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations

server = MCPServer("shelf")


@server.tool(annotations=ToolAnnotations(destructive_hint=True))
def clear(shelf: str) -> str:
    """Clears a shelf."""
    return f"{shelf} is empty"


@server.tool()
def flood() -> str:
    """Says far too much."""
    return "x" * 1_000_000


@server.tool()
def fail() -> str:
    """Fails."""
    raise ToolError("the shelf is locked")


if __name__ == "__main__":
    listening = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    config = uvicorn.Config(server.streamable_http_app(), log_level="warning")
    uvicorn.Server(config).run(sockets=[listening])
