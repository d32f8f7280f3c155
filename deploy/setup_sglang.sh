#!/bin/sh
# Makes .venv-sglang, in which SGLang serves our model without a GPU: `make sglang`, and nothing twice.
# It stands on .venv, whose torch it uses; what SGLang needs besides is pinned in sglang-packages.txt.
# On a machine with a GPU: SGLang's own install instead, and `alongside serve --sglang-python`.
set -eu
cd "$(dirname "$0")/.."
venv=.venv-sglang
deploy/setup.sh call
stamp=$venv/.packages
sum=$(cat deploy/sglang-packages.txt "$0" | cksum)
[ "$(cat $stamp 2>/dev/null)" = "$sum" ] && exit
printf 'setup: making %s: SGLang 0.5.23 for the processor, about 600 MB\n' "$venv" >&2
rm -rf $venv
.venv/bin/python -m venv $venv
packages=$($venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
.venv/bin/python -c 'import site; print("\n".join(site.getsitepackages()))' >"$packages/alongside.pth"
$venv/bin/pip install --disable-pip-version-check -q --progress-bar on --no-deps -r deploy/sglang-packages.txt
printf '%s\n' "$sum" >$stamp
