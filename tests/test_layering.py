"""The arrows between the folders hold, and the call's process does not load torch."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# package -> prefixes it may import among our own packages; a `__main__` may compose anything
ARROWS = {
    "agent": ("agent", "signaling.messages", "model.types", "model.client"),
    "signaling": ("signaling",),
    "model": ("model", "alongside_kernels"),
    "alongside_kernels": ("alongside_kernels",),
}
FOLDERS = {package: ROOT / package for package in ARROWS} | {"alongside_kernels": ROOT / "kernels/alongside_kernels"}
TORCH_FREE = ("agent", "signaling")


def _imports(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def _files() -> list[Path]:
    return [
        file
        for folder in FOLDERS.values()
        for file in sorted(folder.rglob("*.py"))
        if file.name != "__main__.py" and "examples" not in file.parts
    ]


@pytest.mark.parametrize("file", _files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_imports_only_along_the_arrows(file: Path) -> None:
    package = next(name for name, folder in FOLDERS.items() if file.is_relative_to(folder))
    for name in _imports(file):
        if name.split(".")[0] in ARROWS:
            allowed = any(name == arrow or name.startswith(f"{arrow}.") for arrow in ARROWS[package])
            assert allowed, f"{package} must not import {name}"
        if package in TORCH_FREE:
            assert name.split(".")[0] not in ("torch", "triton"), f"{package} must not import {name}"


@pytest.mark.parametrize("module", ["agent.__main__", "model.client", "signaling.server"])
def test_importing_the_call_does_not_import_torch(module: str) -> None:
    code = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
