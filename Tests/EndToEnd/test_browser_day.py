"""A technician's day: by the keyboard alone, with a focus that can be seen; and by touch on a
phone."""

import pytest
from playwright.sync_api import expect

from test_browser_screens import SMALL

pytestmark = pytest.mark.timeout(300)
PICTURE = {"name": "photo.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"0" * 64}
UPLOADED = ".attachments-new li:not([aria-busy])"
#: Where the keyboard is, and whether a person sees it: a ring, an edge or a shadow of its own.
FOCUS = """() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return 'the page itself';
    const frames = [];
    for (let each = element; each && frames.length < 3; each = each.parentElement) frames.push(each);
    const isMarked = frames.some((each) => {
        const style = getComputedStyle(each);
        return style.outlineStyle !== 'none' || style.boxShadow !== 'none' || each.matches('[aria-current]');
    });
    return isMarked ? '' : element.outerHTML.slice(0, 120);
}"""


def test_a_day_by_the_keyboard_alone(desk):
    for title in ("Alpha ne démarre plus", "Bravo en panne", "Charlie, accès perdu"):
        desk.ticket(title)
    console = desk.open(desk.lina)
    press, write = console.page.keyboard.press, console.page.keyboard.type
    unseen = []

    def sees(step):
        if where := console.page.evaluate(FOCUS):
            unseen.append(f"{step}: {where}")

    press("g")
    press("q")
    expect(console.row("Bravo")).to_be_visible()
    press("/")  # filter
    expect(console.get("filter")).to_be_focused()
    sees("filter")
    write("bravo")
    expect(console.get("ticket-row")).to_have_count(1)
    press("Enter")  # into the list
    sees("row")
    press("Enter")  # open
    expect(console.get("thread-title")).to_contain_text("Bravo")
    press("t")  # take
    expect(console.get("status").first).to_contain_text("En cours")
    press("r")  # answer
    expect(console.get("composer")).to_be_focused()
    sees("composer")
    write("Je regarde.")
    press("Control+Enter")
    expect(console.message("Je regarde.")).to_have_count(1)
    press("Escape")
    press("n")  # note, with a file
    expect(console.get("composer")).to_be_focused()
    write("Photo ci-jointe")
    with console.page.expect_file_chooser() as chooser:
        console.get("attach").focus()
        sees("attach")
        press("Enter")
    chooser.value.set_files(PICTURE)
    expect(console.page.locator(UPLOADED)).to_have_count(1)
    console.get("composer").focus()
    press("Control+Enter")
    expect(console.message("Photo ci-jointe")).to_have_attribute("data-internal", "true")
    press("Escape")
    press("e")  # resolve, and undo
    expect(console.get("status").first).to_contain_text("Résolu")
    expect(console.get("toast").filter(has_text="résolu")).to_be_visible()
    press("Control+z")
    expect(console.get("status").first).to_contain_text("En cours")
    press("/")  # the next ones
    press("Control+a")
    press("Delete")
    expect(console.row("Alpha")).to_be_visible()
    press("Enter")
    press("j")
    press("Enter")
    title = console.get("thread-title")
    expect(title).not_to_contain_text("Bravo")
    first = title.inner_text()
    press("t")
    expect(console.get("status").first).to_contain_text("En cours")
    press("Shift+E")  # resolve, and next
    expect(title).not_to_contain_text(first)
    expect(title).to_be_focused()
    sees("next")
    press("Control+k")  # search
    expect(console.get("palette-field")).to_be_focused()
    write("charlie")
    expect(console.page.get_by_role("option").filter(has_text="Charlie").first).to_be_visible()
    sees("palette")
    press("Enter")
    expect(console.get("thread-title")).to_contain_text("Charlie")
    press("g")  # report
    press("r")
    expect(console.get("live-open")).to_be_visible()
    press("Escape")
    expect(console.get("live-open")).to_be_hidden()
    assert not unseen, "\n".join(unseen)
    assert console.errors == []


def test_a_day_by_touch_on_a_phone(desk):
    ticket = desk.ticket("Delta bloqué à la caisse")
    desk.ticket("Écho, mot de passe")
    phone = desk.open(
        desk.lina, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    expect(phone.row("Delta")).to_be_visible()
    phone.get("bottom-search").tap()
    expect(phone.get("filter")).to_be_focused()
    phone.page.keyboard.type("delta")
    expect(phone.get("ticket-row")).to_have_count(1)
    phone.row("Delta").tap()
    expect(phone.get("thread-title")).to_contain_text("Delta")
    phone.get("take").first.tap()
    expect(phone.get("status").first).to_contain_text("En cours")
    phone.get("composer").tap()
    phone.get("composer").fill("J’arrive.")
    phone.get("send").tap()
    expect(phone.message("J’arrive.")).to_have_count(1)
    phone.get("mode-note").tap()
    phone.get("composer").fill("Vu sur place")
    phone.get("send").tap()
    expect(phone.message("Vu sur place")).to_have_attribute("data-internal", "true")
    with phone.page.expect_file_chooser() as chooser:  # attach
        phone.get("attach").tap()
    chooser.value.set_files(PICTURE)
    expect(phone.page.locator(UPLOADED)).to_have_count(1)
    phone.get("composer").fill("Photo de la caisse")
    phone.get("send").tap()
    expect(phone.message("Photo de la caisse").locator(".attachments")).to_be_visible()
    phone.get("resolve").tap()  # resolve, and undo
    expect(phone.get("status").first).to_contain_text("Résolu")
    phone.get("toast").filter(has_text="résolu").get_by_test_id("toast-action").tap()
    expect(phone.get("status").first).to_contain_text("En cours")
    small = phone.page.evaluate(SMALL)
    assert not small, "targets below 44 by 44: " + ", ".join(small)
    overflow = "document.documentElement.scrollWidth - innerWidth"
    assert phone.page.evaluate(overflow) <= 0
    phone.get("back").tap()
    phone.get("filter").fill("")
    phone.get("view-all").tap()
    phone.row("Delta").tap()
    phone.get("mode-reply").tap()
    phone.get("composer").fill("Je vous rappelle.")
    phone.get("send-more").tap()  # answer, and next
    phone.get("send-next").tap()
    expect(phone.get("thread-title")).to_contain_text("Écho")
    phone.get("back").tap()
    phone.get("view-reports").tap()  # report
    expect(phone.get("live-open")).to_be_visible()
    assert phone.page.evaluate(overflow) <= 0
    phone.get("bottom-queue").tap()
    expect(phone.row("Écho")).to_be_visible()
    assert desk.hub.rest(desk.lina).get(f"/api/tickets/{ticket['id']}").json()["status"] == "in_progress"
    assert phone.errors == []
