"""The dashboard and the alerts of docs/deploy, compared with the metrics of a hub."""

import json
import re
import shutil
import subprocess

import pytest

from support.observe import metrics_page, wait_for_metric
from support.proxies import DEPLOY

DASHBOARD = json.loads((DEPLOY / "grafana-dashboard.json").read_text())
RULES = DEPLOY / "guichet-alerts.yml"
# Grafana puts these in.
VARIABLES = {"$__rate_interval": "5m", "$instance": ".*"}

WORD = re.compile(r"[a-zA-Z_:][\w:]*(?!\w|\s*\()")
NO_METRIC = {"and", "or", "unless", "by", "without", "on", "ignoring", "offset", "bool"}
ASIDE = re.compile(r"\{[^}]*\}|\[[^\]]*\]|\b(?:by|without|on|ignoring) \([^)]*\)|\d[\w.]*")


def promtool(*arguments):
    assert shutil.which("promtool"), "no promtool: run scripts/packages test"
    ended = subprocess.run(
        ["promtool", *map(str, arguments)], capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def metrics_in(expression):
    return set(WORD.findall(ASIDE.sub(" ", expression))) - NO_METRIC


def dashboard_expressions():
    panels = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
    notes = DASHBOARD["annotations"]["list"]
    found = [target["expr"] for panel in panels for target in panel["targets"]]
    for expression in found + [note["expr"] for note in notes]:
        for variable, value in VARIABLES.items():
            expression = expression.replace(variable, value)
        yield expression


def alert_expressions():
    """Expressions as promtool reads them, with folded lines joined."""
    text = RULES.read_text()
    found = re.findall(r"expr: (?:>-\n)?(.*?)\n +(?:for|labels):", text, re.DOTALL)
    return [" ".join(expression.split()) for expression in found]


@pytest.fixture
def families(hub_alone, admin):
    """The hub's metric names, as in its samples."""
    hub_alone.rest(admin).create()
    wait_for_metric(hub_alone, "store_size_bytes")
    names = {"up"}
    page = metrics_page(hub_alone).text
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", page, re.MULTILINE):
        ends = ("_bucket", "_sum", "_count") if kind == "histogram" else ("",)
        names |= {name + end for end in ends}
    return names


def test_every_metric_of_dashboard_and_alerts_is_one_of_the_hubs(families):
    used = [*dashboard_expressions(), *alert_expressions()]
    assert len(used) > 70
    sample = 'sum by (a) (rate(x_total{b="c"}[5m])) > 1e3 unless y offset 5m'
    assert metrics_in(sample) == {"x_total", "y"}
    assert {name for expression in used for name in metrics_in(expression)} - families == set()


def test_the_dashboard_is_one_that_grafana_can_draw(tmp_path):
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24 and panel["title"]
    records = [
        {"record": f"panel:{number}", "expr": expression}
        for number, expression in enumerate(dashboard_expressions())
    ]
    # JSON is YAML, and promtool knows whether an expression is one.
    rules = tmp_path / "panels.yml"
    rules.write_text(json.dumps({"groups": [{"name": "panels", "rules": records}]}))
    assert f"{len(records)} rules found" in promtool("check", "rules", rules)


def test_prometheus_takes_the_alerts_and_its_settings():
    assert f"{len(alert_expressions())} rules found" in promtool("check", "rules", RULES)
    promtool("check", "config", DEPLOY / "prometheus.yml")


LABELS = 'job="guichet",instance="hub:9180"'
QUIET = {
    f"up{{{LABELS}}}": "1x60",
    f"process_start_time_seconds{{{LABELS}}}": "1700000000x60",
    f"guichet_store_failures_total{{{LABELS}}}": "0x60",
    f"guichet_disk_free_bytes{{{LABELS}}}": "90x60",
    f"guichet_disk_size_bytes{{{LABELS}}}": "100x60",
    f"guichet_loop_turn_seconds{{{LABELS}}}": "0.01x60",
    f"guichet_connections{{{LABELS}}}": "100x60",
    f"process_max_fds{{{LABELS}}}": "65536x60",
    f"guichet_store_write_seconds_total{{{LABELS}}}": "0+0.3x60",
    f"guichet_store_batches_total{{{LABELS}}}": "0+60x60",
}
# The deviation from a quiet hour, and the alert that fires after half of it.
CASES = {
    "GuichetDown": {f"up{{{LABELS}}}": "1x20 0x40"},
    "GuichetRestarts": {f"process_start_time_seconds{{{LABELS}}}": "1700000000+300x60"},
    "GuichetStoreFails": {f"guichet_store_failures_total{{{LABELS}}}": "0x28 1x31"},
    "GuichetDiskFull": {f"guichet_disk_free_bytes{{{LABELS}}}": "9x60"},
    "GuichetLoopLags": {f"guichet_loop_turn_seconds{{{LABELS}}}": "0.4x60"},
    "GuichetDescriptorsShort": {f"process_max_fds{{{LABELS}}}": "240x60"},
    "GuichetStoreSlow": {f"guichet_store_write_seconds_total{{{LABELS}}}": "0+30x60"},
    # A series that begins with its first dead letter: it never increases.
    "GuichetOutboxDead": {f'guichet_outbox_dead_total{{{LABELS},target="mail"}}': "_x25 1x34"},
    "GuichetOutboxWaits": {
        f'guichet_outbox_depth{{{LABELS},target="mail",state="waiting"}}': "500x60"
    },
    "GuichetTokensRefused": {
        f'guichet_refusals_total{{{LABELS},reason="unauthorized"}}': "0+600x60"
    },
}


def fired_at_half_past(series, firing):
    """A test of promtool: only this alert fires, or none."""
    fired = [{"labels": f'{{alertname="{firing}"}}', "value": 1}] if firing else []
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [
            {
                "expr": "count by (alertname) (ALERTS{alertstate='firing'})",
                "eval_time": "30m",
                "exp_samples": fired,
            }
        ],
    }


def test_each_alert_fires_when_it_should_and_alone(tmp_path):
    cases = [fired_at_half_past(QUIET | series, name) for name, series in CASES.items()]
    tests = {
        "rule_files": [str(RULES)],
        "evaluation_interval": "1m",
        "tests": [*cases, fired_at_half_past(QUIET, None)],
    }
    file = tmp_path / "tests.yml"
    file.write_text(json.dumps(tests))
    promtool("test", "rules", file)
