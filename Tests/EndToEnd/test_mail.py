"""E-mail: the messages that a real SMTP server receives from the hub."""

import contextlib
import json
import re
import secrets

import pytest

from support import people
from support.certificates import Certificate
from support.hub import command
from support.observe import wait_for_line, wait_for_metric, wait_until
from support.receivers import FROM, MailServer

QUICK = ",".join(["1"] * 50)
CLAIRE = "claire@example.org"
LINA = "lina@example.org"


@contextlib.contextmanager
def running(server):
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def server():
    with running(MailServer()) as server:
        yield server


def test_a_ticket_from_creation_to_resolution(store, start_hub, tmp_path, client, lina, server):
    hub = start_hub(store, SMTP=server.settings(tmp_path))
    clara = hub.rest(client, email=CLAIRE)
    tech = hub.rest(lina, email=LINA, locale="en-GB")
    tech.get("/api/me")
    ticket = clara.create(title="L'imprimante <b>froisse</b> tout", description="Bac n° 2\r\n.\r\n& 3")
    created = server.wait_for(1)[0]
    assert created.recipients == [CLAIRE] and created.sender == FROM
    assert created.subject == f"[{ticket['ref']}] {ticket['title']}"
    assert created.message["From"] == f"Guichet Équipe <{FROM}>"
    assert created.message["To"] == f"Claire <{CLAIRE}>"
    assert created.message["Auto-Submitted"] == "auto-generated"
    assert created.message["Content-Language"] == "fr"
    assert created.message.get_content_type() == "multipart/alternative"
    assert "Bac n° 2\n.\n& 3" in created.text and ticket["title"] in created.text
    assert "L&#39;imprimante &lt;b&gt;froisse&lt;/b&gt; tout" in created.html
    assert "Bac n° 2<br>\n.<br>\n&amp; 3" in created.html
    link = f"https://support.example/client-portal?ticket={ticket['ref']}"
    assert link in created.text and f'href="{link}"' in created.html

    tech.patch(f"/api/tickets/{ticket['id']}", {"action": "take"})
    tech.say(ticket["id"], "Lequel ?")
    reply = server.wait_for(2)[1]
    assert reply.recipients == [CLAIRE] and reply.subject == created.subject
    assert "Lina a écrit" in reply.text and "Lequel ?" in reply.text

    clara.say(ticket["id"], "The second one.")
    answer = server.wait_for(3)[2]
    assert answer.recipients == [LINA] and answer.subject == created.subject
    assert "Hello Lina," in answer.text and "The second one." in answer.text
    assert f"https://support.example/admin/tickets?ticket={ticket['ref']}" in answer.text

    # Another title later does not begin another thread in programs that group by subject.
    tech.patch(f"/api/tickets/{ticket['id']}", {"title": "Bac n° 2"})
    tech.say(ticket["id"], "Remplacée.", action="resolve")
    resolved = server.wait_for(4)[3]
    assert resolved.recipients == [CLAIRE] and resolved.subject == created.subject
    assert "Remplacée." in resolved.text and "résolu" in resolved.text

    # One thread for every program that knows References; ids of their own.
    roots = {m.message["References"] for m in server.mails}
    assert len(roots) == 1 and {m.message["In-Reply-To"] for m in server.mails} == roots
    assert len({m.id for m in server.mails}) == 4
    for mail in server.mails:
        assert all(len(line) <= 78 for line in mail.raw.split(b"\r\n"))
        assert mail.raw.isascii()
        assert re.match(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} \+0000$", mail.message["Date"])


def test_deadlines_are_announced_to_staff(store, start_hub, tmp_path, client, server):
    hub = start_hub(store, SMTP=server.settings(tmp_path))
    lina, boss = people.technician("Lina"), people.admin("Gabriel")
    clara = hub.rest(client, email=CLAIRE)
    tech = hub.rest(lina, email=LINA, locale="en")
    hub.rest(boss, email="boss@example.org").get("/api/me")
    ticket = clara.create()
    tech.patch(f"/api/tickets/{ticket['id']}", {"action": "take", "targetHours": 4 / 3600})
    breaches = wait_until(
        lambda: (found := [m for m in server.mails if "missed" in m.subject.lower()]) and found,
        "the breach",
        seconds=30,
    )
    assert breaches[0].recipients == [LINA] and "resolution" in breaches[0].text
    assert re.search(r"Deadline: \d{4}-\d\d-\d\d \d\d:\d\d UTC", breaches[0].text)
    other = wait_until(lambda: server.to("boss@example.org"), "the admin's", seconds=30)
    assert "Échéance dépassée" in other[0].subject
    warnings = [m for m in server.mails if "Deadline close" in m.subject]
    assert warnings and all(m.recipients == [LINA] for m in warnings)
    assert not any("chéance" in m.subject for m in server.to(CLAIRE))


def test_starttls_and_a_login(store, start_hub, tmp_path, client):
    certificate = Certificate(tmp_path, name="smtp")
    password = secrets.token_hex(12)
    (tmp_path / "password").write_text(password + "\n")
    secure = MailServer(certificate, user="guichet", password=password)
    with running(secure):
        settings = secure.settings(
            tmp_path,
            tls="required",
            user="guichet",
            passwordFile=str(tmp_path / "password"),
            caFile=str(certificate.certificate),
        )
        hub = start_hub(store, ["--log", "json"], SMTP=settings)
        hub.rest(client, email=CLAIRE).create()
        secure.wait_for(1)
        assert secure.were_secure == [True]
        wait_for_line(hub, "outbox_sent")
        assert password not in hub.log


def test_a_server_that_cannot_be_trusted_gets_no_mail(
    hub_alone, embedded, start_hub, tmp_path, client
):
    hub_alone.stop()
    stranger = MailServer(Certificate(tmp_path, name="stranger"))
    with running(stranger):
        settings = stranger.settings(tmp_path, tls="required")
        hub = start_hub(embedded, ["--log", "json"], SMTP=settings)
        hub.rest(client, email=CLAIRE).create()
        line = wait_for_line(hub, "outbox_retry", seconds=30)
        assert "certificate" in line["reason"]
        assert stranger.mails == []
        # It would take the other hub's letters to the server that it knows.
        hub.close_clients()
        hub.stop()
    plain = MailServer()
    with running(plain):
        settings = plain.settings(tmp_path, tls="required")
        other = start_hub(embedded, ["--log", "json"], SMTP=settings, OUTBOX_RETRY_SECONDS="0")
        other.rest(client, email=CLAIRE).create()
        wait_for_line(other, "outbox_dead", seconds=30)
        assert plain.mails == [], "nothing in the clear"


def test_what_happens_while_the_server_is_away_arrives_once(
    store, start_hub, tmp_path, client, lina, server
):
    settings = server.settings(tmp_path)
    hub = start_hub(store, SMTP=settings, OUTBOX_RETRY_SECONDS=QUICK, OUTBOX_LEASE_SECONDS=8)
    clara, tech = hub.rest(client, email=CLAIRE), hub.rest(lina)
    ticket = clara.create()
    server.wait_for(1)
    server.stop()
    lines = []

    def say(rest):
        lines.append(f"line {len(lines)}.")
        rest.say(ticket["id"], lines[-1])

    for _ in range(3):
        say(tech)
    hub.close_clients()
    hub.stop()
    hub.start()
    say(hub.rest(lina))
    hub.kill()
    hub.close_clients()
    hub.start()
    say(hub.rest(lina))
    server.start()
    mails = server.wait_for(6)[1:]
    told = sorted(re.search(r"line \d+\.", m.text).group() for m in mails)
    assert told == lines
    assert len({m.id for m in mails}) == len(lines)


def test_one_dead_mailbox_delays_no_other(store, start_hub, tmp_path, lina, server):
    settings = server.settings(tmp_path)
    # A refusal for good is not tried again, however many tries there are.
    hub = start_hub(store, SMTP=settings, OUTBOX_RETRY_SECONDS=QUICK)
    server.refuse = lambda address: address.startswith("gone")
    gone, there = people.client("Gone"), people.client("There")
    hub.rest(gone, email="gone@example.org").create()
    hub.rest(there, email="there@example.org").create()
    assert server.wait_for(1)[0].recipients == ["there@example.org"]

    def dead():
        return command("outbox", "list", "--dead", "--store", store.uri).stdout

    letter = wait_until(dead, "a dead letter", seconds=30)
    assert "550 no such mailbox" in letter, "the server's own words"


def test_nothing_can_add_a_header_or_a_recipient(
    hub_alone, embedded, start_hub, tmp_path, server
):
    hub_alone.stop()
    hub = start_hub(embedded, SMTP=server.settings(tmp_path), OUTBOX_RETRY_SECONDS="0")
    evil = "x\r\nBcc: thief@example.net\r\n\r\nbody"
    for number, address in enumerate(
        ["a@b.example\r\nRCPT TO:<thief@example.net>", "a@b.example>,<thief@example.net", "a b@c"]
    ):
        someone = people.client(f"Crook {number}")
        hub.rest(someone, email=address).create()
    honest = people.person("client", evil, ("atelier",))
    hub.rest(honest, email=CLAIRE).create(title=f"Title {evil}", description=evil)
    mail = server.wait_for(1)[0]
    assert [m.recipients for m in server.mails] == [[CLAIRE]]
    assert mail.message["Bcc"] is None
    assert "Bcc: thief" in mail.subject, "the text is there, in one line of its own header"
    head = mail.raw.split(b"\r\n\r\n")[0]
    assert not re.search(rb"^Bcc", head, re.MULTILINE)
    dead = wait_until(
        lambda: command("outbox", "list", "--dead", "--store", embedded.uri).stdout,
        "dead letters",
        seconds=30,
    )
    assert dead.count("cannot be used") == 3


def test_internal_words_never_leave_by_mail(store, start_hub, tmp_path, client, lina, sam, server):
    hub = start_hub(store, SMTP=server.settings(tmp_path))
    canary = f"canary{secrets.token_hex(8)}"
    clara, tech = hub.rest(client, email=CLAIRE), hub.rest(lina, email=LINA)
    hub.rest(sam, email="sam@example.org").get("/api/me")
    ticket = clara.create()
    watchers = [sam.id, client.id]
    tech.patch(f"/api/tickets/{ticket['id']}", {"action": "take", "watchers": watchers})
    tech.say(ticket["id"], canary, internal=True, mentions=[sam.id, client.id])
    tech.say(ticket["id"], f"{canary} and done", internal=True, action="resolve")
    mails = server.wait_for(4)  # creation, the mention, the resolution for client and watcher
    assert sorted(m.recipients[0] for m in mails).count("sam@example.org") == 2
    assert {CLAIRE, "sam@example.org"} == {m.recipients[0] for m in mails}
    tech.say(ticket["id"], "the fence", action="reopen")
    wait_until(lambda: any("the fence" in m.text for m in server.to(CLAIRE)), "the fence", 30)
    for mail in server.mails:
        assert canary not in mail.text and canary not in mail.html and canary not in mail.subject


def test_a_watching_colleague_gets_one_mail_a_burst(
    hub_alone, embedded, start_hub, tmp_path, client, lina, sam, server
):
    hub_alone.stop()
    hub = start_hub(embedded, SMTP=server.settings(tmp_path))
    clara, tech = hub.rest(client, email=CLAIRE), hub.rest(lina)
    hub.rest(sam, email="sam@example.org").get("/api/me")
    ticket = clara.create()
    tech.patch(f"/api/tickets/{ticket['id']}", {"action": "take", "watchers": [sam.id]})
    for number in range(5):
        tech.say(ticket["id"], f"line {number}")
    wait_until(lambda: len(server.to(CLAIRE)) == 6, "the client's six", seconds=30)
    assert len(server.to("sam@example.org")) == 1


def test_a_name_in_every_line_is_one_mail_a_burst_and_sixty_an_hour_at_most(
    embedded, start_hub, tmp_path, client, lina, server
):
    hub = start_hub(
        embedded, ["--log", "json"], SMTP=server.settings(tmp_path), MAILS_PER_HOUR=3
    )
    mine = hub.rest(lina, email=LINA)
    mine.get("/api/me")
    clara = hub.rest(client)
    tickets = [clara.create()["id"] for _ in range(5)]
    for ticket in tickets:
        for number in range(3):
            clara.say(ticket, f"{number}: who helps?", mentions=[lina.id])
    # Fifteen times she is named in her list; of five bursts three are mailed.
    wait_until(
        lambda: len(mine.get("/api/notifications").json()["notifications"]) >= 15,
        "fifteen notifications",
    )
    wait_for_line(hub, "mail_withheld", user=lina.id, per_hour="3")
    wait_until(lambda: len(server.to(LINA)) == 3, "three mails")
    wait_for_metric(hub, "mails_withheld_total", 2)


BROKEN = [
    ("[]", "must be an object"),
    ("{", "not JSON"),
    ({"url": "http://host"}, "url must be smtp://"),
    ({"url": "smtp://me:secret@host:25"}, "url must be smtp://"),
    ({"from": "nobody"}, "from must be an address"),
    ({"tls": "maybe"}, "tls must be"),
    ({"clientUrl": "support.example"}, "clientUrl must be"),
    ({"user": "me"}, "needs passwordFile"),
    ({"user": "me", "passwordFile": "/nonexistent"}, "cannot be read"),
    ({"colour": "red"}, "“colour”"),
    ({"port": 25}, "“port”"),
    ({"from": f"Guichet\r\nBcc: x@y.example <{FROM}>"}, "from has a line break"),
    ({"user": "me\nyou", "passwordFile": "/nonexistent"}, "user has a line break"),
]


def start(tmp_path, **settings):
    """Starts a hub that should not start."""
    store = f"sqlite:{tmp_path / 'hub.db'}"
    return command("serve", "--listen", "127.0.0.1:0", "--store", store, **settings)


@pytest.mark.parametrize(("content", "reason"), BROKEN)
def test_a_broken_file_stops_the_start(tmp_path, content, reason):
    file = tmp_path / "smtp.json"
    whole = {"url": "smtp://h:25", "from": FROM, "tls": "off", "clientUrl": "https://h"}
    file.write_text(content if isinstance(content, str) else json.dumps(whole | content))
    started = start(tmp_path, GUICHET_SMTP=file)
    assert started.returncode == 2 and len(started.stderr.splitlines()) == 1
    assert "GUICHET_SMTP" in started.stderr and str(file) in started.stderr
    assert reason in started.stderr


TEMPLATES = [
    ("reply.fr.txt", "Subject: {{ref}}\n\nline\n{{ticket}}", "line 4", "“ticket”"),
    ("reply.fr.txt", "Subject: {{titel}}\n", "line 1", "“titel”"),
    ("reply.en.txt", "Hello", "line 1", "Subject: "),
    ("reply.en.html", "<p>\n{{message", "line 2", "not closed"),
    ("reply.en.html", "\n{{#message}}x", "line 2", "never closed"),
    ("reply.en.html", "{{/message}}", "line 1", "closes nothing"),
    ("answer.fr.txt", "Subject: x", "answer.fr.txt", "is no template"),
]


@pytest.mark.parametrize(("name", "content", "place", "reason"), TEMPLATES)
def test_a_broken_template_stops_the_start(tmp_path, name, content, place, reason):
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / name).write_text(content)
    started = start(tmp_path, GUICHET_TEMPLATES=folder)
    assert started.returncode == 2 and len(started.stderr.splitlines()) == 1
    assert str(folder / name) in started.stderr
    assert place in started.stderr and reason in started.stderr


def test_own_templates_take_the_place_of_those_built_in(
    hub_alone, embedded, start_hub, tmp_path, client, server
):
    hub_alone.stop()
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "creation.fr.txt").write_text("Subject: Notre {{ref}}\n\nMerci {{recipient}}\n")
    hub = start_hub(embedded, SMTP=server.settings(tmp_path), TEMPLATES=folder)
    ticket = hub.rest(client, email=CLAIRE).create()
    mail = server.wait_for(1)[0]
    assert mail.subject == f"Notre {ticket['ref']}" and mail.text.strip() == "Merci Claire"
    assert "Demande" in mail.html or "demande" in mail.html


@pytest.mark.parametrize("kind", ["creation", "reply", "resolution", "sla-warning", "sla-breach"])
def test_previews(kind):
    french = command("template", "preview", kind)
    english = command("template", "preview", kind, "--lang", "en")
    page = command("template", "preview", kind, "--lang", "en", "--html")
    assert french.stdout.startswith("Subject: [T-1042] ") and "Bonjour" in french.stdout
    assert english.stdout.startswith("Subject: [T-1042] ") and "Hello" in english.stdout
    assert page.stdout.startswith("<!doctype html>") and "Hello" in page.stdout
    for shown in (french, english, page):
        assert shown.returncode == 0 and "{{" not in shown.stdout
    assert command("template", "preview", "nonsense").returncode == 2
    assert command("template", "preview", kind, "--lang", "de").returncode == 2
