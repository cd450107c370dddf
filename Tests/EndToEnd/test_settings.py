"""Settings that weaken the hub, or that never hold, stop its start with one line that says what to do."""

import json

import pytest
import requests

from support.hub import command

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
