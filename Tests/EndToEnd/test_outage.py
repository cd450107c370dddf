"""Receivers that are down for long: the outbox keeps its entries and delivers each once."""

import base64
import contextlib
import json
import secrets

import pytest

from support.hub import command
from support.observe import metrics, wait_until
from support.receivers import MailServer, WebhookReceiver
from support.wall_clock import DAY_SECONDS, WallClock, needs_faketime

CLAIRE = "claire@example.org"


@pytest.fixture
def receivers():
    with contextlib.ExitStack() as stack:
        both = MailServer().start(), WebhookReceiver().start()
        for receiver in both:
            stack.callback(receiver.stop)
        yield both


def webhooks(folder, receiver):
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    file = folder / "webhooks.json"
    file.write_text(json.dumps([{"url": f"{receiver.url}/hook", "secret": secret, "events": "*"}]))
    return file


def tries_that_failed(hub, kind):
    """How often deliveries of `kind`, mail or webhook, have failed."""
    return sum(
        n
        for name, n in metrics(hub).items()
        if name.startswith("outbox_retries_total") and f'target="{kind}' in name
    )


@needs_faketime
def test_receivers_that_are_down_for_an_hour_get_everything_once(
    monkeypatch, tmp_path, store, start_hub, client, lina, receivers
):
    """With the built-in delays, on a clock that the test moves."""
    mail, webhook = receivers
    clock = WallClock(monkeypatch, tmp_path)
    hub = start_hub(
        store, ["--log", "json"], SMTP=mail.settings(tmp_path), WEBHOOKS=webhooks(tmp_path, webhook)
    )
    ticket = hub.rest(client, email=CLAIRE).create()
    mail.wait_for(1)
    webhook.wait_for(1)
    for receiver in receivers:
        receiver.stop()
    lines = [f"line {number}." for number in range(3)]
    tech = hub.rest(lina, ttl=DAY_SECONDS)
    for line in lines:
        tech.say(ticket["id"], line)
    failed = 0
    for shift in ("+0", "+10m", "+25m", "+60m"):
        if shift != "+0":
            clock.jump(hub, shift)
        failed += 1
        # To the webhook the later events of the ticket wait behind the first; mails do not wait.
        wait_until(
            lambda: tries_that_failed(hub, "mail") >= failed * len(lines)
            and tries_that_failed(hub, "webhook") >= failed,
            f"{failed} tries at {shift}",
            seconds=30,
        )
    assert command("outbox", "list", "--dead", "--store", store.uri).stdout == ""
    for receiver in receivers:
        receiver.start()
    clock.jump(hub, "+90m")
    told = [m.text.partition("line ")[2][:2] for m in mail.wait_for(1 + len(lines))[1:]]
    assert sorted(f"line {number}" for number in told) == lines
    seqs = [delivery.json["data"]["seq"] for delivery in webhook.wait_for(1 + len(lines))]
    # One more event is behind all of them: nothing came twice before it.
    tech.say(ticket["id"], "the fence")
    wait_until(lambda: any("the fence" in m.text for m in mail.mails), "the fence", seconds=30)
    webhook.wait_for(2 + len(lines))
    assert len(mail.mails) == 2 + len(lines)
    assert sorted(seqs) == [1, 2, 3, 4] and len(webhook.accepted) == 2 + len(lines)
