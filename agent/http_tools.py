"""Tools that are one HTTP request each, as the host describes them in a file: a search engine, a directory, a shop.

The host fixes the address; what a model writes fills `{arguments}` in it, escaped, or the body. No redirect is
followed, an answer is bounded, keys come from the environment. Knows no conversation.

    [[http]]
    name = "search"
    description = "Searches the web."
    url = "https://search.example/v1?q={query}"
    arguments = { query = "what to look for" }
    key_variable = "SEARCH_KEY"              # sent as `Authorization: Bearer …`
    rows = "web.results"                     # where the results are in the JSON of an answer …
    columns = ["title", "description"]       # … and what of each is told
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, urlsplit

import aiohttp

from agent.errors import ToolError
from agent.tool import ToolOutcome, ToolSpec, ToolUse
from agent.wire_fields import Json

MAX_ARGUMENT_CHARS = 1_000
MAX_ANSWER_BYTES = 1_048_576
MAX_ROWS = 10
MAX_ROW_CHARS = 600
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PLACE = re.compile(r"\{(\w+)\}")
_METHODS = {"GET": False, "POST": True}  # whether arguments that the address does not name go into a JSON body


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One `[[http]]` table of the configuration."""

    name: str
    description: str
    url: str  # with {argument} where an argument goes; http:// or https://
    arguments: Mapping[str, str]  # name to words for the model; each is text, and needed
    method: str = "GET"
    key_variable: str = ""  # of the environment
    key_header: str = "Authorization"
    key_prefix: str = "Bearer "
    rows: str = ""  # where in a JSON answer its results are: names between dots; empty is the answer itself
    columns: tuple[str, ...] = ()  # of each result, likewise; empty is all of it
    danger: str = ""  # in words, why a person must allow each use
    timeout_s: float = 15.0

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"http tool name {self.name!r}: expected {_NAME.pattern}")
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"http tool {self.name}: {self.url!r} is not an http:// or https:// address")
        if "{" in parts.netloc:
            raise ValueError(f"http tool {self.name}: an argument cannot choose the host; {self.url!r}")
        if self.method not in _METHODS:
            raise ValueError(f"http tool {self.name}: method {self.method!r} is none of {', '.join(_METHODS)}")
        if unknown := sorted(set(_PLACE.findall(self.url)) - set(self.arguments)):
            raise ValueError(f"http tool {self.name}: its address names {', '.join(unknown)}, its arguments do not")
        if not self.description or self.timeout_s <= 0:
            raise ValueError(f"http tool {self.name}: expected a description, and a timeout_s above 0")


def read_http_tools(path: Path, environ: Mapping[str, str]) -> tuple[HttpTool, ...]:
    """The `[[http]]` tables of a TOML file as tools. Raises ValueError with the file and what is wrong in it."""
    try:
        tables: object = tomllib.loads(path.read_text()).get("http", [])
        if not isinstance(tables, list):
            raise ValueError("expected [[http]] tables")
        return tuple(HttpTool(_read_table(each), environ) for each in cast(list[object], tables))
    except (OSError, ValueError, TypeError) as error:
        raise ValueError(f"{path}: {error}") from error


def _read_table(table: object) -> HttpRequest:
    if not isinstance(table, dict):
        raise ValueError("expected [[http]] tables")
    fields = {"arguments": {}, **cast(Json, table)}
    if not isinstance(fields["arguments"], dict):
        raise ValueError("http: arguments: expected a table of names and words")
    fields["columns"] = tuple(cast(Sequence[str], fields.get("columns", ())))
    return HttpRequest(**cast(dict[str, Any], fields))  # Any: TypeError names a key that is not known


@dataclass(frozen=True, slots=True)
class HttpTool:
    """`Tool` of one request."""

    request: HttpRequest
    environ: Mapping[str, str] = field(repr=False)
    spec: ToolSpec = field(init=False)

    def __post_init__(self) -> None:
        request = self.request
        if request.key_variable and not self.environ.get(request.key_variable):
            raise ValueError(f"http tool {request.name}: set {request.key_variable}, it has the key")
        properties = {name: {"type": "string", "description": words} for name, words in request.arguments.items()}
        schema: Json = {"type": "object", "properties": properties, "required": list(properties)}
        spec = ToolSpec(request.name, request.description, schema, request.timeout_s, request.danger)
        object.__setattr__(self, "spec", spec)

    async def call(self, arguments: Json, use: ToolUse) -> ToolOutcome:
        """Raises ToolError in words for what does not fit, does not answer, or answers with no result."""
        given = self._checked(arguments)
        use.report(None, f"asks {urlsplit(self.request.url).hostname}")
        try:
            body, is_json = await self._fetch(given, use)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise ToolError(f"{self.spec.name}: {_why(error)}") from error
        return ToolOutcome(self._written(body, is_json))

    def _checked(self, arguments: Json) -> dict[str, str]:
        for name in self.request.arguments:
            value: object = arguments.get(name)
            if not isinstance(value, str | int | float) or not 1 <= len(str(value)) <= MAX_ARGUMENT_CHARS:
                raise ToolError(f"{self.spec.name}: {name}: expected 1 to {MAX_ARGUMENT_CHARS} characters")
        if unknown := sorted(arguments.keys() - self.request.arguments.keys()):
            known = ", ".join(self.request.arguments) or "none"
            raise ToolError(f"{self.spec.name}: {', '.join(unknown)}: not known here; there are {known}")
        return {name: str(arguments[name]) for name in self.request.arguments}

    async def _fetch(self, given: Mapping[str, str], use: ToolUse) -> tuple[str, bool]:
        request = self.request
        placed = set(_PLACE.findall(request.url))
        address = _PLACE.sub(lambda found: quote(given[found[1]], safe=""), request.url)
        rest = {name: value for name, value in given.items() if name not in placed}
        headers = {"Accept": "application/json, text/plain", "Idempotency-Key": use.key}
        if request.key_variable:
            headers[request.key_header] = request.key_prefix + self.environ[request.key_variable]
        sent: dict[str, Any] = {"json": rest} if _METHODS[request.method] else {"params": rest}  # Any: mixed keywords
        timeout = aiohttp.ClientTimeout(total=request.timeout_s)
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            http.request(request.method, address, headers=headers, allow_redirects=False, **sent) as response,
        ):
            if response.status != 200:
                raise ToolError(f"{self.spec.name}: it answered with status {response.status}")
            body = await _read(response)
            if body is None:
                raise ToolError(f"{self.spec.name}: its answer is longer than {MAX_ANSWER_BYTES} bytes")
            return body.decode(response.get_encoding(), errors="replace"), "json" in response.content_type

    def _written(self, body: str, is_json: bool) -> str:
        if not is_json and not self.request.rows:
            return body.strip() or "it answered with nothing"
        try:
            answer: object = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise ToolError(f"{self.spec.name}: its answer is not JSON") from error
        found = _at(answer, self.request.rows)
        rows = cast(list[object], found) if isinstance(found, list) else [] if found is None else [found]
        lines = [self._row(each)[:MAX_ROW_CHARS] for each in rows[:MAX_ROWS]]
        return "\n".join(line for line in lines if line) or "it found nothing"

    def _row(self, row: object) -> str:
        values = [_at(row, column) for column in self.request.columns] if self.request.columns else [row]
        return " - ".join(_text(value) for value in values if value not in (None, ""))


async def _read(response: aiohttp.ClientResponse) -> bytes | None:
    """The whole body; None when it is over its bound."""
    parts, size = list[bytes](), 0
    async for part in response.content.iter_chunked(65_536):
        size += len(part)
        if size > MAX_ANSWER_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)


def _at(value: object, path: str) -> object:
    """What stands in decoded JSON under names between dots; None when it is not there."""
    for name in filter(None, path.split(".")):
        if isinstance(value, dict):
            value = cast(Json, value).get(name)
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(cast(list[object], value)):
            value = cast(list[object], value)[int(name)]
        else:
            return None
    return value


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _why(error: Exception) -> str:
    return "it did not answer in time" if isinstance(error, TimeoutError) else "it cannot be reached"
