"""The wallboard: large live numbers, alone on a screen, through a day and a night."""

from playwright.sync_api import expect

#: A jump of the page's clock; the machine's runs on.
JUMPS = 24
JUMP = "01:00:00"
ELEMENTS = "document.querySelectorAll('*').length"
MEMORY = 20_000_000


def heap(devtools):
    devtools.send("HeapProfiler.collectGarbage")
    return devtools.send("Runtime.getHeapUsage")["usedSize"]


def test_a_wallboard_lives_through_a_day(desk):
    desk.ticket("Toujours ouvert")
    console = desk.console(viewport={"width": 1920, "height": 1080})
    page = console.page
    page.clock.install()
    page.goto(f"{desk.hub.url}/admin/tickets?wall=1#reports")
    expect(console.get("live-open")).to_have_text("1", timeout=20_000)
    # Nothing but the tiles: no control that nobody would use, no time that would be stale.
    expect(page.get_by_role("button").filter(visible=True)).to_have_count(6)
    for name in ("report-from", "as-of", "period-week"):
        expect(console.get(name)).to_be_hidden()
    size = page.evaluate(
        "[document.querySelector('.place').scrollHeight, document.querySelector('.place').clientHeight]"
    )
    assert size[0] <= size[1], "all tiles are in sight"
    devtools = console.context.new_cdp_session(page)
    rest = desk.hub.rest(desk.lina)
    before = None
    for hour in range(JUMPS):
        page.clock.fast_forward(JUMP)
        ticket = desk.ticket(f"Heure {hour}")
        expect(console.get("live-open")).to_have_text("2")
        rest.patch(f"/api/tickets/{ticket['id']}", {"action": "resolve"})
        expect(console.get("live-open")).to_have_text("1")
        if hour == 4:
            before = heap(devtools), page.evaluate(ELEMENTS)
    after = heap(devtools), page.evaluate(ELEMENTS)
    assert after[0] - before[0] < MEMORY, f"{before[0]} bytes became {after[0]}"
    assert after[1] - before[1] < 200, f"{before[1]} elements became {after[1]}"
    assert console.errors == []
