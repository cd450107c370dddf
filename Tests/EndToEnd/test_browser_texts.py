"""Layout of people's texts: right to left, mixed, and during composition."""

import pytest
from playwright.sync_api import expect

from support import people
from support.desk import open_thread

TITLE = "המדפסת שלי לא עובדת"
MESSAGE = "الطابعة لا تعمل (HP-9) منذ أمس.\nPlease call +33 1 02.\nשורה שלישית"
NOTE = "הערה פנימית ל-Lina"

#: The texts in Hebrew or Arabic that no element lays out in their own direction.
ASTRAY = """
() => {
    const astray = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const { data, parentElement } = walker.currentNode;
        if (!/[\\u0590-\\u08ff]/.test(data) || parentElement.closest('script, style')) continue;
        if (!parentElement.closest('[dir="auto"]')) astray.push(`${parentElement.className}: ${data}`);
    }
    for (const field of document.querySelectorAll('textarea, input[type=text], input[type=search]')) {
        if (field.dir !== 'auto') astray.push(`field ${field.className}`);
    }
    return astray;
}
"""
DIRECTION = "element => getComputedStyle(element).direction"


@pytest.fixture
def desk(desk):
    desk.client = people.client("דנה", projects=("חנות",))
    return desk


def test_texts_run_in_their_own_direction_and_compositions_are_left_alone(desk):
    ticket = desk.ticket(TITLE, description="תיאור: HP-9 (x).", project="חנות")
    turned = desk.ticket("Titre ordinaire", project="חנות")
    rest = desk.hub.rest(desk.lina)
    desk.hub.rest(desk.client).say(ticket["id"], MESSAGE)
    desk.hub.rest(desk.client).say(turned["id"], "Bonjour")
    rest.say(ticket["id"], NOTE, internal=True, mentions=[desk.lina.id])
    rest.patch(f"/api/tickets/{ticket['id']}", {"tags": ["דחוף"], "assignedTo": "me"})
    rest.patch(f"/api/tickets/{ticket['id']}", {"title": TITLE + "!"})

    console = desk.console()
    row = console.row(TITLE)
    for name in ("row-title", "row-excerpt"):
        assert row.locator(f".{name}").evaluate(DIRECTION) == "rtl", name
    console.get("filter").fill("המדפסת")
    expect(console.get("ticket-row")).to_have_count(1)
    open_thread(console, TITLE)
    expect(console.get("message")).to_have_count(3)
    message = console.message("HP-9").last.locator(".message-body")
    assert message.evaluate(DIRECTION) == "rtl"
    assert console.get("thread-title").evaluate(DIRECTION) == "rtl"
    expect(console.get("panel-tags")).to_contain_text("דחוף")
    console.get("composer").fill("שלום")
    assert console.page.evaluate(ASTRAY) == []
    console.page.keyboard.press("Control+k")
    console.get("palette-field").fill("המדפסת")
    expect(console.get("palette-item").first).to_contain_text(TITLE)
    assert console.page.evaluate(ASTRAY) == []
    console.page.keyboard.press("Escape")
    console.get("view-reports").click()
    expect(console.page.locator(".charts")).to_contain_text("חנות")
    assert console.page.evaluate(ASTRAY) == []
    console.get("view-all").click()
    console.get("filter").fill("")
    open_thread(console, "Titre ordinaire")
    expect(console.get("message").last).to_contain_text("Bonjour")

    portal = desk.portal()
    assert portal.row(TITLE).locator(".row-excerpt").evaluate(DIRECTION) == "rtl"
    open_thread(portal, TITLE)
    expect(portal.get("message")).to_have_count(2)
    assert portal.page.evaluate(ASTRAY) == []
    portal.get("tab-overview").click()
    expect(portal.get("activity-item").first).to_be_visible()
    assert portal.page.evaluate(ASTRAY) == []

    # The Enter that ends a composition in Safari sends nothing.
    portal.get("tab-tickets").click()
    open_thread(portal, TITLE)
    portal.page.evaluate("localStorage.setItem('guichet.preferences', '{\"enterSends\":true}')")
    portal.page.reload()
    portal.get("composer").fill("にほん")
    portal.get("composer").evaluate(
        "field => field.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'Enter', keyCode: 229, bubbles: true, cancelable: true}))"
    )
    expect(portal.get("composer")).to_have_value("にほん")
    portal.get("composer").press("Enter")
    expect(portal.message("にほん")).to_be_visible()
    redacted_on_every_screen(console, portal)
    assert console.errors + portal.errors == []
    portal.page.close()
    erased_from_the_panel(desk, ticket)


def redacted_on_every_screen(console, portal):
    console.get("filter").fill("")
    open_thread(console, TITLE)
    message = console.message("にほん")
    message.hover()
    message.get_by_test_id("message-more").click()
    message.get_by_test_id("redact").click()
    console.get("redact-dialog-do").click()
    expect(console.get("redact-dialog")).to_contain_text("Indiquez un motif")
    console.get("redact-dialog-reason").fill("un mot de passe")
    console.get("redact-dialog-do").click()
    expect(console.get("redacted")).to_contain_text("un mot de passe")
    expect(console.get("toast").last).to_contain_text("sauvegardes")
    expect(portal.get("redacted")).to_contain_text("Contenu effacé par Lina")
    expect(portal.page.locator(".thread")).not_to_contain_text("un mot de passe")
    for screen in (console, portal):
        expect(screen.message("にほん")).to_have_count(0)
        # Sooner than a list is saved after other changes.
        screen.page.wait_for_function(
            "!JSON.stringify(localStorage).includes('にほん')", timeout=5000
        )


def erased_from_the_panel(desk, ticket):
    admin = desk.open(people.admin("Gabriel"))
    admin.visit(f"{desk.hub.url}/admin/tickets?view=all&ticket={ticket['ref']}")
    admin.get("erase").click()
    expect(admin.get("erase-dialog")).to_contain_text(desk.client.name)
    expect(admin.get("erase-keep")).to_be_checked()
    admin.get("erase-dialog-do").click()
    expect(admin.get("erase-dialog")).to_contain_text("Indiquez un motif")
    admin.get("erase-dialog-reason").fill("demande du 3 mai")
    admin.get("erase-redact").check()
    admin.get("erase-dialog-do").click()
    expect(admin.get("toast").last).to_contain_text("sauvegardes")
    admin.page.reload()
    expect(admin.page.locator(".client-name")).to_have_text("Personne effacée / Erased person")
    expect(admin.get("redacted").first).to_contain_text("demande du 3 mai")
    for words in (desk.client.name, "HP-9 (x)"):
        expect(admin.page.locator("body")).not_to_contain_text(words)
    assert admin.errors == []
