"""Pack everything an installation without network needs into one folder and one tar: wheels, front-end parts, a font, checksums.

Run by ``make bundle`` on a machine with network, the same system and Python version as the one to install on.
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("requirements.lock", "LICENSE", "deploy/install.sh", "deploy/environment.example")
FONT = "NotoSansHans-Regular.otf"
FOLDERS = ("deploy/systemd", "docs")


def main(target: Path) -> Path:
    """Write ``target`` and ``target``.tar; returns the tar."""
    shutil.rmtree(target, ignore_errors=True)
    wheels = target / "wheels"
    wheels.mkdir(parents=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    locked = ROOT / "requirements.lock"
    # A part that is published as source only becomes a wheel here, where there is network; hashes are those of the lock.
    subprocess.run(
        [*pip, "wheel", "--require-hashes", "-r", str(locked), "--wheel-dir", str(wheels)], check=True
    )
    # The front-end parts and the compiled texts lie in the package already; the wheel carries them.
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(ROOT)],
        check=True,
    )
    for name in COPIED:
        shutil.copy2(ROOT / name, target / Path(name).name)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, target / Path(name).name)
    _put_font(target / "fonts")
    lines = [
        f"{_digest(path)}  {path.relative_to(target).as_posix()}"
        for path in sorted(target.rglob("*"))
        if path.is_file()
    ]
    (target / "SHA256SUMS").write_text("\n".join(lines) + "\n")
    packed = target.with_suffix(".tar")
    with tarfile.open(packed, "w:") as tar:
        tar.add(target, target.name)
    return packed


def _put_font(folder: Path) -> None:
    """A Chinese font with its licence, for machines that have none: the documents Qiao makes need one."""
    from qiao.runtime.assets import run_npm_ci

    with tempfile.TemporaryDirectory(prefix="qiao-font-") as work:
        for name in ("package.json", "package-lock.json"):
            shutil.copy2(ROOT / "deploy" / "font" / name, work)
        run_npm_ci(Path(work))
        package = Path(work) / "node_modules" / "@embedpdf" / "fonts-sc"
        folder.mkdir()
        shutil.copy2(package / "fonts" / FONT, folder)
        shutil.copy2(package / "LICENSE", folder / "OFL.txt")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    packed = main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "qiao-bundle"))
    print(f"{packed}: {packed.stat().st_size / 1e6:,.0f} MB")
