"""A client and a technician, each with their page: a complete ticket in a real browser."""

import contextlib
import re
import time

import pytest
from playwright.sync_api import expect

from support import people
from support.browser import Screen
from support.observe import Stalls

TITLE = "Le badge de l’entrée ne s’ouvre plus"
IS_LISTED = """title => [...document.querySelectorAll('[data-testid=ticket-row]')]
    .some((row) => row.textContent.includes(title))"""
NOTE = "canary-note-5b1d : lecteur à remplacer"


@contextlib.contextmanager
def signed_in(browser, hub, client, lina):
    """The client's portal and the technician's console, both signed in and live."""
    opened = [Screen(browser, hub, someone) for someone in (client, lina)]
    for screen in opened:
        expect(screen.get("conn")).to_contain_text("En direct")
    opened[1].get("view-unassigned").click()
    yield opened
    for screen in opened:
        screen.context.close()


@pytest.fixture
def screens(browser, hub, client, lina):
    with signed_in(browser, hub, client, lina) as opened:
        yield opened


@pytest.fixture
def screens_alone(browser, hub_alone, client, lina):
    """For tests that do not depend on the store."""
    with signed_in(browser, hub_alone, client, lina) as opened:
        yield opened


def create(portal):
    portal.get("new-ticket").first.click()
    portal.get("create-title").fill(TITLE)
    portal.get("create-description").fill("Depuis huit heures, le voyant reste rouge.")
    portal.get("create-submit").click()
    expect(portal.get("thread-title")).to_contain_text(TITLE)


def open_row(screen):
    screen.row(TITLE).first.click()
    expect(screen.get("thread-title")).to_contain_text(TITLE)


def test_a_ticket_goes_round_from_creation_to_resolution(screens):
    portal, console = screens
    create(portal)
    with Stalls() as stalls:
        created = time.monotonic()
        # Looks at every frame that is drawn; `expect` looks twice a second.
        console.page.wait_for_function(IS_LISTED, arg=TITLE)
        took = time.monotonic() - created
    assert took <= 1 + stalls.allowance

    open_row(console)
    console.get("take").first.click()
    expect(console.get("status").first).to_contain_text("En cours")
    expect(portal.get("status").first).to_contain_text("En cours")

    console.get("mode-note").click()
    console.compose(NOTE)
    expect(console.message(NOTE)).to_have_attribute("data-internal", "true")
    console.get("mode-reply").click()
    console.compose("J’ouvre la porte à distance.")
    expect(portal.message("J’ouvre la porte à distance.")).to_be_visible(timeout=15_000)

    portal.compose("Elle est ouverte, merci !")
    expect(console.message("Elle est ouverte, merci !")).to_be_visible()
    console.get("resolve").first.click()
    expect(portal.get("status").first).to_contain_text("Résolu")

    assert portal.loads == 1 and console.loads == 1, "a page was loaded again"
    assert "canary-note" not in portal.page.content()
    assert "canary-note" not in portal.received_text
    assert "Elle est ouverte" in portal.received_text, "the frames were not seen at all"
    assert "canary-note" in console.received_text
    assert portal.errors == [] and console.errors == []


def test_typing_crosses_both_ways(screens_alone):
    portal, console = screens_alone
    create(portal)
    open_row(console)
    portal.get("composer").press_sequentially("Bonjour")
    expect(console.get("typing")).to_contain_text("Claire")
    console.get("mode-reply").click()
    console.get("composer").press_sequentially("Un instant")
    expect(portal.get("typing")).to_contain_text("Lina")


def test_a_double_click_creates_one_ticket(screens, hub, client):
    portal, _ = screens
    portal.get("new-ticket").first.click()
    portal.get("create-title").fill(TITLE)
    portal.get("create-description").fill("Depuis huit heures, le voyant reste rouge.")
    portal.get("create-submit").dblclick()
    expect(portal.get("thread-title")).to_contain_text(TITLE)
    assert len(hub.rest(client).get("/api/tickets").json()["tickets"]) == 1


def test_a_page_survives_a_restart_of_the_hub(screens, hub, client):
    portal, console = screens
    create(portal)
    open_row(console)
    hub.kill()
    hub.start()
    hub.rest(client).say(
        hub.rest(client).get("/api/tickets").json()["tickets"][0]["id"], "Toujours là ?"
    )
    for screen in (portal, console):
        expect(screen.message("Toujours là ?")).to_be_visible(timeout=30_000)
        expect(screen.message("Toujours là ?")).to_have_count(1)
        assert screen.loads == 1


def test_text_is_shown_and_never_run(screens_alone, hub_alone, client):
    portal, console = screens_alone
    attack = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    dialogs = []
    console.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    hub_alone.rest(client).create(title=attack, description=attack)
    row = console.row("onerror")
    expect(row).to_be_visible()
    row.click()
    expect(console.get("thread-title")).to_contain_text("<script>")
    assert dialogs == []
    assert console.page.locator("img[src=x]").count() == 0


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("role", ["client", "technician"])
def test_no_screen_scrolls_sideways(browser, hub_alone, role, width):
    someone = people.person(role, projects=["atelier"])
    hub_alone.rest(people.client()).create(title="Un titre " + "interminable " * 12)
    viewport = {"width": width, "height": 740}
    screen = Screen(browser, hub_alone, someone, viewport=viewport)
    expect(screen.row("interminable").first).to_be_visible()
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert screen.page.evaluate(overflow) == 0
    screen.context.close()


def test_english_is_shown_to_people_who_ask_for_it(browser, hub_alone, client):
    screen = Screen(browser, hub_alone, client, locale="en-GB")
    expect(screen.get("conn")).to_contain_text("Live")
    assert re.match("en", screen.page.locator("html").get_attribute("lang"))
    screen.context.close()
