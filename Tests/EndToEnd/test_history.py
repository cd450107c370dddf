"""The history test in its short form: every fault of a list once, a few seconds long
(docs/reliability.md; `scripts/history` is the long form)."""

import asyncio
import os

import pytest

from history import report, run

SEED = 20
#: Those that heal at once, so that the run is short.
FAULTS = {
    "sqlite": ["kill", "term", "pause", "power", "disk-full", "io-error", "reset", "revoke"],
    "mongodb": ["kill", "pause", "refuse-before", "refuse-after", "net-cut", "reset"],
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", FAULTS)
def test_a_history_with_faults_is_as_promised(kind, tmp_path, capsys):
    if kind == "mongodb" and not os.environ.get("GUICHET_TEST_MONGODB"):
        pytest.skip("GUICHET_TEST_MONGODB is not set")
    plan = run.make_plan(kind, SEED, 1, names=FAULTS[kind], longest=1, quiet=(0.2, 0.5))
    history = asyncio.run(run.play(plan, tmp_path / "run"))
    index, verdicts, passed = report.judge(history.records)
    with capsys.disabled():
        report.show(index, verdicts, passed)
    assert report.missing_faults(index) == []
    assert passed, {name: v.wrong[:5] for name, v in verdicts.items() if v.wrong}
