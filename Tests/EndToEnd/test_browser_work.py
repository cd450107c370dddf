"""No work is lost or misreported: focus while somebody types, drafts in two tabs, replies that wait
while the page closes, errors that say so, a session that ends everywhere."""

import re

import pytest
from playwright.sync_api import expect

from support import people
from support.browser import PAGES, Screen
from support.desk import LIVE, open_thread
from support.observe import wait_until

FOCUSED = "document.activeElement?.dataset.testid ?? document.activeElement?.tagName"


@pytest.fixture
def desk_of_all(start_desk):
    """Technicians see each other's tickets."""
    return start_desk(TECHNICIAN_SCOPE="all")


def focused(screen):
    return screen.page.evaluate(FOCUSED)


def second_tab(screen, url):
    """Another page of the same browser and person."""
    page = screen.context.new_page()
    page.goto(url)
    return page


def test_the_pill_of_a_resolved_ticket_stops_at_once(desk):
    head = desk.ticket("Horloge arrêtée")
    desk.hub.rest(desk.lina).patch(f"/api/tickets/{head['id']}", {"action": "take"})
    console = desk.console()
    open_thread(console, "Horloge arrêtée")
    pill = console.page.locator(".thread-header .sla-pill")
    expect(pill).to_have_attribute("data-state", "ok")
    console.get("resolve").click()
    expect(pill).to_have_attribute("data-state", "met")
    expect(pill).not_to_have_attribute("data-ticks", re.compile(".*"))


def test_a_resolution_without_an_answer_is_not_called_an_answer(desk):
    head = desk.ticket("Réglé sans un mot")
    staff = desk.hub.rest(desk.lina)
    staff.patch(f"/api/tickets/{head['id']}", {"action": "take"})
    staff.patch(f"/api/tickets/{head['id']}", {"action": "resolve"})
    answered = desk.ticket("Réglé en répondant")
    staff.patch(f"/api/tickets/{answered['id']}", {"action": "take"})
    staff.say(answered["id"], "Voilà.", action="resolve")
    portal = desk.portal()
    open_thread(portal, "Réglé sans un mot")
    expect(portal.get("promise")).to_contain_text("Résolu en")
    open_thread(portal, "Réglé en répondant")
    expect(portal.get("promise")).to_contain_text("Répondu en")


def test_what_is_typed_before_a_menu_closes_stays_in_the_text(desk):
    desk.ticket("Menus de la zone")
    desk.hub.rest(people.technician("Sam")).get("/api/me")
    console = desk.console()
    open_thread(console, "Menus de la zone")
    field, keyboard = console.get("composer"), console.page.keyboard
    field.press_sequentially("/")
    expect(console.get("quick-reply-field")).to_be_focused()
    keyboard.type("chemin")
    keyboard.press("Escape")
    expect(field).to_be_focused()
    expect(field).to_have_value("/chemin")
    field.fill("")
    field.press_sequentially("/")
    expect(console.get("quick-reply-field")).to_be_focused()
    keyboard.type("rien de tel")
    keyboard.press("Enter")
    expect(field).to_be_focused()
    expect(field).to_have_value("/rien de tel")
    field.fill("")
    console.get("mode-note").click()
    field.press_sequentially("voir @")
    expect(console.get("mention-field")).to_be_focused()
    keyboard.type("zzz")
    keyboard.press("Escape")
    expect(field).to_be_focused()
    expect(field).to_have_value("voir @zzz")
    keyboard.type(" après")
    expect(field).to_have_value("voir @zzz après")


def test_after_a_lost_race_the_next_letters_are_text(desk_of_all):
    desk = desk_of_all
    head = desk.ticket("Course perdue")
    console = desk.console(view="unassigned")
    open_thread(console, "Course perdue")
    expect(console.get("take")).to_be_visible()
    console.get("composer").press_sequentially("Bonjour ")
    console.get("take").focus()
    # The other is faster: the button of this page goes, with the focus on it.
    desk.hub.rest(people.technician("Sam")).patch(f"/api/tickets/{head['id']}", {"action": "take"})
    expect(console.get("take")).to_be_hidden()
    expect(console.get("composer")).to_be_focused()
    console.page.keyboard.type("Sam")
    expect(console.get("composer")).to_have_value("Bonjour Sam")


def test_who_sees_a_colleagues_ticket_is_warned_and_held(desk_of_all):
    desk = desk_of_all
    head = desk.ticket("Réponses croisées")
    desk.hub.rest(desk.lina).patch(f"/api/tickets/{head['id']}", {"action": "take"})
    sam = desk.open(people.technician("Sam"))
    sam.get("view-all").click()
    open_thread(sam, "Réponses croisées")
    expect(sam.get("composer-notice")).to_contain_text("Assigné à Lina")
    lina = desk.console(view="mine")
    open_thread(lina, "Réponses croisées")
    lina.get("composer").press_sequentially("J’arrive")
    expect(sam.get("composer-notice")).to_contain_text("Lina écrit une réponse publique")
    sam.get("composer").fill("Je m’en occupe")
    # The client is not asked to read two answers: the second one is held, with its text.
    desk.hub.rest(desk.lina).say(head["id"], "Je passe à 14 h.")
    expect(sam.message("Je passe à 14 h.")).to_be_visible()
    sam.get("send").click()
    sam.get("send-now").click()
    expect(sam.get("stale-review")).to_be_focused()


def test_focus_goes_where_the_work_goes_on(desk):
    first = desk.ticket("Premier de la file")
    desk.ticket("Second de la file")
    console = desk.console()
    page = console.page
    expect(console.row("Premier")).to_be_visible()
    page.keyboard.press("Control+k")
    console.get("palette-field").fill("Premier de")
    expect(console.get("palette-item").first).to_contain_text("Premier de la file")
    page.keyboard.press("Enter")
    expect(console.get("thread-title")).to_contain_text("Premier")
    expect(console.get("thread-title")).to_be_focused()
    current = page.locator('[data-testid="ticket-row"][aria-current="true"]')
    expect(current).to_contain_text("Premier")
    desk.hub.rest(desk.lina).patch(f"/api/tickets/{first['id']}", {"action": "take"})
    expect(console.get("take")).to_be_hidden()
    page.keyboard.press("Shift+E")
    expect(console.get("thread-title")).to_contain_text("Second")
    expect(console.get("thread-title")).to_be_focused()


def test_a_new_ticket_takes_the_focus_to_its_heading(desk):
    portal = desk.portal()
    portal.get("new-ticket").click()
    portal.get("create-title").fill("Écran noir ce matin")
    portal.get("create-description").fill("L’écran reste noir depuis ce matin.")
    portal.get("create-submit").click()
    expect(portal.get("thread-title")).to_contain_text("Écran noir")
    expect(portal.get("thread-title")).to_be_focused()


def test_the_guard_offers_the_safe_choice_first(desk):
    head = desk.ticket("Choix prudent")
    desk.hub.rest(desk.lina).patch(f"/api/tickets/{head['id']}", {"action": "take"})
    console = desk.console()
    open_thread(console, "Choix prudent")
    expect(console.get("message").first).to_be_visible()
    console.get("composer").fill("Ma réponse")
    desk.hub.rest(desk.client).say(head["id"], "Attendez")
    expect(console.message("Attendez")).to_be_visible()
    console.get("send").click()
    console.get("send-now").click()
    expect(console.get("stale-review")).to_be_focused()


def test_back_closes_the_form_and_keeps_the_draft(desk):
    portal = desk.portal(viewport={"width": 390, "height": 844})
    before = portal.page.url
    portal.get("new-ticket").click()
    portal.get("create-title").fill("Commencé sur le téléphone")
    wait_until(
        lambda: "Commencé" in portal.page.evaluate("JSON.stringify(localStorage)"), "a kept draft"
    )
    portal.page.go_back()
    expect(portal.get("create-dialog")).to_have_count(0)
    assert portal.page.url.split("?")[0] == before.split("?")[0].split("#")[0]
    portal.get("new-ticket").click()
    expect(portal.get("create-title")).to_have_value("Commencé sur le téléphone")
    # Closed by hand, it leaves no step behind.
    portal.page.keyboard.press("Escape")
    expect(portal.get("create-dialog")).to_have_count(0)
    expect(portal.get("new-ticket")).to_be_visible()


def test_a_reply_that_may_be_taken_back_is_sent_when_its_page_closes(desk):
    head = desk.ticket("Onglet fermé")
    desk.hub.rest(desk.lina).patch(f"/api/tickets/{head['id']}", {"action": "take"})
    console = desk.console()
    open_thread(console, "Onglet fermé")
    console.compose("Envoyé malgré la fermeture")
    expect(console.get("undo-send")).to_be_visible()
    console.page.close(run_before_unload=False)

    def bodies():
        events = desk.hub.rest(desk.lina).events(head["id"])["events"]
        return [event["message"]["body"] for event in events if event.get("message")]

    # The hub has it well before the eight seconds are over, and once.
    wait_until(lambda: bodies().count("Envoyé malgré la fermeture") == 1, "the reply", seconds=5)


def test_two_tabs_of_a_ticket_write_one_draft(desk):
    desk.ticket("Deux onglets")
    portal = desk.portal()
    open_thread(portal, "Deux onglets")
    url = portal.page.url
    other = second_tab(portal, url)
    field = other.get_by_test_id("composer")
    expect(other.get_by_test_id("thread-title")).to_contain_text("Deux onglets")
    portal.get("composer").press_sequentially("Premier texte")
    expect(field).to_have_value("Premier texte")
    field.press_sequentially(", et la suite")
    expect(portal.get("composer")).to_have_value("Premier texte, et la suite")
    other.get_by_test_id("send").click()
    expect(portal.get("composer")).to_have_value("")
    expect(portal.message("Premier texte, et la suite")).to_have_count(1)
    portal.page.reload()
    expect(portal.get("thread-title")).to_contain_text("Deux onglets")
    expect(portal.get("composer")).to_have_value("")


def test_an_error_says_that_it_is_one(desk):
    head = desk.ticket("Recherche en panne")
    portal = desk.portal()
    refused = {"type": "about:blank", "status": 503, "code": "unavailable", "title": "Busy"}
    answers = "**/api/tickets?*q=*"
    portal.page.route(answers, lambda route: route.fulfill(status=503, json=refused))
    expect(portal.row("Recherche en panne")).to_be_visible()
    portal.get("search").fill("introuvable")
    expect(portal.get("list-empty")).to_contain_text("a échoué")
    expect(portal.get("list-empty")).not_to_contain_text("Aucun résultat")
    portal.page.unroute(answers)
    portal.get("list-empty").get_by_role("button", name="Réessayer").click()
    expect(portal.get("list-empty")).to_contain_text("Aucun résultat")
    portal.get("search").fill("")
    # A ticket behind a link while nothing answers: said, with another try.
    screen = Screen(desk.browser, desk.hub, desk.client)
    desk.screens.append(screen)
    expect(screen.get("conn")).to_contain_text(LIVE["fr"], timeout=20_000)
    screen.page.route("**/api/**", lambda route: route.abort())
    screen.page.route_web_socket("**/ws", lambda socket: socket.close())
    screen.page.goto(f"{desk.hub.url}{PAGES['client']}?ticket={head['ref']}")
    expect(screen.get("thread-retry")).to_be_visible(timeout=15_000)


def test_signing_out_ends_the_session_in_every_tab(desk):
    desk.ticket("Titre confidentiel")
    portal = desk.portal()
    open_thread(portal, "Titre confidentiel")
    other = second_tab(portal, portal.page.url)
    expect(other.get_by_test_id("thread-title")).to_contain_text("Titre confidentiel")
    portal.get("composer").fill("Un brouillon secret")
    wait_until(
        lambda: "secret" in portal.page.evaluate("JSON.stringify(localStorage)"), "a kept draft"
    )
    portal.get("account").click()
    portal.get("sign-out").click()
    # A draft would be lost: that is asked first.
    expect(portal.get("sign-out-dialog")).to_be_visible()
    portal.get("sign-out-stay").click()
    expect(portal.get("composer")).to_have_value("Un brouillon secret")
    portal.get("account").click()
    portal.get("sign-out").click()
    portal.get("sign-out-leave").click()
    for page in (portal.page, other):
        expect(page.get_by_test_id("sign-in")).to_be_visible(timeout=20_000)
        expect(page.get_by_text("Titre confidentiel")).to_have_count(0)
    kept = portal.page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    for words in ("confidentiel", "secret", "eyJ"):
        assert words not in kept


def test_a_page_is_live_soon_after_the_hub_is_back(desk):
    desk.ticket("Redémarrage")
    portal = desk.portal()
    desk.hub.kill()
    # Long enough for waits between attempts to have grown.
    expect(portal.get("conn")).to_contain_text("Hors ligne", timeout=60_000)
    desk.hub.start()
    expect(portal.get("conn")).to_contain_text(re.compile("À jour|En direct"), timeout=6_000)
