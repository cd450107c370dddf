"""Files in a real browser: no script in them runs, and both pages send and fetch them."""

import contextlib

from playwright.sync_api import Error, expect

from support import people
from support.browser import Screen
from support.files import PNG, upload

SCRIPT = "<script>document.title='ran';alert(1);fetch('/api/me?ran')</script>"
SVG = f"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'>{SCRIPT}</svg>"
PDF = "%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj"
HOSTILE = {
    "a.svg": SVG.encode(),
    "svg-as.png": SVG.encode(),
    "xml.svg": b"<?xml version='1.0'?>" + SVG.encode(),
    "a.html": f"<!doctype html>{SCRIPT}".encode(),
    "html-as.png": f"<html>{SCRIPT}".encode(),
    "a.xhtml": f"<html xmlns='http://www.w3.org/1999/xhtml'>{SCRIPT}</html>".encode(),
    "gifar.gif": b"GIF89a/*" + SCRIPT.encode() + b"*/=1;alert(1)",
    "png-and-html.html": PNG + SCRIPT.encode(),
    "utf7.html": b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "utf16.html": SCRIPT.encode("utf-16"),
    "a.pdf": PDF.encode(),
    "a.js": b"document.title='ran';alert(1)",
    "mhtml.mht": b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + SCRIPT.encode(),
}


def test_nothing_in_a_file_runs(browser, hub_alone, client):
    mine = hub_alone.rest(client)
    context = browser.new_context(accept_downloads=True)
    token = people.token(client)
    context.add_cookies([{"name": "token", "value": token, "url": hub_alone.url}])
    page = context.new_page()
    ran, asked = [], []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    context.on("request", lambda request: asked.append(request.url))
    shown = set()
    for name, content in HOSTILE.items():
        url = hub_alone.url + upload(mine, content, name)["url"]
        # As a page of its own: most are downloads, which is not an answer to a navigation.
        with contextlib.suppress(Error):
            page.goto(url, timeout=5000)
            shown.add(name)
        assert page.title() != "ran"
        # Inside a page of the hub's own origin, in whatever way a page can take something in.
        page.goto(hub_alone.url + "/healthz")
        page.evaluate(
            """async url => {
                const settle = element => new Promise(done => {
                    element.onload = element.onerror = done;
                    setTimeout(done, 300);
                    document.documentElement.append(element);
                });
                const make = (tag, fields) => Object.assign(document.createElement(tag), fields);
                await settle(make('script', { src: url }));
                await settle(make('img', { src: url }));
                await settle(make('iframe', { src: url }));
                await settle(make('object', { data: url }));
                await settle(make('link', { rel: 'stylesheet', href: url }));
            }""",
            url,
        )
        assert page.title() != "ran", name
    assert ran == [] and not [url for url in asked if "?ran" in url]
    assert shown <= {"gifar.gif", "png-and-html.html"}, "only pictures are shown"
    assert shown, "pictures are shown"
    context.close()


def test_a_file_goes_from_the_portal_to_the_console(browser, hub_alone, client, lina):
    portal, console = (Screen(browser, hub_alone, someone) for someone in (client, lina))
    for screen in (portal, console):
        expect(screen.get("conn")).to_contain_text("En direct")
    ticket = hub_alone.rest(client).create("Avec une photo")
    portal.row("Avec une photo").first.click()
    console.get("view-unassigned").click()
    console.row("Avec une photo").first.click()
    expect(console.get("thread-title")).to_contain_text("Avec une photo")
    picture = {"name": "écran.png", "mimeType": "image/png", "buffer": PNG}
    portal.get("file-input").first.set_input_files([picture])
    expect(portal.page.locator(".composer .attachment").first).to_contain_text("écran.png")
    portal.compose("Voici l’écran.")
    for screen in (portal, console):
        attachment = screen.message("Voici l’écran.").get_by_test_id("attachment")
        expect(attachment).to_contain_text("écran.png", timeout=15_000)
    message = hub_alone.rest(client).events(ticket["id"])["events"][-1]["message"]
    assert [file["name"] for file in message["attachments"]] == ["écran.png"]
    # From the browser's cache, maybe: the bytes are asked for beside it.
    with console.page.expect_response("**/api/files/*") as fetched:
        console.message("Voici l’écran.").get_by_test_id("attachment").click()
    assert fetched.value.status in (200, 304)
    file = hub_alone.rest(lina).get(message["attachments"][0]["url"])
    assert file.content == PNG
    assert portal.errors == [] and console.errors == []
    for screen in (portal, console):
        screen.context.close()
