"""What is handed to an administrator is read by the programs it is meant for."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

from qiao.config.environment import Environment, read_environment

DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
_VARIABLE = re.compile(r"``(QIAO_\w+)``")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine")
def test_systemd_takes_the_units_as_they_are(tmp_path):
    for unit in (DEPLOY / "systemd").iterdir():
        text = unit.read_text().replace("/opt/qiao/bin/qiao", sys.executable)  # verify looks for the program
        text = re.sub(r"^(User|Group)=.*$", "", text, flags=re.M)
        (tmp_path / unit.name).write_text(text)
    units = sorted(str(path) for path in tmp_path.iterdir())
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    complaints = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "qiao-" in line]
    assert not complaints, complaints


def test_every_unit_names_a_command_that_exists():
    from qiao.config.cli import build_parser

    parser = build_parser()
    named = set()
    for unit in (DEPLOY / "systemd").glob("*.service"):
        named |= set(re.findall(r"/opt/qiao/bin/qiao (\w+)", unit.read_text()))
    assert named == {"web", "worker", "backup"}
    for name in named - {"backup"}:
        assert name == parser.parse_args([name]).module.NAME


def test_the_compose_file_keeps_the_database_inside_and_speaks_tls_outside():
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = compose["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["tls"]
    assert (
        services["web"]["environment"]["QIAO_BEHIND_TLS"]
        == services["worker"]["environment"]["QIAO_BEHIND_TLS"]
        == "1"
    )
    for service in services.values():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or (DEPLOY / source).exists(), source
    known = set(_VARIABLE.findall(Environment.__doc__ or ""))
    assert set(services["web"]["environment"]) <= known


def test_the_example_of_surroundings_is_read_without_a_complaint():
    lines = [
        line for line in (DEPLOY / "environment.example").read_text().splitlines() if line and line[0] != "#"
    ]
    environment = read_environment(dict(line.split("=", 1) for line in lines))
    assert environment.behind_tls
    assert environment.bind == "127.0.0.1"


@pytest.mark.skipif(not os.environ.get("QIAO_ALL"), reason="builds and installs 240 MB: only with QIAO_ALL=1")
def test_a_bundle_installs_without_network_and_refuses_to_when_damaged(tmp_path):
    subprocess.run(
        [sys.executable, str(DEPLOY / "bundle.py"), str(tmp_path / "bundle")], check=True, timeout=600
    )
    with tarfile.open(tmp_path / "bundle.tar") as tar:
        tar.extractall(tmp_path / "there", filter="data")
    there = tmp_path / "there" / "bundle"
    dead = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "PIP_NO_INDEX": "1"}
    surroundings = {**os.environ, **dead, "PYTHON": sys.executable}
    surroundings.pop("PYTHONPATH", None)
    install = [str(there / "install.sh"), str(tmp_path / "qiao")]
    done = subprocess.run(install, capture_output=True, text=True, check=False, env=surroundings, timeout=600)
    assert done.returncode == 0, done.stderr
    fonts = {path.name for path in (tmp_path / "qiao" / "share" / "fonts").iterdir()}
    assert fonts == {"NotoSansHans-Regular.otf", "OFL.txt"}
    facts = subprocess.run(
        [str(tmp_path / "qiao" / "bin" / "qiao"), "demo", "--facts", "--pack", "electrical"],
        capture_output=True, text=True, check=False, cwd=tmp_path, env=surroundings | {"QIAO_HOME": str(tmp_path / "home")},
    )  # fmt: skip
    assert "customers               3,000" in facts.stdout, facts.stderr
    (there / "requirements.lock").write_text("changed")
    refused = subprocess.run(
        install, capture_output=True, text=True, check=False, env=surroundings, timeout=60
    )
    assert refused.returncode == 1
    assert "damaged" in refused.stderr
