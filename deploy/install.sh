#!/bin/sh
# Installs Qiao from this folder into the folder named (default /opt/qiao). Nothing is fetched from any network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-/opt/qiao}
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: PYTHON=python3.12 ./install.sh")'
(cd "$here" && sha256sum --check --quiet SHA256SUMS) || { echo "The bundle is damaged: copy it again." >&2; exit 1; }
"$python" -m venv "$target"
"$target/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps "$here"/wheels/*.whl
mkdir -p "$target/share/fonts"
cp "$here"/fonts/* "$target/share/fonts/"
echo "Qiao $("$target/bin/python" -c 'import qiao; print(qiao.__version__)') stands in $target. Next: docs/administration.md, or $target/bin/qiao up"
