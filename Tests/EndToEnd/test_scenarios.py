"""Four scenarios of client and technician from the manual checks, in real browsers."""

import contextlib
import json
import time

import pytest
from playwright.sync_api import expect

from support import people, transfer
from support.desk import LIVE, Desk, open_thread
from support.hub import command
from support.observe import wait_until
from support.receivers import MailServer

TITLE = "Le badge de l’entrée ne s’ouvre plus"
NOTE = "canary-note-8e21 : lecteur à remplacer"
LINA, BOSS, CARL = "lina@example.org", "boss@example.org", "carl@example.org"
HOUR_MS = 3_600_000
WIDE = {"width": 1600, "height": 900}
IS_ON_TOP = """(element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@contextlib.contextmanager
def desk_of(browser, hub):
    desk = Desk(browser, hub)
    try:
        yield desk
    finally:
        desk.close()


def at_once(hub):
    """The options of a page without a delay for taking back a reply."""
    kept = {"name": "guichet.preferences", "value": json.dumps({"undoSeconds": 0})}
    return {"storage_state": {"origins": [{"origin": hub.url, "localStorage": [kept]}]}}


def create(portal):
    portal.get("new-ticket").first.click()
    portal.get("create-title").fill(TITLE)
    portal.get("create-description").fill("Depuis huit heures, le voyant reste rouge.")
    portal.get("create-submit").click()
    expect(portal.get("thread-title")).to_contain_text(TITLE)


def reload(screen):
    screen.page.reload()
    expect(screen.get("conn")).to_contain_text(LIVE["fr"], timeout=20_000)


def test_a_created_ticket_is_seen_by_both_at_once_and_after_a_reload(browser, hub):
    with desk_of(browser, hub) as desk:
        portal, console = desk.portal(), desk.console(view="unassigned")
        create(portal)
        expect(console.row(TITLE)).to_be_visible()
        assert (portal.loads, console.loads) == (1, 1), "a page was loaded again"
        for screen in (portal, console):
            reload(screen)
        portal.get("tab-tickets").click()
        for screen in (portal, console):
            expect(screen.row(TITLE)).to_have_count(1)
            open_thread(screen, TITLE)
            expect(screen.page.locator("body")).to_contain_text("le voyant reste rouge")
            assert screen.errors == []


def history(console):
    console.page.keyboard.press("h")
    return console.get("history-list")


def test_what_was_done_is_seen_live_and_stays_through_a_reload_and_a_restart(browser, hub):
    with desk_of(browser, hub) as desk:
        desk.ticket(TITLE)
        portal, console = desk.portal(viewport=WIDE), desk.console(viewport=WIDE, **at_once(hub))
        open_thread(portal, TITLE)
        open_thread(console, TITLE)
        console.get("take").first.click()
        expect(portal.get("status").first).to_contain_text("En cours")
        expect(portal.get("carer")).to_contain_text("Lina")
        console.get("panel-priority").select_option("urgent")
        console.get("mode-note").click()
        console.compose(NOTE)
        expect(console.message(NOTE)).to_have_attribute("data-internal", "true")
        console.get("mode-reply").click()
        console.compose("J’ouvre la porte à distance.")
        expect(portal.message("J’ouvre la porte à distance.")).to_be_visible()
        expect(portal.get("promise")).to_contain_text("Répondu en")
        expect(console.row(TITLE).get_by_test_id("sla")).to_contain_text("Résol.")
        expect(console.get("panel-sla")).not_to_contain_text("Première réponse reste")
        console.get("panel-status").select_option("waiting")
        expect(portal.get("status").first).to_contain_text("votre réponse")
        assert (portal.loads, console.loads) == (1, 1), "a page was loaded again"

        def is_all_there():
            for screen, status in ((portal, "votre réponse"), (console, "En attente")):
                open_thread(screen, TITLE)
                expect(screen.message("J’ouvre la porte à distance.")).to_have_count(1)
                expect(screen.get("status").first).to_contain_text(status)
            expect(portal.get("carer")).to_contain_text("Lina")
            expect(console.message(NOTE)).to_have_count(1)
            expect(console.get("panel-priority")).to_have_value("urgent")
            told = history(console)
            for words in ("Lina a ajouté une note interne", "Urgente", "En attente", "Claire"):
                expect(told).to_contain_text(words)
            assert "canary-note" not in portal.page.content() + portal.received_text

        is_all_there()
        hub.kill()
        hub.start()
        for screen in (portal, console):
            reload(screen)
        portal.get("tab-tickets").click()
        is_all_there()
        assert "canary-note" in console.received_text, "the frames were not seen at all"


@pytest.fixture
def mail_server():
    server = MailServer().start()
    yield server
    server.stop()


def test_a_deadline_that_is_near_and_then_missed_is_announced(
    browser, store, start_hub, tmp_path, mail_server
):
    """The ticket is two hours old, so that each state lasts long enough for the checks."""
    age = 2 * HOUR_MS
    created = int(time.time() * 1000) - age
    file = tmp_path / "old.jsonl"
    transfer.write_tickets(file, 1, 0, every_ms=created - transfer.START_MS, open_share=1)
    assert command("import", "--store", store.uri, file).returncode == 0
    hub = start_hub(store, SMTP=mail_server.settings(tmp_path))
    with desk_of(browser, hub) as desk:
        boss = hub.rest(people.admin("Gabriel"), email=BOSS, locale="en")
        boss.get("/api/me")
        carl = people.Person("carl", "client", "Carl", ("project-1",))
        (ticket,) = hub.rest(carl, email=CARL).get("/api/tickets").json()["tickets"]
        tech = hub.rest(desk.lina, email=LINA, locale="fr")
        path = f"/api/tickets/{ticket['id']}"
        tech.patch(path, {"action": "take"})
        token = people.token(desk.lina, email=LINA, locale="fr")
        console = desk.console(view="mine", token=token, viewport=WIDE)
        pill = console.row(ticket["title"]).get_by_test_id("sla")
        expect(pill).to_have_attribute("data-state", "ok")

        def is_told(kind, state, words, subject):
            expect(pill).to_have_attribute("data-state", state, timeout=20_000)
            console.get("bell").click()
            expect(console.get("bell-item").first).to_contain_text(words, timeout=20_000)
            expect(console.get("bell-item").first).to_have_attribute("data-read", "false")
            console.get("bell").click()
            listed = tech.get("/api/notifications").json()["notifications"]
            assert [notice["ticket"] for notice in listed if notice["kind"] == kind] == [ticket["id"]]
            wait_until(
                lambda: [m.subject for m in mail_server.to(LINA) if subject in m.subject],
                f"a mail “{subject}”",
                seconds=30,
            )

        # Two hours of two and a half are four fifths.
        tech.patch(path, {"targetHours": 2.5})
        is_told("slaWarning", "warn", "Échéance proche", "Échéance proche")
        assert mail_server.to(BOSS) == [], "a warning is the assignee's"
        seconds = time.time() - created / 1000 + 4
        tech.patch(path, {"targetHours": seconds / 3600})
        is_told("slaBreach", "breached", "Échéance dépassée", "Échéance dépassée")
        wait_until(lambda: mail_server.to(BOSS), "the admin's mail", seconds=30)
        assert "Deadline missed" in mail_server.to(BOSS)[0].subject
        assert mail_server.to(CARL) == []
        reload(console)
        expect(pill).to_have_attribute("data-state", "breached")
        assert console.errors == []


def is_in_reach(screen, *testids):
    """The page has no horizontal scroll; these elements are fully visible and not covered."""
    assert screen.page.evaluate(OVERFLOW) == 0
    window = screen.page.viewport_size
    for testid in testids:
        expect(screen.get(testid)).to_be_visible()
        box = screen.get(testid).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= window["width"], (testid, box)
        assert box["y"] >= 0 and box["y"] + box["height"] <= window["height"], (testid, box)
        assert screen.get(testid).evaluate(IS_ON_TOP), f"something lies on {testid}"


@pytest.mark.parametrize("width", [360, 1920])
def test_the_same_conversation_is_held_at_any_size(browser, hub_alone, width):
    size = {"viewport": {"width": width, "height": 740 if width < 1000 else 1080}}
    with desk_of(browser, hub_alone) as desk:
        portal = desk.portal(**size)
        console = desk.console(view="unassigned", **size, **at_once(hub_alone))
        create(portal)
        expect(console.row(TITLE)).to_be_visible()
        is_in_reach(console)
        open_thread(console, TITLE)
        for screen in (portal, console):
            is_in_reach(screen, "composer", "send")
        console.get("take").first.click()
        expect(portal.get("status").first).to_contain_text("En cours")
        expect(console.get("toast")).to_be_visible()
        is_in_reach(console, "composer", "send")
        portal.compose("Je suis devant la porte.")
        expect(console.message("Je suis devant la porte.")).to_be_visible()
        console.compose("J’ouvre.")
        expect(portal.message("J’ouvre.")).to_be_visible()
        for screen in (portal, console):
            is_in_reach(screen, "composer", "send")
            if width < 768:
                screen.get("back").click()
                expect(screen.get("composer")).to_be_hidden()
            if screen is console:
                screen.get("view-mine").click()
            is_in_reach(screen)
            expect(screen.row(TITLE)).to_have_count(1)
            open_thread(screen, TITLE)
            expect(screen.message("J’ouvre.")).to_be_visible()
            assert screen.errors == []
