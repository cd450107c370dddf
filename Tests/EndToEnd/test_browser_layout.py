"""The layout for real content: nothing scrolls sideways, the conversation has half of the height,
titles are whole, the composer is inside its frame; at every width, in both languages and states."""

import pytest
from playwright.sync_api import expect

from support.desk import open_thread

TITLE = "Voyant rouge sur le boîtier de sauvegarde du deuxième étages"
LOG = "\n".join(f"2026-11-29T10:{i:02d} ERROR host.example.com refused {'x' * 120}" for i in range(50))

# What is wider than the window, and what stands outside of it though it does not scroll.
OUTSIDE = """() => {
    const inScroller = (element) => element.closest('pre, .view-nav, .thread-scroll pre') !== null;
    const wide = [...document.querySelectorAll('main :is(.button, .composer, .message-card, .icon-button)')]
        .filter((each) => each.checkVisibility() && !inScroller(each))
        .filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5)
        .map((each) => each.className);
    const root = document.documentElement;
    return [root.scrollWidth - root.clientWidth, wide];
}"""
STATES = """() => ['offline', 'signed-out', 'new-version', 'polling'].map((state) => {
    const chip = document.querySelector('[data-testid=conn]');
    const before = chip.dataset.state;
    const label = chip.querySelector('.conn-label');
    const text = label.textContent;
    chip.dataset.state = state;
    label.textContent = 'Session expirée · Se connecter maintenant';
    const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const isCut = label.scrollWidth > label.clientWidth + 1 && getComputedStyle(label).overflow === 'hidden';
    chip.dataset.state = before;
    label.textContent = text;
    return [state, over, isCut];
})"""


@pytest.fixture
def conversation(desk):
    head = desk.ticket(TITLE)
    assert len(TITLE) == 60
    staff = desk.hub.rest(desk.lina)
    staff.patch(f"/api/tickets/{head['id']}", {"action": "take"})
    staff.say(head["id"], "Je regarde.")
    desk.hub.rest(desk.client).say(head["id"], f"Voici le journal :\n```\n{LOG}\n```\nMerci.")
    return head


def height_of(screen, selector):
    box = screen.page.locator(selector).bounding_box()
    return box["height"]


@pytest.mark.parametrize("role", ["client", "technician"])
def test_nothing_stands_outside_at_any_width(desk, conversation, role):
    screen = desk.portal() if role == "client" else desk.console()
    open_thread(screen, TITLE[:30])
    expect(screen.message("Merci.")).to_be_visible()
    for width in (320, 360, 390, 768, 844, 899, 900, 1024, 1200, 1280, 1440, 1920):
        screen.page.set_viewport_size({"width": width, "height": 800})
        assert screen.page.evaluate(OUTSIDE) == [0, []], width
        assert height_of(screen, ".thread-scroll") >= 400, width
        for state, over, is_cut in screen.page.evaluate(STATES):
            assert (over, is_cut) == (0, False), (width, state)
    # Text of the usual size has the whole head on every phone, not only on those of 320 pixels.
    for width in (320, 325, 330, 335, 340):
        screen.page.set_viewport_size({"width": width, "height": 800})
        assert screen.page.locator(".thread-eyebrow").is_visible(), width
    # Half of a small phone is conversation: whose ticket it is stands there while somebody writes.
    screen.page.set_viewport_size({"width": 360, "height": 640})
    assert height_of(screen, ".thread-scroll") >= 320
    if role == "technician":
        desk.hub.rest(desk.lina).patch(f"/api/tickets/{conversation['id']}", {"action": "release"})
        expect(screen.get("take")).to_be_visible()
        expect(screen.get("composer-notice")).to_be_hidden()
        screen.get("composer").focus()
        expect(screen.get("composer-notice")).to_be_visible()
    # A log scrolls inside of its box.
    assert screen.page.locator(".message pre").evaluate("box => box.scrollWidth > box.clientWidth")


@pytest.mark.parametrize("role", ["client", "technician"])
@pytest.mark.parametrize("size", [(844, 390), (720, 450)])
def test_a_low_screen_is_half_conversation(desk, conversation, role, size):
    width, height = size
    screen = desk.portal() if role == "client" else desk.console()
    open_thread(screen, TITLE[:30])
    screen.page.set_viewport_size({"width": width, "height": height})
    assert height_of(screen, ".thread-scroll") >= height / 2
    assert height_of(screen, ".thread-header") <= 46
    assert height_of(screen, ".composer") <= 60
    screen.get("composer").focus()
    expect(screen.get("composer")).to_be_focused()
    screen.get("composer").fill("Une réponse")
    assert screen.page.evaluate(OUTSIDE) == [0, []]


#: How high the conversation is at least, with a head of two lines and a composer of one.
ROOM = {(1440, 900): 620, (1024, 768): 480, (390, 844): 540, (320, 568): 284}
BROKEN_WORDS = """() => [...document.querySelectorAll('.view-nav .nav-label')].filter((each) =>
    each.checkVisibility() && !each.textContent.includes(' ') && each.getClientRects().length &&
    each.getBoundingClientRect().height > 1.5 * parseFloat(getComputedStyle(each).lineHeight))
    .map((each) => each.textContent)"""


@pytest.mark.parametrize("role", ["client", "technician"])
def test_head_and_composer_leave_the_height_to_the_conversation(desk, conversation, role):
    screen = desk.portal() if role == "client" else desk.console()
    open_thread(screen, TITLE[:30])
    for (width, height), room in ROOM.items():
        screen.page.set_viewport_size({"width": width, "height": height})
        assert height_of(screen, ".thread-scroll") >= room, width
        assert screen.page.evaluate(OUTSIDE) == [0, []], width
        assert height_of(screen, ".composer") <= 80, width
        if role == "technician" and width >= 1024:
            assert height_of(screen, ".thread-header") <= 84, width
    if role == "technician":
        # Beside the open panel icons stand for words, which stay as names.
        screen.page.set_viewport_size({"width": 1440, "height": 900})
        assert screen.page.locator(".thread").bounding_box()["width"] == 480
        for name in ("Tout", "Public", "Notes", "Historique", "Résoudre"):
            expect(screen.page.locator(".thread").get_by_role("button", name=name, exact=True)).to_be_visible()
        screen.page.set_viewport_size({"width": 1024, "height": 768})
        screen.get("language").click()
        expect(screen.get("view-unassigned")).to_contain_text("Unassigned")
        assert screen.page.evaluate(BROKEN_WORDS) == []


def test_a_row_of_the_portal_is_at_most_88_pixels_high(desk, conversation):
    desk.ticket("La caisse numéro deux accepte les cartes mais la vente ne se termine jamais", priority="high")
    portal = desk.portal()
    expect(portal.get("ticket-row")).to_have_count(2)
    for width in (390, 1024, 1440):
        portal.page.set_viewport_size({"width": width, "height": 844})
        heights = [row.bounding_box()["height"] for row in portal.get("ticket-row").all()]
        assert all(72 <= height <= 88 for height in heights), (width, heights)


def test_titles_of_sixty_characters_are_whole(desk, conversation):
    console = desk.console(viewport={"width": 1440, "height": 900})
    title = console.row(TITLE).locator(".row-title")
    whole = "each => each.scrollWidth <= each.clientWidth"
    expect(title).to_be_visible()
    assert title.evaluate(whole)
    # Alone, the queue is a table as wide as the page; beside a ticket it keeps what titles need.
    assert console.page.locator(".queue-pane").bounding_box()["width"] > 1100
    assert height_of(console, ".queue-pane .pane-scroll") >= 13 * console.row(TITLE).bounding_box()["height"]
    open_thread(console, TITLE)
    widths = [console.page.locator(each).bounding_box()["width"]
              for each in (".view-nav", ".queue-pane", ".thread", ".side-panel")]
    assert widths == [220, 420, 480, 320]
    console.page.keyboard.press("i")
    expect(console.page.locator(".side-panel")).to_be_hidden()
    assert title.evaluate(whole)
    assert console.row(TITLE).bounding_box()["height"] == 60
    assert console.page.locator(".thread").bounding_box()["width"] >= 480
    # Below 900 px there is one pane.
    console.page.set_viewport_size({"width": 899, "height": 800})
    expect(console.page.locator(".queue-pane")).to_be_hidden()
    expect(console.get("back")).to_be_visible()


def test_a_link_marks_its_row_and_brings_it_in_sight(desk):
    last = desk.ticket("Au fond de la file", priority="low")
    for number in range(24):
        desk.ticket(f"Demande {number}", priority="high")
    console = desk.console()
    expect(console.row("Demande 0")).to_be_visible()
    console.visit(f"{desk.hub.url}/admin/tickets?view=all&ticket={last['ref']}")
    expect(console.get("thread-title")).to_have_text("Au fond de la file")
    row = console.page.locator('[data-testid="ticket-row"][aria-current="true"]')
    expect(row).to_contain_text("Au fond de la file")
    expect(row).to_be_in_viewport()
