"""The console in daily use: settings, saved views, select all matching, mentions, an unreachable
hub, a chosen width, a phone."""

import re

from playwright.sync_api import expect

from support import people
from support.desk import open_thread
from support.files import PNG, upload
from support.observe import wait_until
from support.rules import SLA, WEBHOOKS


def test_quick_replies_are_written_in_the_settings_and_used(desk):
    desk.ticket("Salutations")
    console = desk.console()
    console.get("view-settings").click()
    console.get("reply-new").click()
    console.get("reply-save").click()
    expect(console.get("reply-title-error")).to_be_visible()
    console.get("reply-title").fill("Accueil")
    console.get("reply-shortcut").fill("/hello")
    console.get("reply-fr").fill("Bonjour {{client.prenom}}, {{ordre.id}}")
    console.get("reply-save").click()
    expect(console.get("reply-fr-error")).to_contain_text("ordre.id")
    console.get("reply-fr").fill("Bonjour ")
    console.get("variable").filter(has_text="client.prenom").click()
    expect(console.get("preview-fr")).to_have_text("Bonjour Claire")
    console.get("reply-en").fill("Hello {{client.firstName}}")
    console.get("reply-save").click()
    expect(console.get("reply-item")).to_contain_text(["/hello"])
    stored = desk.hub.rest(desk.lina).get("/api/canned").json()["canned"][0]
    assert stored["bodies"] == {"fr": "Bonjour {{client.prenom}}", "en": "Hello {{client.firstName}}"}
    assert stored["shortcut"] == "hello"
    console.get("view-all").click()
    open_thread(console, "Salutations")
    console.get("composer").press_sequentially("/")
    console.get("quick-reply-field").fill("hello")
    console.page.keyboard.press("Enter")
    expect(console.get("composer")).to_have_value("Bonjour Claire")
    console.page.go_back()
    console.visit(console.page.url.split("?")[0] + "#settings")
    console.get("reply-item").click()
    console.get("reply-title").fill("Bienvenue")
    console.get("reply-save").click()
    expect(console.get("reply-item")).to_contain_text(["Bienvenue"])
    console.get("reply-delete").click()
    console.get("delete-yes").click()
    expect(console.get("reply-item")).to_have_count(0)
    assert desk.hub.rest(desk.lina).get("/api/canned").json()["canned"] == []
    assert console.errors == []


def test_rules_and_webhooks_are_shown_to_people_who_may_see_them(desk):
    admin = desk.open(people.admin("Gabriel"))
    admin.page.route("**/api/sla", lambda route: route.fulfill(json=SLA))
    admin.page.route("**/api/webhooks", lambda route: route.fulfill(json=WEBHOOKS))
    admin.get("view-settings").click()
    admin.get("tab-replies").focus()
    admin.page.keyboard.press("ArrowLeft")
    expect(admin.get("webhook")).to_have_count(2)
    expect(admin.get("webhook").nth(1)).to_contain_text("Tous")
    admin.get("tab-sla").click()
    expect(admin.get("policy")).to_have_count(2)
    for text in ("Urgente", "atelier", "1 h 30", "30 min", "4 h", "bureau"):
        expect(admin.get("policy").first).to_contain_text(text)
    expect(admin.get("policy").nth(1)).to_contain_text("3 jours")
    calendar = admin.get("calendar")
    expect(calendar).to_contain_text("08:30 – 12:00, 13:30 – 18:00")
    expect(calendar.locator('[data-day="sun"]')).to_contain_text("fermé")
    expect(calendar.locator(".holiday").first).to_contain_text("2099")  # what comes, comes first
    admin.page.reload()
    expect(admin.get("policy")).to_have_count(2, timeout=20_000)  # the address knows the tab
    lina = desk.console()
    lina.get("view-settings").click()
    expect(lina.get("tab-sla")).to_be_visible()
    expect(lina.get("tab-webhooks")).to_have_count(0)
    people_are_found_and_erased_by_admins(desk, admin, lina)


def people_are_found_and_erased_by_admins(desk, admin, lina):
    desk.ticket("De Claire")
    for screen in (lina, admin):
        screen.get("tab-people").click()
        screen.get("person-role").select_option("client")
        screen.get("person-find").fill("claire")
        expect(screen.get("person")).to_have_count(1)
    expect(lina.get("person-erase")).to_have_count(0)
    admin.get("person-erase").click()
    admin.get("erase-dialog-reason").fill("demande du 3 mai")
    admin.get("erase-dialog-do").click()
    expect(admin.get("toast").last).to_contain_text("sauvegardes")
    expect(admin.get("person")).to_have_count(0)


def test_a_view_is_saved_counted_live_shared_and_copied(desk):
    desk.ticket("Haute une", priority="high")
    desk.ticket("Basse", priority="low")
    lina = desk.console()
    expect(lina.get("ticket-row")).to_have_count(2)
    lina.get("filters").click()
    lina.get("filter-priority-high").check()
    lina.page.keyboard.press("Escape")
    lina.get("save-view").click()
    lina.get("view-name").fill("Hautes")
    lina.get("view-shared").check()
    lina.get("view-sort").select_option("newest")
    lina.get("view-create").click()
    expect(lina.get("count-saved")).to_have_text("1")
    expect(lina.get("save-view")).to_have_count(0)  # nothing new to save
    desk.ticket("Haute deux", priority="high")
    expect(lina.get("count-saved")).to_have_text("2")
    lina.get("view-all").click()
    expect(lina.get("ticket-row")).to_have_count(3)  # its filters stayed behind

    sam = desk.open(people.technician("Sam"))
    sam.get("view-saved").click()
    expect(sam.get("ticket-row")).to_have_count(2)
    expect(sam.get("sort")).to_have_value("newest")
    sam.get("filters").click()
    sam.get("filter-category-incident").check()
    sam.page.keyboard.press("Escape")
    sam.get("save-view").click()
    expect(sam.get("save-view-dialog")).to_contain_text("Cette vue appartient à Lina")
    expect(sam.get("view-update")).to_have_count(0)
    sam.get("view-create").click()
    expect(sam.get("view-saved")).to_have_count(2)
    sam.get("view-settings").click()
    sam.get("tab-views").click()
    expect(sam.get("view-edit")).to_have_count(1)  # Lina's is hers
    sam.get("view-pinned").nth(1).click()  # to pin it changes nothing for her
    expect(sam.get("view-saved").first).to_contain_text("Hautes")
    expect(sam.get("view-pinned").first).to_be_focused()
    sam.page.keyboard.press("Enter")
    expect(sam.get("view-saved").nth(1)).to_contain_text("Hautes")
    sam.get("view-edit").click()
    sam.get("view-name").fill("Incidents hauts")
    sam.get("view-save").click()
    expect(sam.get("view-saved").first).to_contain_text("Incidents hauts")
    sam.get("view-delete").click()
    sam.get("delete-yes").click()
    expect(sam.get("view-saved")).to_have_count(1)
    stored = desk.hub.rest(desk.lina).get("/api/views").json()["views"]
    assert [(view["name"], view["filter"], view["sort"], view["shared"]) for view in stored] == [
        ("Hautes", {"priority": ["high"]}, "-createdAt", True)
    ]
    assert sam.errors == []


def test_all_that_match_are_selected_beyond_what_is_loaded(desk):
    count = 203  # the queue begins with 200
    for number in range(count):
        desk.ticket(f"Lot {number}")
    desk.ticket("À part", priority="low")
    console = desk.console()
    console.get("filters").click()
    console.get("filter-priority-normal").check()
    console.page.keyboard.press("Escape")
    console.page.locator(".pane-title").click()
    console.page.keyboard.press("j")
    console.page.keyboard.press("Control+a")
    expect(console.get("select-all")).to_contain_text(f"Sélectionner les {count} tickets")
    console.get("select-all").click()
    expect(console.get("bulk-count")).to_contain_text(str(count))
    console.get("bulk-priority").click()
    console.get("pick-priority-field").fill("haute")
    console.page.keyboard.press("Enter")
    expect(console.get("bulk-confirm")).to_contain_text(str(count))
    console.get("bulk-do").click()
    expect(console.get("toast").last).to_contain_text(f"{count} tickets modifiés", timeout=60_000)
    rest = desk.hub.rest(desk.lina)
    counts = rest.get("/api/tickets", params={"priority": "high"}).json()["counts"]["status"]
    assert counts["open"] == count


def test_without_the_hub_what_needs_it_says_so_and_a_reply_waits(desk):
    ticket = desk.ticket("Coupure")
    desk.hub.rest(desk.lina).get("/api/me")
    console = desk.console()
    open_thread(console, "Coupure")
    expect(console.get("panel-status")).to_be_visible()
    console.context.set_offline(True)
    expect(console.get("away")).to_be_visible()
    expect(console.get("stale")).to_contain_text("Données de")
    expect(console.get("ticket-row")).to_have_count(1)
    for control in ("take", "resolve", "watch", "panel-status", "row-take"):
        expect(console.get(control).first).to_have_attribute("aria-disabled", "true")
    console.get("resolve").focus()
    expect(console.get("away-reason")).to_be_visible()
    console.page.keyboard.press("Enter")
    console.page.locator(".thread-title").click()
    console.page.keyboard.press("t")
    expect(console.get("toast").last).to_contain_text("sans connexion")
    console.get("composer").fill("Je réponds sans réseau")
    console.get("send").click()
    console.get("send-now").click()
    expect(console.message("Je réponds sans réseau")).to_contain_text("En attente d’envoi")
    expect(console.get("away")).to_contain_text("1 envoi")
    console.context.set_offline(False)
    expect(console.get("away")).to_be_hidden(timeout=30_000)
    expect(console.get("stale")).to_be_hidden()
    expect(console.get("take")).not_to_have_attribute("aria-disabled", re.compile(".*"))
    expect(console.message("Je réponds sans réseau")).to_have_attribute("data-seq", "2")
    assert desk.hub.rest(desk.lina).get(f"/api/tickets/{ticket['id']}").json()["status"] == "open"


def test_mentions_are_a_view_and_what_one_tab_reads_all_have_read(desk):
    rest = desk.hub.rest(desk.lina)
    rest.get("/api/me")  # people are those seen in tokens
    ticket = desk.ticket("À deux")
    sam = desk.hub.rest(people.technician("Sam"))
    sam.patch(f"/api/tickets/{ticket['id']}", {"watchers": [desk.lina.id]})
    console = desk.console()
    other = console.context.new_page()
    other.goto(console.page.url.split("?")[0])
    note = {"internal": True, "mentions": [desk.lina.id]}
    sam.say(ticket["id"], "@Lina, tu connais ?", **note)
    expect(console.get("count-mentions")).to_have_text("1")
    for page in (console.page, other):
        expect(page.get_by_test_id("bell-count")).to_have_text("2", timeout=20_000)
    console.page.bring_to_front()
    # One entry for the ticket: what it is about, then what happened.
    console.get("bell").click()
    expect(console.get("bell-item")).to_have_count(1)
    expect(console.get("bell-item").locator(".bell-title")).to_have_text(f"À deux{ticket['ref']}")
    expect(console.get("bell-item").locator(".bell-reason")).to_contain_text("Sam vous a mentionné")
    expect(console.get("bell-item").locator(".bell-reason")).to_contain_text("Claire")
    console.get("bell").click()
    console.get("view-mentions").click()
    open_thread(console, "À deux")
    for page in (console.page, other):
        expect(page.get_by_test_id("bell-count")).to_be_hidden()

    def unread():
        found = rest.get("/api/notifications", params={"unread": "true"}).json()["notifications"]
        return [notice["kind"] for notice in found]

    wait_until(lambda: unread() == [], "all read")
    sam.say(ticket["id"], "@Lina, encore moi", **note)
    expect(console.message("encore moi")).to_be_visible()
    wait_until(lambda: unread() == [], "what comes while the ticket is open is read")


def test_a_message_becomes_a_ticket_a_file_goes_again_and_a_draft_shows(desk):
    ticket = desk.ticket("Deux soucis en un")
    client = desk.hub.rest(desk.client)
    photo = upload(client, PNG, "photo.png")
    client.say(ticket["id"], "Et le badge de Paul ne marche plus", attachments=[photo["id"]])
    console = desk.console()
    open_thread(console, "Deux soucis")
    message = console.message("badge de Paul")
    message.hover()
    message.get_by_test_id("message-more").click()
    message.get_by_test_id("split").click()
    expect(console.get("create-title")).to_have_value("Et le badge de Paul ne marche plus")
    expect(console.get("create-description")).to_have_value(
        re.compile(rf"badge de Paul[\s\S]*{ticket['ref']}")
    )
    console.get("create-submit").click()
    expect(console.get("thread-title")).to_contain_text("badge de Paul")
    made = next(t for t in client.get("/api/tickets").json()["tickets"] if t["id"] != ticket["id"])
    assert (made["client"]["id"], made["project"]) == (desk.client.id, ticket["project"])
    console.page.go_back()
    note = console.message("se poursuit dans").filter(has_text=made["ref"])
    expect(note).to_have_attribute("data-internal", "true")

    console.get("mode-reply").click()
    console.get("reuse-file").click()
    expect(console.get("pick-file-item")).to_contain_text(["photo.png"])
    console.page.keyboard.press("Enter")
    expect(console.get("file")).to_contain_text("photo.png")
    console.get("composer").fill("Cette photo ?")
    expect(console.get("row-draft").first).to_be_visible()
    console.get("send").click()
    console.get("send-now").click()
    sent = console.message("Cette photo ?")
    expect(sent.get_by_test_id("attachment")).to_contain_text("photo.png")
    expect(console.row("Deux soucis").get_by_test_id("row-draft")).to_be_hidden()
    assert console.errors == []


def test_the_queue_is_as_wide_as_one_likes_and_stays_so(desk):
    desk.ticket("Large")
    console = desk.console()
    line, pane = console.get("queue-size"), console.page.locator(".queue-pane")
    # Alone, the queue has the whole width; beside a ticket and its panel it has what they leave.
    open_thread(console, "Large")
    console.page.keyboard.press("i")
    width = pane.bounding_box()["width"]
    line.focus()
    console.page.keyboard.press("ArrowRight")
    assert pane.bounding_box()["width"] == width + 16
    expect(line).to_have_attribute("aria-valuenow", str(round(width + 16)))
    console.page.keyboard.press("Home")
    assert pane.bounding_box()["width"] == 320
    box = line.bounding_box()
    console.page.mouse.move(box["x"] + 4, 400)
    console.page.mouse.down()
    console.page.mouse.move(box["x"] + 134, 400, steps=4)
    console.page.mouse.up()
    dragged = pane.bounding_box()["width"]
    assert 440 <= dragged <= 460
    console.page.reload()
    expect(console.get("ticket-row")).to_have_count(1, timeout=20_000)
    assert pane.bounding_box()["width"] == dragged


def test_a_phone_has_its_bar_at_the_bottom(desk):
    desk.ticket("De poche")
    phone = desk.open(desk.lina, viewport={"width": 360, "height": 640})
    expect(phone.row("De poche")).to_be_visible()
    bar = phone.page.locator(".bottom-bar")
    for label in ("File", "Recherche", "Notifications", "Moi"):
        expect(bar).to_contain_text(label)
    phone.get("bottom-search").click()
    expect(phone.get("filter")).to_be_focused()
    phone.get("bottom-bell").click()
    expect(phone.get("bell-list")).to_be_visible()
    phone.get("bottom-me").click()
    expect(phone.get("open-preferences")).to_be_visible()
    phone.page.keyboard.press("Escape")
    phone.get("view-settings").click()
    expect(phone.get("settings-replies")).to_be_visible()
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert phone.page.evaluate(overflow) == 0
    phone.get("bottom-queue").click()
    open_thread(phone, "De poche")
    expect(bar).to_be_hidden()


def test_an_empty_queue_says_so_and_a_new_row_lights_up_and_is_worked_in_place(desk):
    console = desk.console(view="unassigned")
    expect(console.get("list-empty")).to_contain_text("Rien à prendre")
    desk.ticket("Tout neuf")
    row = console.row("Tout neuf")
    expect(row).to_have_attribute("data-new", "")
    expect(console.get("count-unassigned")).to_have_text("1")
    row.hover()
    row.get_by_test_id("row-take").click()
    expect(console.get("count-unassigned")).to_be_hidden()
    console.page.mouse.move(900, 500)
    expect(console.get("list-empty")).to_contain_text("Dernier ticket pris à")
    console.get("view-mine").click()
    expect(row).to_be_visible()


def test_two_people_at_one_ticket_see_each_other_and_a_note_mentions_one(desk):
    ticket = desk.ticket("À plusieurs")
    sam = people.technician("Sam")
    other, lina = desk.open(sam), desk.console()
    other.get("view-all").click()
    for screen in (lina, other):
        open_thread(screen, "À plusieurs")
    expect(lina.get("presence")).to_contain_text("Sam")
    other.get("composer").press_sequentially("Je rép")
    expect(lina.get("composer-notice")).to_contain_text("Sam écrit une réponse publique")
    lina.get("edit-title").click()
    # What the hub refuses, such as a title of which nothing is seen, is there to be corrected.
    lina.get("title-field").fill("\u2800")
    lina.page.keyboard.press("Enter")
    expect(lina.get("toast")).to_be_visible()
    expect(lina.get("title-field")).to_have_value("\u2800")
    lina.get("title-field").fill("À plusieurs mains")
    lina.page.keyboard.press("Enter")
    expect(other.get("thread-title")).to_contain_text("À plusieurs mains")
    expect(other.get("composer")).to_have_value("Je rép")
    lina.get("mode-note").click()
    lina.page.keyboard.type("Vois avec @")
    lina.get("mention-field").fill("sam")
    lina.page.keyboard.press("Enter")
    expect(lina.get("composer")).to_have_value("Vois avec @Sam ")
    lina.page.keyboard.press("Control+Enter")
    expect(lina.message("Vois avec @Sam")).to_have_attribute("data-seq", re.compile(r"\d"))
    events = desk.hub.rest(desk.lina).events(ticket["id"])["events"]
    mentions = [e["message"]["mentions"] for e in events if e.get("message")]
    assert mentions == [[sam.id]]
    a_transfer_says_why(desk, ticket, lina, other)


def a_transfer_says_why(desk, ticket, lina, other):
    """A note and the change are one event."""
    lina.page.keyboard.press("Escape")
    lina.page.keyboard.press("a")
    lina.get("pick-assign-field").fill("sam")
    lina.page.keyboard.press("Tab")
    expect(lina.get("transfer-note")).to_be_focused()
    lina.page.keyboard.type("Tu connais ce client.")
    lina.page.keyboard.press("Enter")
    expect(other.message("Tu connais ce client.")).to_have_attribute("data-internal", "true")
    last = desk.hub.rest(people.admin("Gabriel")).events(ticket["id"])["events"][-1]
    assert (last["message"]["internal"], last["changes"]["assignedTo"]["to"]["name"]) == (True, "Sam")


def test_the_order_by_urgency_has_headings_and_the_navigation_folds(desk):
    desk.ticket("Dans l’heure", priority="high")
    desk.ticket("Plus tard", priority="low")
    console = desk.console(viewport={"width": 1440, "height": 900})
    parts = console.get("queue-parts").locator("p")
    expect(parts).to_have_text(["Moins de 1 h1", "Ensuite1"])
    first, second = (console.row(title).bounding_box() for title in ("Dans l’heure", "Plus tard"))
    heads = [parts.nth(number).bounding_box() for number in (0, 1)]
    assert heads[0]["y"] < first["y"] < heads[1]["y"] < second["y"]
    console.get("sort").select_option("newest")
    expect(parts).to_have_count(0)
    nav = console.page.locator(".view-nav")
    assert nav.bounding_box()["width"] == 220
    console.get("nav-fold").click()
    expect(console.get("nav-fold")).to_have_attribute("aria-expanded", "false")
    assert nav.bounding_box()["width"] == 56
    console.page.reload()
    expect(console.page.get_by_role("button", name="Mes tickets")).to_be_visible()
    assert nav.bounding_box()["width"] == 56
    assert console.errors == []
