"""Working hours in the pages: deadlines outside of working hours, and support hours."""

import datetime
import json

import pytest
from playwright.sync_api import expect

from support import people, working_time
from support.desk import open_thread


def calendars():
    """Two calendars: one open until tomorrow at midnight, one that opens in three days."""
    now = datetime.datetime.now(working_time.UTC)
    days = [working_time.DAYS[(now.weekday() + ahead) % 7] for ahead in (0, 1)]
    return {
        "bureau": {"timeZone": "UTC", "hours": {day: [["00:00", "24:00"]] for day in days}},
        "ferme": working_time.elsewhen(now, days=3),
    }


def policy(project, calendar):
    terms = {"firstResponseMinutes": 600, "nextResponseMinutes": 600, "targetHours": 12}
    return {"match": {"project": project}, "calendar": calendar, **terms}


@pytest.fixture
def desk(start_desk, tmp_path):
    file = tmp_path / "sla.json"
    policies = [policy("atelier", "bureau"), policy(["quai", "verger"], "ferme")]
    file.write_text(json.dumps({"calendars": calendars(), "policies": policies}))
    desk = start_desk(SLA=str(file))
    desk.client = people.client("Claire", projects=("atelier", "quai", "libre"))
    return desk


def test_a_clock_keeps_its_hours_and_says_so(desk):
    desk.ticket("Four éteint", project="atelier")
    desk.ticket("Pont bloqué", project="quai")
    desk.ticket("Sans horaires", project="libre")
    console = desk.console()
    pill = {title: console.row(title).get_by_test_id("sla") for title in ("Four", "Pont", "Sans")}
    expect(pill["Four"]).to_contain_text("ouvrées")
    expect(pill["Four"]).to_have_attribute("data-state", "ok")
    expect(pill["Pont"]).to_have_attribute("data-state", "paused")
    expect(pill["Pont"]).to_contain_text("hors horaires, reprise")
    expect(pill["Sans"]).not_to_contain_text("ouvr")
    hover = pill["Pont"].get_attribute("title").split("\n")
    assert len(hover) == 3, "two clocks run, and the calendar has a name"
    assert "reste 10 h 00 ouvrées, échéance" in hover[0].replace("\u202f", " ")
    assert hover[-1].endswith("ferme (UTC)")
    assert "Horaires" not in pill["Sans"].get_attribute("title")
    the_keyboard_gets_all_clocks_too(console, hover)
    console.row("Pont bloqué").click()
    expect(console.get("panel-hours")).to_contain_text("ferme (UTC)")
    expect(console.get("panel-sla")).to_contain_text("hors horaires")
    # A clock that stands still is on the ticking ones, or it would never go on.
    expect(pill["Pont"]).to_have_attribute("data-ticks", "")
    assert console.errors == []


def the_keyboard_gets_all_clocks_too(console, hover):
    """In a row the arrows lead to the pill; in the head of a ticket it is in the tab order."""
    press = console.page.keyboard.press
    tip = console.get("sla-tip")
    row = console.row("Pont bloqué")
    row.focus()
    press("ArrowRight")
    expect(row.get_by_test_id("tick")).to_be_focused()
    press("ArrowRight")
    expect(row.get_by_test_id("sla")).to_be_focused()
    expect(tip).to_be_visible()
    # What is left ticks; when the clocks are due and the calendar's name do not.
    assert tip.inner_text().split("\n")[-1] == hover[-1]
    assert len(tip.inner_text().split("\n")) == len(hover)
    press("ArrowLeft")
    expect(tip).to_be_hidden()
    press("ArrowLeft")
    expect(row).to_be_focused()
    press("Enter")
    pill = console.page.locator(".thread-header").get_by_test_id("sla")
    expect(pill).to_have_attribute("tabindex", "0")
    pill.focus()
    expect(tip).to_contain_text(hover[-1])
    press("Escape")
    expect(tip).to_be_hidden()


def test_a_client_sees_when_support_is_there(desk):
    desk.ticket("Pont bloqué", project="quai")
    portal = desk.portal()
    portal.page.locator('[data-project="atelier"]').click()
    expect(portal.get("support-hours")).to_contain_text("Ouvert jusqu’à")
    portal.get("switch-project").click()
    portal.page.locator('[data-project="quai"]').click()
    expect(portal.get("support-hours")).to_contain_text("Fermé, ouvre")
    expect(portal.get("support-hours")).to_have_attribute("title", "Fermé aujourd’hui")
    open_thread(portal, "Pont bloqué")
    expect(portal.get("promise")).to_contain_text("(fermé, ouvre")
    portal.page.keyboard.press("Escape")
    portal.get("switch-project").click()
    portal.page.locator('[data-project="libre"]').click()
    expect(portal.get("project-title")).to_contain_text("libre")
    expect(portal.get("support-hours")).to_be_hidden()
    portal.visit(f"{desk.hub.url}/client-portal?project=quai&lang=en")
    expect(portal.get("support-hours")).to_contain_text("Closed, opens")
    assert "verger" not in portal.received_text, "another's project"
