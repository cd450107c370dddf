"""Each screen at three widths: nothing scrolls sideways, and axe-core finds nothing serious, in both
themes. GUICHET_PICTURES=FOLDER keeps a picture of each for a person to look at."""

import os
import pathlib
import re

import pytest
from playwright.sync_api import expect

from support.desk import open_thread
from test_accessibility import AXE, RUN

pytestmark = pytest.mark.timeout(400)
HEIGHT = 844
#: Width and theme; axe-core has both themes and languages at 1280 in test_accessibility.py.
LOOKS = [(390, "dark"), (1024, "light"), (1440, "dark")]
SERIOUS = {"serious", "critical"}
TITLE = "L’imprimante du deuxième étage n’imprime plus que des pages blanches depuis ce matin"
LOG = "\n".join(f"10:{i:02d} ERROR host.example.com refused {'x' * 90}" for i in range(45))
#: Text in other weights than the two of the font.
WEIGHTS = """() => [...document.querySelectorAll('body *')]
    .filter((each) => [...each.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim()))
    .filter((each) => each.checkVisibility() && !['400', '550'].includes(getComputedStyle(each).fontWeight))
    .map((each) => `${each.className} ${each.textContent.slice(0, 40)}`)"""
#: What a finger could miss. Links inside of texts are as high as their lines.
SMALL = """() => [...document.querySelectorAll('a[href], button, summary, select, textarea, input')]
    .filter((each) => each.checkVisibility() && !each.closest('.message-body'))
    .map((each) => [each, (each.matches('[type=checkbox], [type=radio]') && each.closest('label')) || each])
    .map(([each, target]) => [each.dataset.testid ?? each.className, target.getBoundingClientRect()])
    .filter(([, { width, height }]) => width > 0 && (width < 43.5 || height < 43.5))
    .map(([name, { width, height }]) => `${name} ${Math.round(width)}x${Math.round(height)}`)"""
#: The size of a drawing's words on the screen: a drawing shrinks with its card.
WORDS = """() => Math.min(...[...document.querySelectorAll('.chart .axis')].map((each) =>
    parseFloat(getComputedStyle(each).fontSize) * each.getScreenCTM().a))"""
OVERLAPS = """() => [...document.querySelectorAll('.page-tab span')].map((each) => each.getBoundingClientRect())
    .filter(({ left }, at, all) => at > 0 && left < all[at - 1].right).length"""
STILL = "() => document.getAnimations().every((each) => each.playState !== 'running')"


@pytest.fixture
def conversation(desk):
    for number, priority in enumerate(["urgent", "high", "normal", "low"]):
        desk.ticket(f"Demande {number} au sujet du logiciel de caisse", priority=priority)
    ticket = desk.ticket(TITLE)
    staff = desk.hub.rest(desk.lina)
    staff.patch(f"/api/tickets/{ticket['id']}", {"action": "take"})
    staff.say(ticket["id"], "Je regarde, merci.")
    staff.say(ticket["id"], "Vu avec le fournisseur.", internal=True)
    desk.hub.rest(desk.client).say(ticket["id"], f"Le journal :\n```\n{LOG}\n```")
    return ticket


def look(screen, name, failures):
    """One screen at each width."""
    page = screen.page
    page.evaluate(AXE + "; 0")
    for width, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.wait_for_function(STILL)
        size = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        if size[0] > size[1]:
            failures.append(f"{name} at {width}: {size[0]} pixels wide")
        failures += [f"{name} at {width}: weight of {text}" for text in page.evaluate(WEIGHTS)]
        if width == 390:
            failures += [f"{name} at {width}: target {target}" for target in page.evaluate(SMALL)]
        if width != 1024:
            failures += [
                f"{name} at {width}: {rule['id']} {[node['target'] for node in rule['nodes']]}"
                for rule in page.evaluate(RUN)["violations"]
                if rule["impact"] in SERIOUS
            ]
        if folder := os.environ.get("GUICHET_PICTURES"):
            page.screenshot(path=pathlib.Path(folder) / f"{name.replace(' ', '-')}-{width}.png")
    page.set_viewport_size({"width": 1440, "height": HEIGHT})


def test_the_portals_screens_at_each_width(desk, conversation):
    portal, failures = desk.portal(), []
    expect(portal.row(TITLE[:30])).to_be_visible()
    look(portal, "portal list", failures)
    portal.get("tab-overview").click()
    look(portal, "portal overview", failures)
    portal.get("tab-tickets").click()
    open_thread(portal, TITLE[:30])
    expect(portal.message("Le journal")).to_be_visible()
    look(portal, "portal ticket", failures)
    portal.get("new-ticket").first.click()
    expect(portal.get("create-title")).to_be_visible()
    look(portal, "portal form", failures)
    assert not failures, "\n".join(failures)


def test_the_consoles_screens_at_each_width(desk, conversation):
    console, failures = desk.console(), []
    expect(console.row(TITLE[:30])).to_be_visible()
    look(console, "console queue", failures)
    open_thread(console, TITLE[:30])
    expect(console.message("Le journal")).to_be_visible()
    look(console, "console ticket", failures)
    console.get("view-reports").click()
    expect(console.get("live-open")).to_have_text(re.compile("^[1-9]"))
    look(console, "console reports", failures)
    for width in (320, 390, 1024, 1440):
        console.page.set_viewport_size({"width": width, "height": HEIGHT})
        if (size := console.page.evaluate(WORDS)) < 11.9:
            failures.append(f"console reports at {width}: words of {size} pixels")
    console.get("view-settings").click()
    expect(console.get("settings-replies")).to_be_visible()
    look(console, "console settings", failures)
    console.page.set_viewport_size({"width": 320, "height": HEIGHT})
    assert console.page.evaluate(OVERLAPS) == 0
    assert not failures, "\n".join(failures)
