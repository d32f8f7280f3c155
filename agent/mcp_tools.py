"""Tools of MCP servers, started here or reached over HTTP: listed, allowed by name, timed, bounded, told in words.

A server that ends is started again; while it is away its tools are not offered. Knows no conversation.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, cast

from mcp import Client, MCPError, StdioServerParameters
from mcp.client.extension import advertise
from mcp_types import CONNECTION_CLOSED, CallToolResult, ContentBlock, ImageContent, TextContent
from mcp_types import Tool as ListedTool

from agent import mcp_apps
from agent.errors import ToolError
from agent.tool import Tool, ToolOutcome, ToolPicture, ToolSpec, ToolUse
from agent.wire_fields import MAX_JSON_DEPTH, Json, depth

logger = logging.getLogger(__name__)

FIRST_RETRY_S = 1.0
MAX_RETRY_S = 60.0
CONNECT_TIMEOUT_S = 30.0
MAX_TOOLS_A_SERVER = 64
MAX_DESCRIPTION_CHARS = 1_000
IDEMPOTENCY_KEY = "alongside/idempotency-key"  # in a call's _meta, for servers that care
MAX_PICTURES = 4  # of one result
MAX_PICTURE_CHARS = 240_000  # in base64: what one message to a page takes
PICTURES = ("image/png", "image/jpeg")
GONE = "its server is gone; it is started again"
EVERYTHING = "*"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,24}")
_FOREIGN = re.compile(r"[^A-Za-z0-9_-]")


@dataclass(frozen=True, slots=True)
class McpServer:
    """One server of the configuration: either a command or an address."""

    name: str
    command: tuple[str, ...] = ()
    url: str = ""
    allow: tuple[str, ...] = (EVERYTHING,)  # tools that may be used
    danger: tuple[str, ...] = ()  # tools that a person must allow each time, besides those the server calls destructive
    environment: tuple[str, ...] = ()  # names of variables that its process gets, besides the harmless ones
    timeout_s: float = 30.0

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"server name {self.name!r}: expected {_NAME.pattern}")
        if bool(self.command) == bool(self.url):
            raise ValueError(f"server {self.name}: expected either a command or a url")
        if self.url and not self.url.startswith(("http://", "https://")):
            raise ValueError(f"server {self.name}: {self.url!r} is not an http:// or https:// address")
        if self.timeout_s <= 0:
            raise ValueError(f"server {self.name}: timeout_s {self.timeout_s} is not above 0")


def read_servers(path: Path) -> tuple[McpServer, ...]:
    """The `[[server]]` tables of a TOML file. Raises ValueError with the file and what is wrong in it."""
    try:
        tables: object = tomllib.loads(path.read_text()).get("server", [])
        if not isinstance(tables, list):
            raise ValueError("expected [[server]] tables")
        return tuple(_read_server(each) for each in cast(list[object], tables))
    except (OSError, ValueError, TypeError) as error:
        raise ValueError(f"{path}: {error}") from error


def _read_server(table: object) -> McpServer:
    if not isinstance(table, dict):
        raise ValueError("expected [[server]] tables")
    fields = {
        key: tuple(cast(list[str], value)) if isinstance(value, list) else value
        for key, value in cast(Json, table).items()
    }
    return McpServer(**cast(dict[str, Any], fields))  # Any: TypeError names a key that is not known


class McpServers:
    """All servers of a process. `run` keeps them; `tools` are those that answer now."""

    def __init__(self, servers: tuple[McpServer, ...], environ: Mapping[str, str] = os.environ) -> None:
        self._servers = servers
        self._environ = environ
        self._tools: dict[str, dict[str, McpTool]] = {}  # by server, then by the name it knows; views' own ones, too
        self._tried: set[str] = set()
        self.ready = asyncio.Event()  # every server was tried once
        if not servers:
            self.ready.set()

    def tools(self) -> list[Tool]:
        """What models are offered now."""
        every = [tool for tools in self._tools.values() for tool in tools.values()]
        return [tool for tool in every if mcp_apps.is_for_model(tool.listed)]

    def _find_for_view(self, server: str, name: str) -> Tool | None:
        tool = self._tools.get(server, {}).get(name)
        return tool if tool is not None and mcp_apps.is_for_view(tool.listed) else None

    async def run(self) -> None:
        """Keep every server connected until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for server in self._servers:
                tasks.create_task(self._keep(server), name=f"mcp {server.name}")

    async def _keep(self, server: McpServer) -> None:
        retry_s = FIRST_RETRY_S
        while True:
            try:
                await self._hold(server)
                retry_s = FIRST_RETRY_S
            except* Exception as group:  # a server's edge: anything may come out of a stranger's process
                logger.warning("mcp server %s: %s", server.name, _first(group))
            self._tools.pop(server.name, None)
            self._note_tried(server)
            await asyncio.sleep(retry_s)
            retry_s = min(MAX_RETRY_S, 2 * retry_s)

    async def _hold(self, server: McpServer) -> None:
        """One connection to its end; the client must be entered and left by the same task."""
        lost = asyncio.Event()

        def on_lost() -> None:
            self._tools.pop(server.name, None)
            lost.set()

        async with asyncio.timeout(CONNECT_TIMEOUT_S) as connecting:
            async with Client(
                _target(server, self._environ),
                read_timeout_seconds=server.timeout_s,
                extensions=[advertise(mcp_apps.EXTENSION_ID, mcp_apps.CAPABILITY)],
            ) as client:
                listed = (await client.list_tools()).tools[:MAX_TOOLS_A_SERVER]
                connecting.reschedule(None)
                allowed = [each for each in listed if EVERYTHING in server.allow or each.name in server.allow]
                find = partial(self._find_for_view, server.name)
                self._tools[server.name] = {each.name: McpTool(server, client, each, on_lost, find) for each in allowed}
                logger.info("mcp server %s offers %d tools", server.name, len(allowed))
                self._note_tried(server)
                await lost.wait()

    def _note_tried(self, server: McpServer) -> None:
        self._tried.add(server.name)
        if len(self._tried) == len(self._servers):
            self.ready.set()


@dataclass(frozen=True, slots=True)
class McpTool:
    """One tool of one server."""

    server: McpServer
    client: Client
    listed: ListedTool
    on_lost: Callable[[], None]
    find_for_view: Callable[[str], Tool | None]  # among the tools of the same server
    spec: ToolSpec = field(init=False)

    def __post_init__(self) -> None:
        schema = self.listed.input_schema
        if depth(schema) > MAX_JSON_DEPTH:
            schema = {"type": "object"}
        name = _FOREIGN.sub("_", f"{self.server.name}_{self.listed.name}")[:64]
        words = (self.listed.description or self.listed.name)[:MAX_DESCRIPTION_CHARS]
        spec = ToolSpec(name, words, schema, self.server.timeout_s, _danger(self.server, self.listed))
        object.__setattr__(self, "spec", spec)

    async def call(self, arguments: Json, use: ToolUse) -> ToolOutcome:
        """Raises ToolError with the server's own words, or that it is gone."""

        async def on_progress(progress: float, total: float | None, message: str | None) -> None:
            use.report(progress / total if total else None, message or f"uses {self.spec.name}")

        try:
            result = await self.client.call_tool(
                self.listed.name, arguments, progress_callback=on_progress, meta={IDEMPOTENCY_KEY: use.key}
            )
        except MCPError as error:
            if error.code == CONNECTION_CLOSED:
                self.on_lost()
                raise ToolError(f"{self.spec.name}: {GONE}") from error
            raise ToolError(f"{self.spec.name}: {error}") from error
        except Exception as error:  # the transport's own errors have no common root
            self.on_lost()
            raise ToolError(f"{self.spec.name}: {GONE}") from error
        text = _text(result)
        if result.is_error:
            raise ToolError(f"{self.spec.name}: {text or 'it failed without a word'}")
        uri = mcp_apps.resource_of(self.listed)
        title = self.listed.title or self.listed.name
        view = await mcp_apps.view_of(self.client, uri, title, arguments, result, self.find_for_view)
        pictures = _pictures(result, title)
        return ToolOutcome(text or "done", view=view, pictures=pictures, data=mcp_apps.data_of(result))


def _target(server: McpServer, environ: Mapping[str, str]) -> StdioServerParameters | str:
    if server.url:
        return server.url
    given = {name: environ[name] for name in server.environment if name in environ}
    return StdioServerParameters(command=server.command[0], args=list(server.command[1:]), env=given or None)


def _danger(server: McpServer, listed: ListedTool) -> str:
    if EVERYTHING in server.danger or listed.name in server.danger:
        return f"{server.name} is set up to ask before {listed.name} is used."
    if listed.annotations is not None and listed.annotations.destructive_hint and not listed.annotations.read_only_hint:
        return f"{server.name} says that {listed.name} can change or delete things."
    return ""


def _text(result: CallToolResult) -> str:
    return "\n".join(_words(each) for each in result.content)


def _words(content: ContentBlock) -> str:
    if isinstance(content, TextContent):
        return content.text
    if isinstance(content, ImageContent):
        return "(a picture that people see)" if _can_be_shown(content) else "(a picture that cannot be shown)"
    return f"({content.type})"


def _pictures(result: CallToolResult, title: str) -> tuple[ToolPicture, ...]:
    """The pictures of a result that a page takes; what is in them is checked there."""
    found = [each for each in result.content if isinstance(each, ImageContent) and _can_be_shown(each)]
    return tuple(ToolPicture(f"data:{each.mime_type};base64,{each.data}", title) for each in found[:MAX_PICTURES])


def _can_be_shown(picture: ImageContent) -> bool:
    return picture.mime_type in PICTURES and 1 <= len(picture.data) <= MAX_PICTURE_CHARS


def _first(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = cast(BaseException, error.exceptions[0])
    return f"{type(error).__name__}: {error}"
