"""The tours of the documentation, run unchanged: every block of shell, in one shell."""

import os
import re
import shutil
import subprocess
import sys

from support import hub as guichet
from support import people
from support.proxies import free_port

BLOCKS = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_guide_works_as_it_stands(hub, tmp_path):
    blocks = BLOCKS.findall((guichet.ROOT / "docs/guide.md").read_text())
    assert len(blocks) >= 8
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "guichet").symlink_to(guichet.BINARY.resolve())
    ended = subprocess.run(
        [shutil.which("bash"), "-euxo", "pipefail", "-c", "\n".join(blocks)],
        cwd=tmp_path,
        env=guichet.environment()
        | {
            "HUB": hub.url,
            "GUICHET_JWT_SECRET": people.SECRET,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert "Smoke comes out of tray 2." in ended.stdout


def test_the_tour_of_the_readme_works(tmp_path):
    """Replaces the port and the Python interpreter, and shortens the wait for its listener."""
    readme = (guichet.ROOT / "README.md").read_text()
    tour = readme.split("\n## Five minutes\n")[1].split("\n## ")[0]
    script = "\n".join(BLOCKS.findall(tour))
    for old, new in {
        "127.0.0.1:8080": f"127.0.0.1:{free_port()}",
        "scripts/venv\n": "",
        ".build-venv/bin/python": sys.executable,
        "timeout 20 ": "timeout 6 ",
    }.items():
        assert old in script
        script = script.replace(old, new)
    programs = tmp_path / ".build/release"
    programs.mkdir(parents=True)
    (programs / "guichet").symlink_to(guichet.BINARY.resolve())
    (tmp_path / "web").symlink_to(guichet.ROOT / "web")
    ended = subprocess.run(
        [shutil.which("bash"), "-uxo", "pipefail", "-c", script],
        cwd=tmp_path,
        env={k: v for k, v in os.environ.items() if not k.startswith("GUICHET_")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert "Traceback" not in ended.stderr, ended.stderr[-3000:]
    assert '"replayed":true' in ended.stdout
    assert "checked 1 tickets, 5 events: ok" in ended.stdout
