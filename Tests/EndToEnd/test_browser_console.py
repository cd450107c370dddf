"""The technician's console in a real browser: keys, held order, filters, bulk changes, replies."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from support import people
from support.desk import open_thread


def titles(screen):
    return screen.page.locator(".queue-row .row-title").all_text_contents()


def test_keys_alone_take_answer_and_resolve(desk):
    desk.ticket("Alpha en panne")
    console = desk.console()
    expect(console.row("Alpha")).to_be_visible()
    press = console.page.keyboard.press
    press("j")
    press("Enter")
    expect(console.get("thread-title")).to_contain_text("Alpha")
    press("t")
    expect(console.get("status").first).to_contain_text("En cours")
    press("n")
    console.page.keyboard.type("Vu sur place")
    press("Control+Enter")
    expect(console.message("Vu sur place")).to_have_attribute("data-internal", "true")
    press("Escape")
    press("e")
    expect(console.get("status").first).to_contain_text("Résolu")
    press("Control+z")
    expect(console.get("status").first).to_contain_text("En cours")
    press("?")
    expect(console.get("shortcuts")).to_contain_text("Prendre en charge")
    # Tickets do not sleep: the help names no key that would do nothing.
    expect(console.get("shortcuts").locator("kbd").get_by_text("z", exact=True)).to_have_count(0)
    console.get("single-keys").uncheck()
    press("Escape")
    press("i")
    expect(console.get("panel")).to_be_visible()  # single keys are off: the panel stays
    the_first_mode_is_a_preference(desk, console)
    assert console.errors == []


def test_a_key_pressed_while_a_ticket_opens_leads_to_its_composer(desk):
    desk.ticket("Alpha en panne")
    console = desk.console()
    expect(console.row("Alpha")).to_be_visible()
    console.page.keyboard.press("j")
    # Within one task: nothing of the ticket can have come yet.
    console.page.evaluate(
        """() => ['Enter', 'n'].forEach((key) => document.activeElement.dispatchEvent(
            new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })))"""
    )
    expect(console.get("composer")).to_be_focused()
    expect(console.page.locator(".composer")).to_have_attribute("data-mode", "note")
    expect(console.get("thread-title")).to_contain_text("Alpha")
    assert console.errors == []


def the_first_mode_is_a_preference(desk, console):
    # A ticket whose mode was chosen keeps it.
    expect(console.page.locator(".composer")).to_have_attribute("data-mode", "note")
    console.get("account").click()
    console.get("open-preferences").click()
    console.get("pref-mode").select_option("note")
    console.page.keyboard.press("Escape")
    desk.ticket("Bravo en panne")
    open_thread(console, "Bravo")
    expect(console.page.locator(".composer")).to_have_attribute("data-mode", "note")


def test_the_order_holds_still_under_a_hand_and_is_applied_on_request(desk):
    desk.ticket("Premier")
    console = desk.console()
    expect(console.row("Premier")).to_be_visible()
    console.get("tick").first.check()
    desk.ticket("Second", priority="urgent")
    expect(console.get("held")).to_contain_text("1 changement")
    assert titles(console) == ["Premier"]
    console.page.keyboard.press("u")
    expect(console.row("Second")).to_be_visible()
    assert titles(console) == ["Second", "Premier"], "a live row enters at its sorted place"


def test_a_view_just_chosen_holds_still_before_its_next_frame(desk):
    desk.ticket("Premier")
    console = desk.console(view="unassigned")
    expect(console.row("Premier")).to_be_visible()
    console.page.evaluate(
        "() => { const soon = requestAnimationFrame;"
        " window.requestAnimationFrame = (draw) => setTimeout(() => soon(draw), 1500); }"
    )
    console.get("view-all").click()
    console.get("tick").first.check()
    desk.ticket("Second", priority="urgent")
    expect(console.get("held")).to_contain_text("1 changement")
    assert titles(console) == ["Premier"]


def test_a_row_that_left_is_greyed_with_its_reason(desk):
    ticket = desk.ticket("Disparu")
    desk.ticket("Voisin")
    console = desk.console(view="unassigned")
    console.row("Voisin").get_by_test_id("tick").check()
    desk.hub.rest(people.technician("Sam")).patch(f"/api/tickets/{ticket['id']}", {"action": "take"})
    left = console.row("Disparu").get_by_test_id("row-left")
    expect(left).to_contain_text("pris par Sam")
    console.get("bulk-none").click()
    console.page.keyboard.press("u")
    expect(console.row("Disparu")).to_have_count(0)


def test_filters_live_in_the_address_and_say_how_many(desk):
    desk.ticket("Panne urgente", priority="urgent")
    desk.ticket("Question calme", priority="low")
    console = desk.console()
    expect(console.get("ticket-row")).to_have_count(2)
    expect(console.page.get_by_text("Filtre", exact=True)).to_be_visible()
    console.get("filters").click()
    # Found by typing; the list stays in sight.
    console.get("filter-find").fill("prio urg")
    expect(console.page.locator(".filter-choice:visible")).to_have_count(1)
    expect(console.row("Question calme")).to_be_in_viewport()
    console.get("filter-priority-urgent").check()
    expect(console.get("ticket-row")).to_have_count(1)
    assert "priority=urgent" in console.page.url
    console.page.reload()
    expect(console.get("ticket-row")).to_have_count(1, timeout=20_000)
    console.get("filters-clear").click()
    console.get("filter").fill("priorité:basse question")
    expect(console.get("ticket-row")).to_have_count(1)
    console.get("filter").fill("couleur:bleu ")
    expect(console.get("search-problem")).to_contain_text("opérateur inconnu")


def test_many_are_changed_at_once_and_changed_back(desk):
    for number in range(3):
        desk.ticket(f"Lot {number}")
    console = desk.console()
    expect(console.get("ticket-row")).to_have_count(3)
    console.page.keyboard.press("j")
    console.page.keyboard.press("Control+a")
    expect(console.get("bulk-count")).to_contain_text("3")
    console.get("bulk-priority").click()
    console.get("pick-priority-field").fill("urg")
    console.page.keyboard.press("Enter")
    expect(console.page.locator('.queue-row[data-priority="urgent"]')).to_have_count(3)
    console.get("toast-action").last.click()
    expect(console.page.locator('.queue-row[data-priority="normal"]')).to_have_count(3)


def test_a_lost_race_for_a_ticket_names_the_winner(desk):
    ticket = desk.ticket("Disputé")
    console = desk.console(view="unassigned")
    open_thread(console, "Disputé")
    desk.hub.rest(people.technician("Sam")).patch(f"/api/tickets/{ticket['id']}", {"action": "take"})
    console.page.evaluate(
        "document.dispatchEvent(new KeyboardEvent('keydown', {key: 't', bubbles: true}))"
    )
    notice = console.page.get_by_text("Déjà pris par Sam").or_(
        console.page.get_by_text("Vous n’avez plus accès")
    )
    expect(notice.first).to_be_visible()


def test_the_compose_guard_holds_a_reply_that_crossed_another(desk):
    ticket = desk.ticket("Croisement")
    desk.hub.rest(desk.lina).patch(f"/api/tickets/{ticket['id']}", {"action": "take"})
    console = desk.console()
    open_thread(console, "Croisement")
    expect(console.get("message").first).to_be_visible()
    console.get("composer").fill("Ma réponse")
    desk.hub.rest(desk.client).say(ticket["id"], "Attendez, c’est réparé")
    expect(console.message("Attendez")).to_be_visible()
    console.page.evaluate(
        "localStorage.setItem('guichet.preferences', JSON.stringify({undoSeconds: 0}))"
    )
    console.get("send").click()
    console.get("send-now").or_(console.get("stale-dialog")).first.wait_for()
    if console.get("send-now").is_visible():
        console.get("send-now").click()
    expect(console.get("stale-dialog")).to_contain_text("Attendez, c’est réparé")
    console.get("stale-force").click()
    expect(console.get("message").filter(has_text="Ma réponse")).to_have_count(1)


def test_a_reply_can_be_taken_back_before_it_leaves(desk):
    ticket = desk.ticket("Repenti")
    desk.hub.rest(desk.lina).patch(f"/api/tickets/{ticket['id']}", {"action": "take"})
    console = desk.console()
    open_thread(console, "Repenti")
    console.compose("Trop vite")
    console.get("undo-send").click()
    expect(console.get("composer")).to_have_value("Trop vite")
    events = desk.hub.rest(desk.lina).events(ticket["id"])["events"]
    assert not any("Trop vite" in str(event) for event in events)
    console.compose("")
    console.get("composer").fill("C’est mieux")
    console.get("send").click()
    console.get("send-now").click()
    expect(console.message("C’est mieux")).to_have_count(1)
    expect(console.message("C’est mieux")).to_have_attribute("data-seq", re.compile(r"\d+"))


def test_the_palette_finds_commands_tickets_and_views(desk):
    desk.ticket("Imprimante bloquée")
    console = desk.console()
    expect(console.row("Imprimante")).to_be_visible()
    console.page.keyboard.press("Control+k")
    for section in ("Actions", "Tickets", "Personnes"):
        expect(console.page.get_by_role("group", name=section)).to_be_visible()
    console.get("palette-field").fill("imprim")
    expect(console.get("palette-item").first).to_contain_text("Imprimante bloquée")
    expect(console.page.get_by_role("group", name="Tickets").locator("mark")).to_have_text("Imprim")
    console.page.keyboard.press("Enter")
    expect(console.get("thread-title")).to_contain_text("Imprimante bloquée")
    console.page.keyboard.press("Control+k")
    console.get("palette-field").fill("en attente client")
    console.page.keyboard.press("Enter")
    expect(console.page.locator(".queue-pane .pane-title")).to_contain_text("En attente client")


def test_quick_replies_are_filled_and_a_missing_value_is_not_sent(desk):
    canned = [
        {"id": "1", "title": "Accueil", "bodies": {"fr": "Bonjour {{client.prenom}}"}},
        {"id": "2", "title": "Commande", "bodies": {"fr": "Colis {{order.id}}"}},
    ]
    desk.ticket("Salutations")
    console = desk.console()
    console.page.route("**/api/canned", lambda route: route.fulfill(json={"canned": canned}))
    open_thread(console, "Salutations")
    console.get("composer").press_sequentially("/")
    console.get("quick-reply-field").fill("accueil")
    console.page.keyboard.press("Enter")
    expect(console.get("composer")).to_have_value("Bonjour Claire")
    console.get("composer").fill("")
    console.get("quick-replies-open").click()
    console.get("quick-reply-field").fill("commande")
    console.page.keyboard.press("Enter")
    console.get("send").click()
    expect(console.get("toast").last).to_contain_text("order.id")
    expect(console.get("composer")).to_have_value("Colis {{order.id}}")


def test_reports_draw_what_the_hub_counts(desk):
    waits = {"count": 2, "medianMs": 60_000, "p90Ms": 120_000, "met": 2, "missed": 0, "breached": 0}
    clocks = {"firstResponse": waits, "nextResponse": waits, "resolution": waits}
    report = {
        "from": "2026-01-01",
        "to": "2026-01-02",
        "timeZone": "Asia/Tokyo",
        "generatedAt": "2026-01-02T10:00:00.000Z",
        "totals": {"created": 5, "resolved": 4, "reopened": 1, "reassigned": 0, "open": 1} | clocks,
        "days": [
            {"day": day, "created": 3, "resolved": 2, "reopened": 0, "backlog": 1, **clocks}
            for day in ("2026-01-01", "2026-01-02")
        ],
        "backlog": [
            {"fromHours": 0, "toHours": 4, "low": 0, "normal": 1, "high": 0, "urgent": 0}
            | {"total": 1}
        ],
        "technicians": [
            {"id": "x", "name": "Lina", "open": 1, "taken": 2, "resolved": 2, "reopened": 0}
            | clocks
        ],
        "projects": [{"project": "atelier", "created": 5, "resolved": 4}],
        "categories": [{"category": "incident", "created": 5, "resolved": 4}],
        "priorities": [],
        "arrivals": [[0] * 23 + [2] for _ in range(7)],
    }
    desk.ticket("Compté")
    console = desk.console(timezone_id="Europe/Paris")
    asked = []

    def answer(route):
        asked.append(route.request.url)
        zone = parse_qs(urlsplit(route.request.url).query).get("timeZone", ["Asia/Tokyo"])[0]
        route.fulfill(json=report | {"timeZone": zone})

    console.page.route("**/api/stats**", answer)
    console.get("view-reports").click()
    expect(console.get("chart-flow").locator("svg")).to_be_visible()
    expect(console.get("live-open")).to_have_text("1")
    # The reader's zone first, then the installation's; what is shown is asked for and said.
    expect(console.get("report-zone")).to_have_value("Europe/Paris")
    expect(console.get("report-zone").locator("option")).to_have_text(["Europe/Paris", "Asia/Tokyo", "UTC"])
    expect(console.get("chart-arrivals")).to_contain_text("Europe/Paris")
    assert all("timeZone=Europe%2FParis" in url for url in asked[1:])
    with console.page.expect_request(lambda request: "timeZone=UTC" in request.url):
        console.get("report-zone").select_option("UTC")
    console.get("table-flow").click()
    expect(console.get("chart-flow").locator("tbody tr")).to_have_count(2)
    expect(console.get("chart-sla")).to_contain_text("100")
    console.get("report-from").fill("2026-01-03")
    console.get("report-to").fill("2026-01-01")
    expect(console.get("wrong-dates")).to_be_visible()
    asked.clear()
    console.get("report-to").fill("2026-01-05")
    expect(console.get("wrong-dates")).to_be_hidden()
    expect(console.get("period-month")).to_have_attribute("aria-pressed", "false")
    assert any("from=2026-01-03&to=2026-01-05" in url for url in asked)
    assert any("from=2025-12-31&to=2026-01-02" in url for url in asked)
    desk.ticket("Compté aussi")
    expect(console.get("live-open")).to_have_text("2")
    a_failure_keeps_the_page_and_is_tried_again(console)
    console.get("live-free").locator("..").click()
    expect(console.get("ticket-row")).to_have_count(2)


def a_failure_keeps_the_page_and_is_tried_again(console):
    problem = {"code": "unavailable", "detail": "The store does not answer.", "traceId": "4bf92f35"}
    stats = "**/api/stats**"
    console.page.route(stats, lambda route: route.fulfill(status=503, json=problem))
    console.get("period-week").click()
    expect(console.get("failure")).to_contain_text("4bf92f35")
    expect(console.get("chart-flow").locator("svg")).to_be_visible()
    console.get("failure-retry").click()
    expect(console.get("failure-retry")).to_be_focused()  # it failed again
    console.page.unroute(stats)
    with console.page.expect_response(lambda answer: "/api/stats" in answer.url and answer.ok):
        console.get("failure-retry").click()
    expect(console.get("failure")).to_be_hidden()


def test_history_names_who_did_what_and_what_the_client_sees(desk):
    ticket = desk.ticket("Mémoire")
    desk.hub.rest(desk.lina).patch(f"/api/tickets/{ticket['id']}", {"action": "take"})
    desk.hub.rest(desk.lina).say(ticket["id"], "entre nous", internal=True)
    console = desk.console()
    open_thread(console, "Mémoire")
    console.page.keyboard.press("h")
    history = console.get("history-list")
    expect(history).to_contain_text("Lina a ajouté une note interne")
    assert history.locator('[data-public="false"]').count() == 1
    console.get("history-notes").click()
    expect(history.locator("li")).to_have_count(1)
