#!/usr/bin/env bash
# Executes the notebooks without a window and fails with the first cell that
# does. The executed copies, and what is needed to make them, Jupyter's nbconvert
# in a Python environment and the Go kernel, stay in .tools/notebooks.
#
#   run.sh [--keep] [NOTEBOOK...]
#
# --keep puts the executed copies in the place of the notebooks.
set -euo pipefail
cd "$(dirname "$0")"
tools=$(cd .. && pwd)/.tools/notebooks

keep=
[ "${1:-}" != --keep ] || { keep=yes; shift; }
[ $# -gt 0 ] || set -- *.ipynb

mkdir -p "$tools"
if ! [ -x "$tools/venv/bin/jupyter-nbconvert" ]; then
	{ python3 -m venv "$tools/venv" &&
		"$tools/venv/bin/pip" install -q --disable-pip-version-check nbconvert==7.17.2 ipykernel==7.4.0; } || {
		rm -rf "$tools/venv"
		echo 'notebooks: skipped: Jupyter cannot be installed here (it takes python3 with venv, and PyPI)' >&2
		exit 0
	}
fi

(cd kernel && GOBIN=$tools/bin go install tool)
export PATH=$tools/bin:$PATH JUPYTER_DATA_DIR=$tools/share
gonb -install -force_deps -raw_error 2>/dev/null

# The kernel compiles every cell: without cgo that takes a second or two.
export CGO_ENABLED=0
for notebook; do
	"$tools/venv/bin/jupyter-nbconvert" --log-level=WARN --to notebook --execute \
		--ExecutePreprocessor.timeout=600 --ExecutePreprocessor.record_timing=False \
		--output-dir "$tools/executed" "$notebook" 2>"$tools/log" &&
		"$tools/venv/bin/python" check.py "$tools/executed/$notebook" ||
		{ tail -40 "$tools/log" >&2; echo "notebooks: $notebook failed" >&2; exit 1; }
	[ -z "$keep" ] || cp "$tools/executed/$notebook" "$notebook"
	echo "notebooks: $notebook is well"
done
