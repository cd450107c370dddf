"""The client's portal in a real browser: overview, search, drafts, offline, files."""

from playwright.sync_api import expect

from support import people
from support.desk import Desk, open_thread


def fill(portal, title="Écran noir au bureau", description="Il reste noir depuis ce matin."):
    portal.get("new-ticket").first.click()
    portal.get("create-title").fill(title)
    portal.get("create-description").fill(description)


def test_the_overview_is_live_and_leads_to_tickets(desk):
    ticket = desk.ticket("Badge refusé")
    portal = desk.portal()
    portal.get("tab-overview").click()
    expect(portal.get("tile-open")).to_have_text("1")
    opened = portal.get("activity-item").filter(has_text="a ouvert")
    expect(opened).to_be_visible()
    assert opened.inner_text().count("Badge refusé") == 1
    desk.hub.rest(desk.lina).patch(f"/api/tickets/{ticket['id']}", {"action": "take"})
    desk.hub.rest(desk.lina).say(ticket["id"], "canary-note-77", internal=True)
    desk.hub.rest(desk.lina).say(ticket["id"], "Je regarde.")
    expect(portal.get("activity")).to_contain_text("Lina a répondu")
    assert "canary-note-77" not in portal.page.content() + portal.received_text
    portal.get("activity-item").first.click()
    expect(portal.get("thread-title")).to_contain_text("Badge refusé")
    portal.page.go_back()
    expect(portal.get("tile-open")).to_be_visible()


def test_tabs_are_walked_with_arrows(desk):
    portal = desk.portal()
    portal.get("tab-tickets").focus()
    portal.page.keyboard.press("Home")
    expect(portal.get("tab-overview")).to_have_attribute("aria-selected", "true")
    expect(portal.get("tab-overview")).to_be_focused()
    portal.page.keyboard.press("ArrowRight")
    expect(portal.get("tab-tickets")).to_have_attribute("aria-selected", "true")


def test_the_list_is_searched_and_filtered(desk):
    desk.ticket("Imprimante muette", category="incident")
    other = desk.ticket("Accès au dossier", category="request")
    desk.hub.rest(desk.client).patch(f"/api/tickets/{other['id']}", {"action": "resolve"})
    portal = desk.portal()
    expect(portal.get("ticket-row")).to_have_count(2)
    portal.get("list-active").click()
    expect(portal.get("ticket-row")).to_have_count(1)
    portal.get("list-all").click()
    portal.get("search").fill("dossier")
    expect(portal.get("ticket-row")).to_have_count(1)
    expect(portal.page.locator("mark").first).to_have_text("dossier")
    portal.page.keyboard.press("Escape")
    expect(portal.get("ticket-row")).to_have_count(2)
    portal.get("list-category").select_option("change")
    expect(portal.get("list-empty")).to_contain_text("Aucun résultat")


def test_a_form_helps_and_survives_a_reload(desk):
    desk.ticket("Écran noir en salle 2")
    portal = desk.portal()
    portal.get("new-ticket").first.click()
    portal.get("create-submit").click()
    expect(portal.get("create-error")).to_contain_text("2 champs")
    expect(portal.get("create-title")).to_be_focused()
    portal.get("create-title").fill("Écran noir au bureau")
    expect(portal.get("similar-ticket")).to_contain_text("Écran noir en salle 2")
    portal.page.wait_for_function(
        "() => Object.entries(localStorage).some("
        "([name, value]) => name.startsWith('guichet.create') && value.includes('bureau'))"
    )
    portal.page.reload()
    portal.get("new-ticket").first.click()
    expect(portal.get("create-title")).to_have_value("Écran noir au bureau")
    portal.get("discard-draft").click()
    expect(portal.get("create-title")).to_have_value("")


def test_what_is_written_offline_goes_out_once(desk):
    ticket = desk.ticket("Ligne coupée")
    portal = desk.portal()
    open_thread(portal, "Ligne coupée")
    # The form comes once there is time for it.
    portal.page.wait_for_function("""() => performance.getEntriesByType('resource')
        .some(({ name, responseEnd }) => name.endsWith('/portal-late.js') && responseEnd > 0)""")
    portal.context.set_offline(True)
    expect(portal.get("conn")).to_contain_text("Hors ligne")
    portal.compose("Vous me lisez ?")
    expect(portal.message("Vous me lisez ?")).to_contain_text("En attente d’envoi")
    expect(portal.get("conn")).to_contain_text("1 envoi")
    fill(portal)
    portal.get("create-submit").click()
    expect(portal.get("pending-ticket")).to_contain_text("Écran noir")
    portal.context.set_offline(False)
    expect(portal.get("pending-ticket")).to_have_count(0, timeout=30_000)
    expect(portal.row("Écran noir")).to_have_count(1)
    events = desk.hub.rest(desk.client).events(ticket["id"])["events"]
    assert [e["message"]["body"] for e in events if e.get("message")] == ["Vous me lisez ?"]
    expect(portal.message("Vous me lisez ?")).to_have_count(1)


def test_a_reload_while_sending_sends_once(desk):
    ticket = desk.ticket("Rechargé")
    portal = desk.portal()
    open_thread(portal, "Rechargé")
    desk.hub.kill()
    portal.compose("Est-ce parti ?")
    expect(portal.message("Est-ce parti ?")).to_be_visible()
    desk.hub.start()
    portal.page.reload()
    expect(portal.message("Est-ce parti ?")).to_have_count(1, timeout=30_000)
    expect(portal.message("Est-ce parti ?")).to_have_attribute("data-seq", "2", timeout=30_000)
    events = desk.hub.rest(desk.client).events(ticket["id"])["events"]
    assert len([e for e in events if e.get("message")]) == 1


def test_several_projects_begin_with_a_choice(browser, hub_alone):
    desk = Desk(browser, hub_alone)
    desk.client = people.client("Claire", projects=("atelier", "boutique"))
    desk.ticket("Four éteint", project="atelier")
    desk.ticket("Caisse lente", project="boutique")
    portal = desk.portal()
    expect(portal.get("project")).to_have_count(2)
    portal.page.locator('[data-project="boutique"]').click()
    expect(portal.get("ticket-row")).to_have_count(1)
    expect(portal.get("project-title")).to_contain_text("boutique")
    portal.get("switch-project").click()
    expect(portal.get("project")).to_have_count(2)
    desk.close()


def test_many_projects_are_searched_and_their_cards_are_live(browser, hub_alone):
    desk = Desk(browser, hub_alone)
    names = ("atelier", "boutique", "cuisine", "dépôt", "école", "ferme", "gare", "hangar")
    desk.client = people.client("Claire", projects=names)
    ticket = desk.ticket("Four éteint", project="atelier")
    desk.ticket("Caisse lente", project="boutique")
    portal = desk.portal()
    cards = portal.get("project")
    expect(cards).to_have_count(8)
    expect(cards.first).to_contain_text("boutique")
    cards.first.focus()
    lina = desk.hub.rest(desk.lina)
    lina.patch(f"/api/tickets/{ticket['id']}", {"action": "take"})
    lina.patch(f"/api/tickets/{ticket['id']}", {"action": "wait"})
    expect(cards.filter(has_text="atelier")).to_contain_text("1 attend votre réponse")
    expect(cards.first).to_contain_text("boutique")
    portal.page.keyboard.press("ArrowRight")
    expect(cards.nth(1)).to_be_focused()
    portal.get("project-search").fill("ECOLE")
    expect(cards).to_have_count(1)
    portal.get("project-search").fill("")
    expect(cards.first).to_contain_text("atelier")
    portal.get("project-search").fill("four")
    expect(portal.get("project-blank")).to_be_visible()
    portal.get("project-search").fill("atel")
    portal.page.keyboard.press("Enter")
    expect(portal.get("project-title")).to_have_text("atelier")
    desk.close()


def test_a_ticket_that_begins_elsewhere_is_there_at_once(desk):
    portal = desk.portal()
    expect(portal.get("list-empty")).to_be_visible()
    other = portal.context.new_page()
    other.goto(f"{desk.hub.url}/client-portal#token={people.token(desk.client)}")
    other.get_by_test_id("new-ticket").click()
    other.get_by_test_id("create-title").fill("D’un autre onglet")
    other.get_by_test_id("create-description").fill("Pour voir s’il arrive ici aussi.")
    other.get_by_test_id("create-submit").click()
    expect(portal.row("D’un autre onglet")).to_be_visible(timeout=15_000)
    desk.hub.rest(desk.lina).create(title="De l’équipe", clientId=desk.client.id)
    expect(portal.row("De l’équipe")).to_be_visible(timeout=15_000)
    # One's own from a telephone, which nobody announces: sooner than the whole list is asked for.
    desk.ticket("Du téléphone")
    expect(portal.row("Du téléphone")).to_be_visible(timeout=15_000)
    other.close()


def test_a_row_under_the_keyboard_stays_until_it_is_left(desk):
    ticket = desk.ticket("Ne bouge pas")
    desk.ticket("Un autre")
    portal = desk.portal()
    row = portal.row("Ne bouge pas")
    row.focus()
    lina = desk.hub.rest(desk.lina)
    lina.patch(f"/api/tickets/{ticket['id']}", {"action": "take"})
    lina.patch(f"/api/tickets/{ticket['id']}", {"action": "resolve"})
    group = portal.page.locator("[data-group]").filter(has=row)
    expect(row).to_contain_text("Résolu")
    expect(group).to_have_attribute("data-group", "active")
    expect(row).to_be_focused()
    portal.get("search").focus()
    expect(group).to_have_attribute("data-group", "resolved")


def test_light_markup_is_read_on_both_sides_and_plain_text_is_left_alone(desk):
    marked = "**Important** : `ls`\n- un\n- deux\n\n[le guide](https://example.org/a)"
    plain = "2 * 3 * 4\n  <b>non</b>\n\nun_nom_de.txt"
    ticket = desk.ticket("Mise en forme", description=marked)
    desk.hub.rest(desk.client).say(ticket["id"], plain)
    for screen in (desk.portal(), desk.console()):
        open_thread(screen, "Mise en forme")
        first = screen.message("Important").locator(".message-body")
        expect(first.locator("strong")).to_have_text("Important")
        expect(first.locator("code")).to_have_text("ls")
        expect(first.locator("li")).to_have_text(["un", "deux"])
        link = first.locator("a")
        expect(link).to_have_attribute("href", "https://example.org/a")
        expect(link).to_have_attribute("rel", "noopener noreferrer")
        body = screen.message("un_nom_de.txt").locator(".message-body")
        assert body.text_content() == plain
        assert body.locator("*").count() == 0


def test_a_ticket_of_another_person_is_not_found(desk):
    other = desk.hub.rest(people.client("Zoé", projects=("ailleurs",)))
    ticket = other.create(title="Secret", project="ailleurs")
    portal = desk.portal()
    portal.visit(f"{desk.hub.url}/client-portal?ticket={ticket['ref']}")
    expect(portal.page.get_by_text("Ticket introuvable")).to_be_visible()
    assert "Secret" not in portal.page.content()


def test_a_link_to_a_ticket_is_copied_and_opens_it(desk):
    head = desk.ticket("Lien à garder")
    portal = desk.portal(permissions=["clipboard-read", "clipboard-write"])
    open_thread(portal, "Lien à garder")
    portal.get("copy-link").click()
    expect(portal.get("toast")).to_contain_text("Lien copié")
    link = portal.page.evaluate("navigator.clipboard.readText()")
    assert link == f"{desk.hub.url}/client-portal?ticket={head['ref']}"
    portal.page.goto(link)
    expect(portal.get("thread-title")).to_contain_text("Lien à garder")
    assert portal.errors == []
