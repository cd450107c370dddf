"""docs/guide.md, run as it stands: every block of shell, from top to bottom, in one shell."""

import os
import re
import shutil
import subprocess

from support import hub as guichet
from support import people

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
