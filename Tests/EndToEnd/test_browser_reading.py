"""Reading a conversation: code, long texts, pictures, paper."""

import signal
import struct
import zlib

import pytest
from playwright.sync_api import expect

from support.desk import open_thread
from support.files import upload

TITLE = "Le badge ne s’ouvre plus"


def picture(width, height, grey):
    """A PNG of one grey."""
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(b"\0" + bytes([grey]) * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def test_code_is_copied_and_long_texts_are_folded(desk):
    code = "\n".join(f"line {n} {'x' * 200}" for n in range(1, 61))
    head = desk.ticket(TITLE)
    rest = desk.hub.rest(desk.client)
    rest.say(head["id"], f"Voici :\n```\n{code}\n```\nEt `date` aussi.")
    rest.say(head["id"], "\n".join(f"Ligne {n}" for n in range(1, 46)))
    rest.say(head["id"], "Court :\n```\nls\n```")
    screen = desk.portal(language="en", permissions=["clipboard-read", "clipboard-write"])
    open_thread(screen, TITLE)
    long = screen.message("Et date aussi.")
    expect(long.locator("code").last).to_have_text("date")
    box = long.locator("pre")
    assert box.evaluate("each => each.scrollWidth > each.clientWidth")
    unfold = long.get_by_role("button", name="Show all (60 lines)")
    expect(unfold).to_have_attribute("aria-expanded", "false")
    small = long.bounding_box()["height"]
    long.get_by_role("button", name="Copy code").click()
    expect(long.get_by_role("button", name="Code copied")).to_be_visible()
    assert screen.page.evaluate("navigator.clipboard.readText()") == code
    unfold.click()
    expect(long.get_by_role("button", name="Fold (60 lines)")).to_have_attribute("aria-expanded", "true")
    assert long.bounding_box()["height"] > small + 600
    prose = screen.message("Ligne 45")
    expect(prose.get_by_role("button", name="Show all (45 lines)")).to_be_visible()
    short = screen.message("Court :")
    expect(short.get_by_role("button", name="Copy code")).to_be_visible()
    expect(short.get_by_test_id("fold")).to_have_count(0)
    assert screen.errors == []


def test_pictures_have_thumbnails_and_a_lightbox_for_the_keyboard(desk):
    rest = desk.hub.rest(desk.client)
    head = desk.ticket(TITLE)
    first, second = (upload(rest, picture(900, 500, grey), f"écran {grey}.png") for grey in (90, 160))
    drawn = upload(rest, b"<svg xmlns='http://www.w3.org/2000/svg'/>", "plan.svg")
    files = [file["id"] for file in (first, second, drawn)]
    rest.say(head["id"], "Trois fichiers", attachments=files)
    screen = desk.portal()
    open_thread(screen, TITLE)
    thumbs = screen.message("Trois fichiers").locator("img")
    expect(thumbs).to_have_count(2)
    box = thumbs.first.bounding_box()
    assert (box["width"], box["height"]) == (240, 160)
    expect(thumbs.first).to_have_attribute("alt", "écran 90.png")
    # It shrinks with its message on the narrowest phone.
    screen.page.set_viewport_size({"width": 320, "height": 844})
    frame, card = thumbs.first.bounding_box(), screen.page.locator(".message-card").last.bounding_box()
    assert frame["x"] + frame["width"] <= card["x"] + card["width"]
    screen.page.set_viewport_size({"width": 1280, "height": 800})
    # A drawing may hold script: it stays a file with a name.
    expect(screen.message("Trois fichiers").get_by_role("button", name="plan.svg")).to_be_visible()
    opener = screen.page.get_by_role("button", name="Voir écran 90.png")
    opener.focus()
    screen.page.keyboard.press("Enter")
    dialog = screen.page.get_by_role("dialog", name="écran 90.png")
    expect(dialog.get_by_role("img", name="écran 90.png")).to_be_visible()
    expect(dialog).to_contain_text("1 sur 2")
    screen.page.keyboard.press("ArrowRight")
    expect(screen.page.get_by_role("dialog", name="écran 160.png").locator("img")).to_be_visible()
    screen.page.keyboard.press("ArrowRight")
    expect(screen.get("image-dialog")).to_contain_text("2 sur 2")
    screen.page.keyboard.press("ArrowLeft")
    expect(screen.get("lightbox-name")).to_have_text("écran 90.png")
    screen.page.keyboard.press("Escape")
    expect(screen.get("image-dialog")).to_have_count(0)
    expect(opener).to_be_focused()
    assert screen.errors == []


@pytest.mark.parametrize("role", ["client", "technician"])
def test_a_print_has_only_the_conversation(desk, role):
    head = desk.ticket(TITLE)
    desk.ticket("Un autre ticket")
    lines = "\n".join(f"Ligne {n}" for n in range(1, 90))
    desk.hub.rest(desk.client).say(head["id"], f"{lines}\n```\nls\n```")
    screen = (desk.portal if role == "client" else desk.console)(color_scheme="dark")
    open_thread(screen, TITLE)
    expect(screen.message("Ligne 89")).to_be_visible()
    screen.page.emulate_media(media="print", color_scheme="dark")
    for gone in ("ticket-row", "composer", "conn", "fold", "copy-code", "message-more"):
        expect(screen.get(gone).first).to_be_hidden()
    expect(screen.get("thread-title")).to_be_visible()
    last = screen.message("Ligne 89")
    page = screen.page
    light = "each => getComputedStyle(each).color.match(/\\d+/g).slice(0, 3).every(part => part < 80)"
    assert last.locator(".message-body").evaluate(light)
    # Nothing is cut: the whole text has its height in the page.
    assert page.evaluate("document.documentElement.scrollHeight") > 89 * 18
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_thread_that_loads_shows_its_shape_and_says_that_it_is_busy(desk):
    head = desk.ticket(TITLE)
    desk.ticket("Un autre")
    console = desk.console()
    # The first thread fetches its parts; this is about the conversation.
    open_thread(console, "Un autre")
    expect(console.get("message").first).to_be_visible()
    console.page.evaluate("""() => {
        window.seen = [];
        const look = () => {
            const thread = document.querySelector('.thread');
            const isShown = element => element?.checkVisibility() === true;
            if (isShown(thread?.querySelector('[data-testid=thread-skeleton]'))) {
                const isLone = isShown(thread.querySelector('[data-testid=message]'));
                window.seen.push([thread.getAttribute('aria-busy'), isLone]);
            }
            requestAnimationFrame(look);
        };
        look();
    }""")
    # The hub's answer to the join comes late.
    desk.hub.process.send_signal(signal.SIGSTOP)
    try:
        console.row(TITLE).click()
        expect(console.get("thread-skeleton")).to_be_visible()
    finally:
        desk.hub.process.send_signal(signal.SIGCONT)
    expect(console.get("thread-title")).to_have_text(TITLE)
    expect(console.page.locator(".thread")).not_to_have_attribute("aria-busy", "true")
    assert all(look == ["true", False] for look in console.page.evaluate("window.seen"))
    assert head["ref"] in console.page.url


def test_settings_have_the_page_also_where_the_address_names_a_ticket(desk):
    head = desk.ticket(TITLE)
    console = desk.console()
    for width in (1440, 1024, 390):
        console.page.set_viewport_size({"width": width, "height": 800})
        console.page.goto(f"{desk.hub.url}/admin/tickets?panel=settings&ticket={head['ref']}")
        expect(console.get("place")).to_be_visible()
        expect(console.page.locator(".thread")).to_be_hidden()
        assert console.get("place").bounding_box()["width"] > min(width, 1100) * 0.8


def test_many_saved_views_with_long_names_scroll_in_their_place(desk):
    rest = desk.hub.rest(desk.lina)
    for n in range(30):
        rest.post("/api/views", {"name": f"Une vue au nom vraiment très long, numéro {n}",
                                 "filter": {"priority": ["high"]}, "shared": False})
    desk.ticket(TITLE)
    console = desk.console()
    expect(console.get("view-saved")).to_have_count(30)
    for width in (1440, 1024):
        console.page.set_viewport_size({"width": width, "height": 700})
        rail = console.page.locator(".view-nav").bounding_box()
        last = console.get("view-saved").last
        last.scroll_into_view_if_needed()
        box = last.bounding_box()
        assert rail["x"] <= box["x"] and box["x"] + box["width"] <= rail["x"] + rail["width"]
        assert box["y"] + box["height"] <= console.get("view-reports").bounding_box()["y"]
        cut = """items => items.filter(item => {
            const icon = item.querySelector('.icon').getBoundingClientRect();
            const box = item.getBoundingClientRect();
            const next = item.closest('li').nextElementSibling?.getBoundingClientRect();
            return icon.left < box.left || item.scrollWidth > item.clientWidth || next && next.top < box.bottom - 1;
        }).length"""
        assert console.get("view-saved").evaluate_all(cut) == 0, width


def test_forced_colours_keep_the_open_row_and_the_place_in_the_navigation(desk):
    head = desk.ticket(TITLE)
    desk.ticket("Un autre")
    console = desk.console(forced_colors="active")
    open_thread(console, TITLE)
    row = console.page.locator(f'[data-ref="{head["ref"]}"]')
    outline = "each => getComputedStyle(each).outlineStyle"
    expect(row).to_have_attribute("aria-current", "true")
    assert row.evaluate(outline) == "solid"
    assert console.get("view-all").evaluate(outline) == "solid"
    assert console.row("Un autre").evaluate(outline) == "none"
    # Marks that are a ground alone keep it.
    ground = "each => getComputedStyle(each).backgroundColor"
    pane = console.page.locator(".queue-pane").evaluate(ground)
    assert console.row("Un autre").locator(".unread-dot").evaluate(ground) != pane
    shadow = "each => getComputedStyle(each).boxShadow"
    assert console.row("Un autre").locator(".status-dot").evaluate(shadow) != "none"
    portal = desk.portal(forced_colors="active")
    edge = "each => getComputedStyle(each).borderBlockEndColor"
    canvas = portal.page.locator("body").evaluate(ground)
    assert portal.get("tab-overview").evaluate(edge) == canvas
    assert portal.get("tab-tickets").evaluate(edge) != canvas
    assert portal.get("list-all").evaluate(outline) == "solid"


@pytest.mark.parametrize("role", ["client", "technician"])
def test_text_of_twice_the_size_stays_inside_and_leaves_the_conversation(desk, role):
    desk.ticket(TITLE)
    screen = desk.portal() if role == "client" else desk.console()
    open_thread(screen, TITLE)
    for width, height in ((1440, 900), (1024, 768), (390, 844)):
        screen.page.set_viewport_size({"width": width, "height": height})
        screen.page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        body = screen.page.locator(".thread-scroll").bounding_box()
        assert body["height"] >= height / 4 and body["width"] > 200, (width, body)
        for testid in ("composer", "send"):
            box = screen.get(testid).bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= width + 0.5, (width, testid, box)
            assert box["y"] + box["height"] <= height + 0.5, (width, testid, box)
