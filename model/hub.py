"""Files from a model hub over HTTP: asked with a deadline, resumed where they broke off. Knows no cache folder."""

from __future__ import annotations

import http.client
import queue
import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO, TypeVar, cast

from model.manifest import Hub, WeightFile

ENDPOINT = "https://huggingface.co"
ANSWER_S = 3.0
READ_S = 30.0  # without a byte
BLOCK_BYTES = 1 << 20
MAX_REDIRECTS = 3
MAX_STALLS = 4  # connections in a row that brought nothing
AGENT = "alongside"
Answer = TypeVar("Answer")


class HubError(Exception):
    """The hub does not answer, or has another file than the manifest says; another source may do."""


class HubClient:
    """The hub at one address."""

    def __init__(self, endpoint: str = ENDPOINT, answer_s: float = ANSWER_S) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._answer_s = answer_s

    def check(self, hub: Hub, file: WeightFile) -> None:
        """Return when the hub has that very file. Raises HubError after at most `answer_s`."""
        headers = _within(self._answer_s, lambda: _head(self._url(hub, file), 2 * self._answer_s))
        stated = (headers.get("X-Linked-Etag") or headers.get("ETag") or "").removeprefix("W/").strip('"')
        if re.fullmatch(r"[0-9a-f]{64}", stated) and stated != file.sha256:
            raise HubError(f"it has another {file.hub_file} at {hub.repository}: SHA-256 {stated[:12]}…")
        size = headers.get("X-Linked-Size") or headers.get("Content-Length")
        if size is not None and size != f"{file.size_bytes}":
            raise HubError(f"it has another {file.hub_file} at {hub.repository}: {size} bytes")

    def download(self, hub: Hub, file: WeightFile, part: Path, add: Callable[[int], None]) -> None:
        """Bring `part` to the full size, from where it stands. Raises HubError; `part` keeps what came."""
        if part.exists() and part.stat().st_size > file.size_bytes:
            part.unlink()
        num_stalls = 0
        with part.open("ab") as out:
            add(out.tell())
            while (have := out.tell()) < file.size_bytes:
                try:
                    self._read_on(self._url(hub, file), out, file.size_bytes, add)
                    reason = "it ended the connection early"
                except (OSError, http.client.HTTPException) as error:
                    reason = str(error) or type(error).__name__
                    if isinstance(error, urllib.error.HTTPError):
                        error.close()
                num_stalls = 0 if out.tell() > have else num_stalls + 1
                if num_stalls > MAX_STALLS:
                    raise HubError(f"{file.hub_file} broke off at {have} of {file.size_bytes} bytes: {reason}")

    def _url(self, hub: Hub, file: WeightFile) -> str:
        return f"{self._endpoint}/{hub.repository}/resolve/{hub.revision}/{urllib.parse.quote(file.hub_file)}"

    def _read_on(self, url: str, out: IO[bytes], size: int, add: Callable[[int], None]) -> None:
        """Append what is missing, or as much of it as the connection brings."""
        request = urllib.request.Request(url, headers={"User-Agent": AGENT})
        if have := out.tell():
            request.add_header("Range", f"bytes={have}-")
        with urllib.request.urlopen(request, timeout=READ_S) as answer:
            if have and not (answer.headers.get("Content-Range") or "").startswith(f"bytes {have}-"):
                out.seek(0)
                out.truncate()  # it sends the whole file again
                add(-have)
            while out.tell() < size and (block := answer.read(min(BLOCK_BYTES, size - out.tell()))):
                out.write(block)
                add(len(block))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> None:
        """Leave the redirect to the caller, as the error it then becomes."""


def _head(url: str, timeout_s: float) -> http.client.HTTPMessage:
    """The hub's own headers: its redirects within are followed, one to where the content lies is not."""
    opener = urllib.request.build_opener(_NoRedirect)
    for _ in range(MAX_REDIRECTS):
        request = urllib.request.Request(
            url, method="HEAD", headers={"User-Agent": AGENT, "Accept-Encoding": "identity"}
        )
        try:
            with opener.open(request, timeout=timeout_s) as answer:
                return cast(http.client.HTTPMessage, answer.headers)
        except urllib.error.HTTPError as error:
            error.close()  # it is also the answer and holds its socket
            location = error.headers.get("Location")
            if error.code not in (301, 302, 303, 307, 308) or location is None:
                raise HubError(f"it answers {error.code} for {urllib.parse.urlsplit(url).path}") from error
            if "X-Linked-Etag" in error.headers:
                return cast(http.client.HTTPMessage, error.headers)
            url = urllib.parse.urljoin(url, location)
    raise HubError("it redirects in circles")


def _within(seconds: float, ask: Callable[[], Answer]) -> Answer:
    """The answer, or HubError after `seconds`: a name that is looked up has no timeout of its own."""
    answers: queue.SimpleQueue[Answer | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put(ask())
        except (OSError, http.client.HTTPException, HubError, ValueError) as error:
            answers.put(error)

    threading.Thread(target=run, name="ask the hub", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise HubError(f"no answer within {seconds:g} s") from None
    if isinstance(answer, HubError):
        raise answer
    if isinstance(answer, Exception):
        raise HubError(f"no answer: {getattr(answer, 'reason', answer)}") from answer
    return answer
