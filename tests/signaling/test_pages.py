"""Pages are served with the headers that keep them safe, and nothing else is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.signaling.house import House, open_house


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    web = tmp_path / "web"
    (web / "call").mkdir(parents=True)
    (web / "index.html").write_text("<!doctype html><title>first</title>")
    (web / "alongside.js").write_text("export {};")
    (web / "call" / "peer.js").write_text("export const peer = 1;")
    (web / "style.css").write_text(":host {}")
    (web / "notes.py").write_text("print()")
    (web / ".hidden.js").write_text("hidden")
    (tmp_path / "secret.txt").write_text("secret")
    (web / "link.txt").symlink_to(tmp_path / "secret.txt")
    return web


@pytest.fixture
async def house(folder: Path) -> AsyncGenerator[House]:
    async with open_house(web=folder, origins=("https://embedder.example", "http://localhost:*")) as house:
        yield house


async def test_the_page_comes_with_a_tight_policy(house: House) -> None:
    async with house.http.get(house.url) as response:
        assert "first" in await response.text()
        assert response.content_type == "text/html"
        policy = dict(part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == "'self'"
        assert policy["frame-ancestors"] == "'self' https://embedder.example http://localhost:*"
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert "microphone=(self)" in response.headers["Permissions-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/alongside.js", "text/javascript"),
        ("/call/peer.js", "text/javascript"),
        ("/style.css", "text/css"),
    ],
)
async def test_modules_may_be_embedded_by_other_origins(house: House, path: str, content_type: str) -> None:
    async with house.http.get(house.url + path) as response:
        assert response.status == 200
        assert response.content_type == content_type
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_new_version_is_seen_at_once_and_an_old_one_not_sent_again(house: House, folder: Path) -> None:
    url = f"{house.url}/alongside.js"
    async with house.http.get(url) as response:
        assert response.headers["Cache-Control"] == "no-cache"
        etag = response.headers["ETag"]
    async with house.http.get(url, headers={"If-None-Match": etag}) as response:
        assert response.status == 304
    (folder / "alongside.js").write_text("export const version = 2;")
    async with house.http.get(url, headers={"If-None-Match": etag}) as response:
        assert "version = 2" in await response.text()


@pytest.mark.parametrize(
    "target",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/call/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "/link.txt",
        "/.hidden.js",
        "/notes.py",
        "/call",
        "/call/",
        "//etc/passwd",
        "/%00",
        "/missing.js",
    ],
)
async def test_nothing_else_is_reached(house: House, target: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.server.port)  # as no client would ask
    writer.write(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer.split(b" ", 2)[1] in (b"400", b"404"), answer
    assert b"secret" not in answer.split(b"\r\n\r\n", 1)[1]


async def test_modules_keep_their_type_whatever_the_machine_thinks(folder: Path) -> None:
    (folder / "odd.mjs").write_text("export {};")
    async with open_house(web=folder) as house, house.http.get(f"{house.url}/odd.mjs") as response:
        assert response.content_type == "text/javascript"
