"""The container files: linted, and their steps done here without a container engine, in a clean folder."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

import compose
import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "deploy/containers/Dockerfile"
COMPOSE = ROOT / "deploy/compose.yaml"
COMPOSE_GPU = ROOT / "deploy/compose.gpu.yaml"
TOOLS = Path(sys.executable).parent
# The command beside it loses the exit status.
_COMPOSE_TOOL = Path(compose.__file__).parent / "docker-compose"
SECRETS = ("ALONGSIDE_SECRET", "ALONGSIDE_TURN_SECRET", "ALONGSIDE_ENGINE_TOKEN")


def _instructions() -> list[tuple[str, str]]:
    """Keyword and words of each instruction, continued lines joined."""
    text = re.sub(r"^\s*#.*\n", "", DOCKERFILE.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in text.splitlines() if line.strip()]


def _is_sent(path: str) -> bool:
    """Whether the ignore file lets a path of the context through: the last rule that fits decides."""
    sent = True
    for rule in (DOCKERFILE.parent / "Dockerfile.dockerignore").read_text().split():
        pattern = rule.removeprefix("!").removeprefix("**/")
        parents = [str(parent) for parent in Path(path).parents]
        places = [path, *parents, *(Path(path).parts if "**/" in rule else ())]
        if any(fnmatch(place, pattern) for place in places):
            sent = rule.startswith("!")
    return sent


def _copied() -> list[tuple[str, str]]:
    """What the first stage takes from the context, and to where."""
    pairs: list[tuple[str, str]] = []
    for keyword, words in _instructions():
        if keyword == "COPY" and not words.startswith("--from"):
            *sources, target = [word for word in words.split() if not word.startswith("--")]
            pairs += [(source, target) for source in sources]
    return pairs


def _context(folder: Path) -> Path:
    """The folder /alongside as the first stage makes it."""
    for source, target in _copied():
        if target.startswith("/"):
            continue
        tracked = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", source],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split("\n")
        for name in filter(None, tracked):
            if _is_sent(name) and (ROOT / name).is_file():
                place = folder / name  # every target is the source's own name, or the folder itself
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, place)
    return folder


def test_the_linter_of_container_files_has_nothing_to_say() -> None:
    found = subprocess.run([TOOLS / "hadolint", DOCKERFILE], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_bases_are_pinned_and_what_runs_is_nobody_special() -> None:
    stages: dict[str, list[tuple[str, str]]] = {}
    for keyword, words in _instructions():
        if keyword == "FROM":
            base, name = words.split(" AS ")
            assert base in stages or re.search(r":v?\d+\.\d+\.\d+", base), f"{base} is not pinned"
            stages[name] = list(stages.get(base, []))
        stages[name].append((keyword, words))  # pyright: ignore[reportPossiblyUnboundVariable]  # FROM comes first
    for name in ("cpu", "gpu", "sglang"):
        users = [words for keyword, words in stages[name] if keyword == "USER"]
        assert users and users[-1] == "10001", f"{name} runs as {users}"
        assert any(keyword == "HEALTHCHECK" for keyword, _ in stages[name])


def test_no_secret_is_built_in() -> None:
    for keyword, words in _instructions():
        if keyword in ("ENV", "ARG"):
            assert not re.search(r"SECRET|TOKEN|PASSWORD|KEY\b", words), words
    assert not _is_sent("deploy/.env") and not _is_sent(".git/config") and not _is_sent("runs/x")
    assert not _is_sent("model/__pycache__/x.pyc") and _is_sent("model/manifest.toml")


def test_all_that_is_copied_is_there_and_sent() -> None:
    for source, target in _copied():
        assert target in (source, "./") or target.startswith("/"), "_context must learn of this"
        assert (ROOT / source).exists(), f"COPY {source}: not in the repository"
        assert _is_sent(source), f"COPY {source}: kept out by the ignore file"


@pytest.mark.timeout(180)
def test_the_install_script_makes_in_a_clean_folder_what_the_image_runs(tmp_path: Path) -> None:
    """As the build does, but for the packages it depends on: those of this environment are lent to what runs."""
    folder = _context(tmp_path / "alongside")
    environment = {**os.environ, "PIP_NO_DEPS": "1", "PYTHON": sys.executable, "TORCH_INDEX": ""}
    environment = {key: value for key, value in environment.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    install = subprocess.run(
        ["sh", "deploy/setup.sh", "call"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert install.returncode == 0, install.stderr
    command = folder / ".venv/bin/alongside"
    again = subprocess.run(
        ["sh", "deploy/setup.sh", "call"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert again.returncode == 0 and "installing" not in again.stderr, again.stderr
    _serves_the_page(command, folder, environment)


def _serves_the_page(command: Path, folder: Path, environment: dict[str, str]) -> None:
    lent = [path for path in sys.path if path.endswith("site-packages")]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    url = f"http://127.0.0.1:{port}/healthz"
    environment = {
        **environment,
        "PYTHONPATH": os.pathsep.join([str(folder), str(folder / "kernels"), *lent]),
        "ALONGSIDE_SECRET": secrets.token_hex(32),
        "ALONGSIDE_HEALTH": url,
    }
    where = "import signaling, agent.bench, alongside_kernels; print(signaling.__path__, alongside_kernels.__path__)"
    found = subprocess.run(
        [command.parent / "python", "-c", where], cwd="/", env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert found.count(str(folder)) == 2, f"not the folder's own code: {found}"
    check = [sys.executable, str(ROOT / "deploy/containers/healthy.py")]
    assert subprocess.run(check, env=environment, check=False).returncode == 1  # nobody listens yet
    signal = [command, "signal", "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(signal, cwd="/", env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            until = time.monotonic() + 60
            while subprocess.run(check, env=environment, check=False).returncode:
                assert process.poll() is None, process.communicate()[1]
                assert time.monotonic() < until, "the image's command does not get healthy"
                time.sleep(0.2)
            page = subprocess.run(
                [sys.executable, "-c", f"import urllib.request as r; print(r.urlopen('{url[:-8]}/').read())"],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            assert "<title>" in page and "needs JavaScript" in page
        finally:
            process.terminate()


def _compose(env_file: Path, *words: str, files: Sequence[Path] = (COMPOSE,)) -> subprocess.CompletedProcess[str]:
    chosen = [word for file in files for word in ("--file", str(file))]
    command = [str(_COMPOSE_TOOL), *chosen, "--env-file", str(env_file), "config", *words]
    bare = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    return subprocess.run(command, env=bare, capture_output=True, text=True, check=False)


def _filled(folder: Path) -> Path:
    text = (ROOT / "deploy/.env.example").read_text()
    for name in SECRETS:
        assert f"\n{name}=\n" in text, f"{name}: the example must have no value"
        text = text.replace(f"\n{name}=\n", f"\n{name}={secrets.token_hex(32)}\n")
    (folder / ".env").write_text(text)
    return folder / ".env"


def test_compose_reads_the_file_and_no_secret_has_a_default(tmp_path: Path) -> None:
    assert _compose(_filled(tmp_path), "--quiet").returncode == 0
    refused = _compose(ROOT / "deploy/.env.example", "--quiet")
    assert refused.returncode != 0 and "required variable" in refused.stderr


def test_every_service_is_confined_bounded_and_pinned(tmp_path: Path) -> None:
    services = yaml.safe_load(_compose(_filled(tmp_path)).stdout)["services"]
    assert set(services) == {"weights", "signaling", "engine", "agent", "turn", "https"}
    for name, service in services.items():
        assert re.search(r":\d+\.\d+|alongside:cpu", service["image"]), f"{name}: {service['image']} is not pinned"
        assert service["cap_drop"] == ["ALL"] and "no-new-privileges:true" in service["security_opt"], name
        for port in service.get("ports", []):
            assert name == "https" or port["host_ip"] == "127.0.0.1", f"{name}: {port} is open to everybody"
    parser_knows = {"fetch", "signal", "serve", "agent"}
    assert all(services[name]["command"][0] in parser_knows for name in ("weights", "signaling", "engine", "agent"))
    assert services["agent"]["environment"]["ALONGSIDE_DRAIN"] == "600"
    assert services["agent"]["stop_grace_period"] == "10m10s"  # longer than the drain it must not cut off


def test_with_a_gpu_the_engine_computes_there_and_is_confined_as_without(tmp_path: Path) -> None:
    composed = _compose(_filled(tmp_path), files=(COMPOSE, COMPOSE_GPU))
    engine = yaml.safe_load(composed.stdout)["services"]["engine"]
    assert engine["image"] == "alongside:gpu" and engine["build"]["target"] == "gpu"
    assert engine["command"][engine["command"].index("--device") + 1] == "cuda"
    assert engine["deploy"]["resources"]["reservations"]["devices"][0]["capabilities"] == ["gpu"]
    assert engine["cap_drop"] == ["ALL"] and engine["ports"][0]["host_ip"] == "127.0.0.1"
