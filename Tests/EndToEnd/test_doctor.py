"""`guichet doctor` (docs/operations.md): one line for each check, and what to change."""

import base64
import contextlib
import json
import socket
import sqlite3

from support import hub as guichet

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def doctor(store, *options, **settings):
    """The exit code and the checks by name."""
    ended = guichet.command("doctor", "--json", "--store", store.uri, *options, **settings)
    assert ended.returncode in (0, 1), ended.stderr
    checks = json.loads(ended.stdout)["checks"]
    is_good = all(check["ok"] for check in checks)
    assert ended.returncode == (0 if is_good else 1)
    assert all("advice" in check for check in checks if not check["ok"])
    return {check["name"]: check for check in checks}


def test_the_doctor_looks_at_machine_and_store(store, start_hub):
    if store.name == "sqlite":
        assert "none" in doctor(store)["database"]["state"]
        assert not store.file.exists(), "looking makes nothing"
    hub = start_hub(store)
    checks = doctor(store)
    assert {"descriptors", "memory", "store"} <= set(checks)
    if store.name == "sqlite":
        assert checks["journal"] == {"name": "journal", "ok": True, "state": "wal"}
        assert checks["disk"]["state"].endswith(f"under {store.file.parent}")
    else:
        assert checks["majority"]["ok"] and "replica set" in checks["majority"]["state"]
        assert checks["version"]["state"].startswith("MongoDB ")
        assert checks["oplog"]["ok"] and checks["server clock"]["ok"], checks
    hub.stop()
    assert all(check["ok"] for check in checks.values()), "a healthy machine is exit code 0"
    said = guichet.command("doctor", "--store", store.uri).stdout
    assert len(said.splitlines()) == len(checks), said


def test_the_doctor_names_what_is_wrong(embedded, start_hub, tmp_path):
    start_hub(embedded).stop()
    with contextlib.closing(sqlite3.connect(embedded.file)) as database:
        assert database.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    with socket.create_server(("127.0.0.1", 0)) as there, socket.socket() as gone:
        gone.bind(("127.0.0.1", 0))
        smtp, webhooks = tmp_path / "smtp.json", tmp_path / "webhooks.json"
        smtp.write_text(json.dumps({
            "url": f"smtp://127.0.0.1:{gone.getsockname()[1]}", "from": "desk@example.org", "tls": "off",
            "clientUrl": "https://desk.example.org/",
        }))
        webhooks.write_text(json.dumps([{
            "url": f"http://127.0.0.1:{there.getsockname()[1]}/hidden", "secret": SECRET, "events": "*",
        }]))
        for file in (smtp, webhooks):
            file.chmod(0o600)
        checks = doctor(
            embedded, GUICHET_SMTP=str(smtp), GUICHET_WEBHOOKS=str(webhooks),
            GUICHET_MEMORY_BYTES=str(1 << 50),
        )
    assert checks["settings"]["ok"], checks["settings"]
    assert "guichet serve" in checks["journal"]["advice"]
    assert "refused" in checks["mail"]["advice"]
    assert checks["webhook"]["ok"] and "hidden" not in checks["webhook"]["state"]
    assert "GUICHET_MEMORY_BYTES" in checks["memory"]["advice"]


def test_a_store_that_is_away_is_one_bad_line():
    class Away:
        uri = "mongodb://127.0.0.1:1/guichet?serverSelectionTimeoutMS=200"

    assert not doctor(Away)["store"]["ok"]


def test_settings_that_stop_the_start_are_one_bad_line(embedded):
    checks = doctor(embedded, GUICHET_JWT_SECRET="short")
    assert "GUICHET_JWT_SECRET" in checks["settings"]["advice"]
    assert checks["descriptors"]["ok"] and "database" in checks


def test_an_option_that_serve_does_not_have_is_exit_2(embedded):
    assert guichet.command("doctor", "--stroe", embedded.uri).returncode == 2
