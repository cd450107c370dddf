"""The screenshots of the documentation, taken of the demo when GUICHET_SCREENSHOTS=DIR is set."""

import os
import pathlib

from playwright.sync_api import expect

from support import people
from support.browser import Screen
from support.rest import Rest

#: A long title and a log; code and a picture.
RADIO = "Le capteur de radiographie"
TILL = "La clôture de caisse du soir"


def take_picture(browser, hub, someone, token, name, title, width=1440, height=900, view=None):
    viewport = {"width": width, "height": height}
    screen = Screen(browser, hub, someone, token, viewport=viewport)
    if view:
        screen.get(f"view-{view}").click()
    screen.row(title).first.click()
    expect(screen.get("thread-title")).to_contain_text(title)
    expect(screen.get("message").first).to_be_visible()
    if title == TILL:
        picture = screen.page.locator(".message img").first
        expect(picture).to_be_visible()
        assert picture.evaluate("each => each.decode().then(() => each.naturalWidth)") > 0
    folder = pathlib.Path(os.environ["GUICHET_SCREENSHOTS"])
    folder.mkdir(parents=True, exist_ok=True)
    screen.page.screenshot(path=folder / f"{name}.png", animations="disabled")
    assert screen.errors == []
    screen.context.close()


def test_the_console_and_the_portal_have_their_pictures_taken(browser, embedded, start_hub):
    hub = start_hub(embedded, options=["--demo"], JWT_SECRET=None)
    signed_in = {}
    while not {"gabriel", "yanis"} <= set(signed_in):
        token = hub.next_line(r"#token=(\S+)").group(1)
        me = Rest(hub.url, token).get("/api/me").json()
        signed_in[me["id"]] = (people.Person(me["id"], me["role"], me["name"]), token)
    take_picture(browser, hub, *signed_in["gabriel"], name="console", title=RADIO, view="all")
    take_picture(browser, hub, *signed_in["yanis"], name="portal", title=TILL)
    take_picture(browser, hub, *signed_in["yanis"], name="portal-phone", title=TILL, width=390, height=844)
