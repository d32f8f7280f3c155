#!/bin/sh
# Sets up what `make call`, `make test` and `make check` need, and nothing twice.
#   deploy/setup.sh call    Python environment
#   deploy/setup.sh check   the same, and the checkers (ruff, pyright, TypeScript)
#   deploy/setup.sh test    the same, and what the tests use: Chromium, voices, recorded prompts, Node
# TORCH_INDEX=…  where pip looks for torch (an index of CPU wheels saves several GB)
# PYTHON=…       which Python to use (3.11 or newer)
set -eu
cd "$(dirname "$0")/.."
goal=${1:-call}
venv=.venv

say() { printf 'setup: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

find_python() {
    for candidate in ${PYTHON:-} python3.11 python3.12 python3.13 python3.14 python3; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    stop "Python 3.11 or newer is needed and was not found.
  Debian 12 or newer, Ubuntu 24.04 or newer:  apt-get install python3 python3-venv
  Ubuntu 22.04:                               apt-get install python3.11 python3.11-venv
  anywhere else:                              uv python install 3.11, then PYTHON=\$(uv python find 3.11) make call"
}

# Installs Debian packages where that is possible, else says which are missing.
need_packages() {
    missing=
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -z "$missing" ] && return
    if ! command -v apt-get >/dev/null 2>&1; then
        stop "these Debian packages (or what your system calls them) are missing:$missing"
    fi
    as_root=
    if [ "$(id -u)" != 0 ]; then
        if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
            as_root=sudo
        else
            stop "run this once as an administrator:  apt-get install$missing"
        fi
    fi
    say "installing Debian packages:$missing"
    $as_root apt-get update -qq || say "apt-get update failed; trying with the lists that are here"
    # shellcheck disable=SC2086  # a list of names
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

make_venv() {
    [ -x $venv/bin/python ] && return
    python=$(find_python)
    flags=
    if "$python" -c 'import sys, torch; sys.exit(not torch.__version__.startswith("2.13.0"))' 2>/dev/null; then
        say "the torch 2.13.0 that $python has is used again"
        flags=--system-site-packages
    fi
    if ! "$python" -m venv $flags $venv 2>/dev/null; then
        rm -rf $venv
        need_packages python3-venv
        "$python" -m venv $flags $venv || stop "$python cannot make a virtual environment: install its venv package"
    fi
}

say_torch_size() {
    $venv/bin/python -c 'import torch' 2>/dev/null && return
    if [ -n "${TORCH_INDEX:-}" ]; then
        say "torch comes from TORCH_INDEX: about 200 MB"
    elif $venv/bin/pip install --quiet --dry-run --report - torch==2.13.0 2>/dev/null | grep -q '"name": "nvidia-'; then
        say "torch comes with CUDA here: about 3 GB to download."
        say "No GPU? Stop (Ctrl-C) and run again with TORCH_INDEX= set to an index of CPU wheels: about 200 MB."
        sleep 5
    else
        say "torch comes as a CPU build: about 200 MB"
    fi
}

# Runs a step once for each content of the files it depends on.
once() {
    step=$1 && shift
    stamp=$venv/.$step
    sum=$(cat "$@" "$0" | cksum)
    if [ "$(cat "$stamp" 2>/dev/null)" = "$sum" ]; then return; fi
    "step_$step"
    printf '%s\n' "$sum" >"$stamp"
}

step_call() {
    say_torch_size
    say "installing Python packages (about 400 MB besides torch)"
    if [ -n "${TORCH_INDEX:-}" ]; then
        $venv/bin/pip install --disable-pip-version-check --index-url "$TORCH_INDEX" torch==2.13.0
    fi
    $venv/bin/pip install --disable-pip-version-check -q --progress-bar on -c constraints.txt -e .
}

step_check() {
    $venv/bin/pip install --disable-pip-version-check -q -c constraints.txt -e '.[dev]'
    # torch for CUDA brings the one Triton it works with; the CPU build brings none, and the kernels' tests interpret.
    $venv/bin/python -c 'import triton' 2>/dev/null ||
        $venv/bin/pip install --disable-pip-version-check -q --no-deps triton==3.9.0
    command -v npm >/dev/null 2>&1 || need_packages nodejs npm
    npm ci --silent --no-audit --no-fund
}

step_test() {
    need_packages apertium apertium-es-pt chromium espeak-ng ffmpeg flite sox pulseaudio pulseaudio-utils libfaketime asterisk-core-sounds-en-g722 asterisk-core-sounds-en \
        asterisk-core-sounds-es-g722 asterisk-core-sounds-es asterisk-core-sounds-fr-g722 asterisk-core-sounds-fr \
        asterisk-moh-opsound-g722 wordnet-base
}

make_venv
once call pyproject.toml constraints.txt
[ "$goal" = call ] && exit
once check pyproject.toml constraints.txt package-lock.json
[ "$goal" = check ] && exit
once test pyproject.toml
