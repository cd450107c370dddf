"""Insecure or impossible settings prevent the start, with one line that says what to do."""

import json
import signal
import time

import pytest
import requests

from support import people
from support.hub import command
from support.observe import log_lines, wait_for_line, wait_until

HOOK = {"url": "https://hooks.example/", "events": "*"}
SMTP = {"url": "smtp://h:25", "from": "a@b.example", "clientUrl": "https://h"}


def start(tmp_path, **settings):
    """Starts a hub that should not start."""
    store = f"sqlite:{tmp_path / 'hub.db'}"
    return command("serve", "--listen", "127.0.0.1:0", "--store", store, **settings)


def refused(tmp_path, *reasons, **settings):
    ended = start(tmp_path, **{f"GUICHET_{name}": value for name, value in settings.items()})
    assert ended.returncode == 2, f"{settings} was taken"
    assert len(ended.stderr.splitlines()) == 1
    for reason in reasons:
        assert reason in ended.stderr


@pytest.mark.parametrize(
    "origin", ["*", "null", "desk.example", "https://desk.example/x", "https://*.example"]
)
def test_an_origin_that_never_matches_stops_the_start(tmp_path, origin):
    refused(tmp_path, "GUICHET_ALLOWED_ORIGINS", origin, ALLOWED_ORIGINS=f"https://a.example,{origin}")


def test_a_name_that_nothing_reads_stops_the_start(tmp_path):
    refused(
        tmp_path,
        "GUICHET_COMMANDS_PER_SECONDS",
        "nearest one is GUICHET_COMMANDS_PER_SECOND.",
        COMMANDS_PER_SECONDS=5,
    )


def test_a_value_that_means_nothing_or_everybody_stops_the_start(tmp_path):
    for listen in ("http://127.0.0.1:80", "::1:80", "[::1:80", "a b:80", "127.0.0.1:+80", ":80"):
        bad = command("config", "check", GUICHET_LISTEN=listen)
        assert bad.returncode == 2 and "[::1]:8080" in bad.stderr, listen
    for name, value in {
        "DRAIN_SECONDS": "-0",
        "WORKERS": "+2",
        "CREATIONS_PER_HOUR": ",600",
        "TRUSTED_PROXIES": "0.0.0.0/0",
        "METRICS": "127.0.0.1:8080",
    }.items():
        bad = command("config", "check", **{f"GUICHET_{name}": value})
        assert bad.returncode == 2 and name.lower()[-4:] in bad.stderr.lower(), name
    for listen in ("[::1]:80", "localhost:0", "0.0.0.0:80"):
        assert command("config", "check", GUICHET_LISTEN=listen).returncode == 0, listen


def test_key_and_revocation_files_that_others_may_write_stop_the_start(tmp_path):
    folder, revoked = tmp_path / "keys", tmp_path / "revoked"
    folder.mkdir()
    folder.chmod(0o777)
    refused(tmp_path, f"chmod o-rwx {folder}", JWT_SECRET=None, JWT_PUBLIC_KEY=folder)
    revoked.write_text("ann\n")
    revoked.chmod(0o666)
    refused(tmp_path, f"chmod o-rwx {revoked}", REVOKED=revoked)


def test_weak_secrets_stop_the_start(tmp_path):
    refused(tmp_path, "GUICHET_JWT_SECRET", "head -c 32", JWT_SECRET="a" * 40)
    hooks, smtp, password = (tmp_path / name for name in ("hooks.json", "smtp.json", "password"))
    hooks.write_text(json.dumps([{**HOOK, "secret": "s"}]))
    refused(tmp_path, "GUICHET_WEBHOOKS", "webhook 1", "whsec_", WEBHOOKS=hooks)
    hooks.write_text(json.dumps([{**HOOK, "secret": "a plain secret"}]))
    hooks.chmod(0o666)
    refused(tmp_path, "GUICHET_WEBHOOKS", f"chmod o-rwx {hooks}", WEBHOOKS=hooks)
    password.write_text("hush\n")
    with_password = {**SMTP, "user": "me", "passwordFile": str(password)}
    for scheme in ("smtp", "smtps"):
        for tls in ("off", "opportunistic"):
            smtp.write_text(json.dumps({**with_password, "url": f"{scheme}://h:25", "tls": tls}))
            refused(tmp_path, "GUICHET_SMTP", f"“{tls}”", '"required"', SMTP=smtp)
    smtp.write_text(json.dumps(with_password))
    password.chmod(0o606)
    refused(tmp_path, "GUICHET_SMTP", f"chmod o-rwx {password}", SMTP=smtp)


def test_help_and_version():
    version = command("--version")
    assert version.returncode == 0 and version.stdout.startswith("guichet ")
    pages = {command(name, "--help").stdout for name in ("serve", "token", "check", "export")}
    assert len(pages) == 4 and all(pages)
    assert "GUICHET_COMMANDS_PER_SECOND" in command("help", "serve").stdout
    for words in (["stats"], ["stats", "--help"], ["help", "stats"], ["--what"]):
        ended = command(*words)
        assert ended.returncode == 2 and not ended.stdout and "guichet help" in ended.stderr


def test_config_check_reads_what_serve_would(tmp_path):
    store = f"mongodb://me:hush@127.0.0.1/guichet_{time.time_ns()}"
    good = command("config", "check", "--store", store, GUICHET_ALLOWED_ORIGINS="https://A.example/")
    assert good.returncode == 0, good.stderr
    assert "GUICHET_ALLOWED_ORIGINS=https://a.example (environment)" in good.stdout
    assert "(option)" in good.stdout and "hush" not in good.stdout
    assert people.SECRET not in good.stdout
    bad = command("config", "check", GUICHET_SLA=tmp_path / "none")
    assert bad.returncode == 2 and "GUICHET_SLA" in bad.stderr


def reload(hub):
    """Sends SIGHUP and waits for its last line."""
    before = sum(line["ev"] == "reload_ended" for line in log_lines(hub))
    hub.process.send_signal(signal.SIGHUP)
    wait_until(
        lambda: sum(x["ev"] == "reload_ended" for x in log_lines(hub)) > before,
        "the end of the reload",
    )


def test_sighup_reads_again_what_can_change(embedded, start_hub, tmp_path, admin):
    file, sla = tmp_path / "env", tmp_path / "sla.json"
    old, new = ("a secret of %s that is long enough for anybody" % word for word in ("May", "June"))
    file.write_text(f"GUICHET_JWT_SECRET={old}\nGUICHET_SLA={sla}\n")
    rule = {"firstResponseMinutes": 7, "nextResponseMinutes": None, "targetHours": None}
    sla.write_text(json.dumps({"policies": [rule]}))
    hub = start_hub(embedded, ["--log", "json"], JWT_SECRET=None, SETTINGS=file)
    for number in (signal.SIGUSR1, signal.SIGUSR2):
        hub.process.send_signal(number)
        wait_for_line(hub, "signal_ignored", signal=number.name)

    def status(key, origin="https://desk.example"):
        headers = {"Authorization": f"Bearer {people.token(admin, key=key)}", "Origin": origin}
        return requests.get(f"{hub.url}/api/me", headers=headers, timeout=10).status_code

    def minutes():
        headers = {"Authorization": f"Bearer {people.token(admin, key=new)}"}
        policies = requests.get(f"{hub.url}/api/sla", headers=headers, timeout=10).json()["policies"]
        return policies[0]["firstResponseMinutes"]

    assert (status(old), status(old, hub.url), status(new, hub.url)) == (403, 200, 401)
    file.write_text(
        f"GUICHET_JWT_SECRET={new}\nGUICHET_JWT_SECRET_OLD={old}\nGUICHET_SLA={sla}\n"
        "GUICHET_ALLOWED_ORIGINS=https://Desk.example/\nGUICHET_MAX_ROOMS=7\n"
    )
    sla.write_text(json.dumps({"policies": [{**rule, "firstResponseMinutes": 9}]}))
    reload(hub)
    wait_for_line(hub, "setting_needs_restart", setting="GUICHET_MAX_ROOMS")
    wait_until(lambda: (status(old), status(new), minutes()) == (200, 200, 9), "what was read")
    sla.write_text("{")
    file.write_text(f"GUICHET_JWT_SECRET={new}\nGUICHET_SLA={sla}\nGUICHET_ALLOWED_ORIGINS=*\n")
    reload(hub)
    assert "GUICHET_ALLOWED_ORIGINS" in wait_for_line(hub, "reload_failed", part="origins")["reason"]
    assert "line 1" in wait_for_line(hub, "reload_failed", part="sla")["reason"]
    wait_until(lambda: status(old) == 401, "the old key to go")
    assert (status(new), minutes()) == (200, 9), "what is broken keeps what it was"
    file.write_text("nonsense\n")
    reload(hub)
    assert "line 1" in wait_for_line(hub, "reload_failed", part="settings")["reason"]
    assert status(new) == 200
    file.write_text(f"GUICHET_SLA={sla}\n")
    reload(hub)
    assert "no key" in wait_for_line(hub, "reload_failed", part="keys")["reason"]
    assert status(new, hub.url) == 200


def test_an_origin_is_allowed_as_its_browser_sends_it(embedded, start_hub):
    given = "https://Desk.Example:443/ , https://Bücher.example"
    hub = start_hub(embedded, ALLOWED_ORIGINS=given)
    for origin, status in {
        "https://desk.example": 200,
        "https://xn--bcher-kva.example": 200,
        "https://desk.example:8443": 403,
        "null": 403,
    }.items():
        answer = requests.get(f"{hub.url}/healthz", timeout=10, headers={"Origin": origin})
        assert answer.status_code == status, origin
