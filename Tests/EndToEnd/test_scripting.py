"""Markup and script in every text that a person can choose: shown as text, never executed.

All texts go through one hub; then both sides view them in a real browser. A payload that ran
would call `alert`, set `window.ran` or leave an element behind.
"""

import re
import urllib.parse

from playwright.sync_api import expect

from support import people
from support.browser import PAGES, Screen

RUN = "window.ran=1,alert(1)"
ELEMENTS = [
    "<script>{}</script>",
    "<SCRIPT SRC=data:text/javascript,{}></SCRIPT>",
    "</title><script>{}</script>",
    "</textarea><script>{}</script>",
    "</style><script>{}</script>",
    "--><script>{}</script>",
    "]]><script>{}</script>",
    "<script\x0c>{}</script>",
    "<<script>{}//<</script>",
    "<scr<script>ipt>{}</scr</script>ipt>",
    "<script type=module>{}</script>",
    "<img src=x onerror={}>",
    '<img src="x" onerror="{}">',
    "<img src=x onerror='{}'//",
    "<img/src=x/onerror={}>",
    "<img\tsrc=x\tonerror={}>",
    "<image src=x onerror={}>",
    "<svg onload={}>",
    "<svg/onload={}>",
    "<svg><script>{}</script></svg>",
    "<svg><animate onbegin={} attributeName=x dur=1s>",
    "<svg><set onbegin={} attributename=x>",
    "<svg><a xlink:href='javascript:{}'><text y=20>x</text></a></svg>",
    "<math><mi//xlink:href='data:x,<script>{}</script>'>",
    "<body onload={}>",
    "<input autofocus onfocus={}>",
    "<select autofocus onfocus={}>",
    "<textarea autofocus onfocus={}>",
    "<details open ontoggle={}>",
    "<video><source onerror={}></video>",
    "<video src=x onerror={}>",
    "<audio src=x onerror={}>",
    "<iframe src='javascript:{}'></iframe>",
    "<iframe srcdoc='<script>parent.{}</script>'></iframe>",
    "<object data='javascript:{}'></object>",
    "<embed src='javascript:{}'>",
    "<form action='javascript:{}'><button>x</button></form>",
    "<button formaction='javascript:{}'>x</button>",
    "<a href='javascript:{}'>x</a>",
    "<base href='javascript:{}//'>",
    "<link rel=stylesheet href='data:text/css,*{{}}' onload={}>",
    "<meta http-equiv=refresh content='0;url=javascript:{}'>",
    "<style onload={}></style>",
    "<style>@import 'javascript:{}';</style>",
    "<marquee onstart={}>x</marquee>",
    "<isindex type=image src=1 onerror={}>",
    "<div onpointerover={} style=position:fixed;inset:0>x</div>",
    "<div onmouseenter={} style=position:fixed;inset:0>x</div>",
    "<template><img src=x onerror={}></template>",
    "<noscript><p title='</noscript><img src=x onerror={}>'>",
    "<keygen autofocus onfocus={}>",
    "<table background='javascript:{}'>",
    "<portal src='javascript:{}'>",
    "<dialog open onclose={}><form method=dialog><button>x</button></form></dialog>",
    "<custom-element onclick={} tabindex=1 autofocus>x</custom-element>",
    "<xss onanimationstart={} style='animation:x'>",
]
TEXTS = [
    "javascript:{}",
    "JaVaScRiPt:{}",
    "java\tscript:{}",
    "\x01javascript:{}",
    "&#106;avascript:{}",
    "javascript&colon;{}",
    "data:text/html,<script>{}</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "vbscript:{}",
    "file:///etc/passwd",
    "https://example.org/\" onmouseover=\"{}",
    "https://example.org/' onmouseover='{}",
    "https://example.org/?x=<script>{}</script>",
    "https://user:pass@example.org/<img src=x onerror={}>",
    "http://javascript:{}@example.org",
    "mailto:x@example.org?body=<script>{}</script>",
    "[x](javascript:{})",
    "[x](https://example.org/ \"onmouseover={}\")",
    "![x](x\" onerror=\"{})",
    "<https://example.org/><script>{}</script>",
    "`<img src=x onerror={}>`",
    "```\n<script>{}</script>\n```",
    "**<b onclick={}>x</b>**",
    "> <img src=x onerror={}>",
    "@<img src=x onerror={}>",
    "T-1001<img src=x onerror={}>",
    "\" autofocus onfocus=\"{}",
    "' autofocus onfocus='{}",
    "\"><img src=x onerror={}>",
    "'><img src=x onerror={}>",
    "`><img src=x onerror={}>",
    "\\\"><img src=x onerror={}>",
    "${{{}}}",
    "{{{{constructor.constructor('{}')()}}}}",
    "#{{{}}}",
    "<%= {} %>",
    "{{{{{}}}}}",
    "&lt;img src=x onerror={}&gt;",
    "&amp;lt;script&amp;gt;{}",
    "%3Cimg src=x onerror={}%3E",
    "\\u003cimg src=x onerror={}\\u003e",
    "\u2028<img src=x onerror={}>",
    "\u202e<img src=x onerror={}>",
    "＜img src=x onerror={}＞",
    "+ADw-script+AD4-{}+ADw-/script+AD4-",
    "__proto__",
    "constructor",
    "toString",
    "[object Object]",
]
PAYLOADS = [text.format(RUN) if "{}" in text else text for text in ELEMENTS + TEXTS]
SEEN_ELEMENTS = "script:not([src]), iframe, object, embed, base, portal, marquee, [onerror], [onload]"


def printable(text):
    """Text as a page shows it: white space collapsed, invisible characters kept."""
    return re.sub(r"[\s\x00-\x1f\u2028\u202e]+", "", text)


def watch(screen):
    dialogs = []
    screen.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    return dialogs


def assert_nothing_ran(screen, dialogs):
    assert dialogs == []
    assert screen.page.evaluate("window.ran") is None
    assert screen.page.locator("body").locator(SEEN_ELEMENTS).count() == 0
    assert screen.page.locator("a[href^='javascript' i], a[href^='data' i]").count() == 0
    assert screen.page.locator("a[href^='vbscript' i], a[href^='file' i]").count() == 0
    assert screen.page.locator("img[src='x']").count() == 0
    for error in screen.errors:
        # The content security policy would say so in the console if it had to stop something.
        assert "Content Security Policy" not in error and "content-security" not in error, error


def test_a_hundred_payloads_in_every_field_run_nowhere(browser, embedded, start_hub):
    assert len(PAYLOADS) >= 100
    hub = start_hub(embedded, COMMANDS_PER_SECOND=0, TECHNICIAN_SCOPE="all")
    name = "<img src=x onerror=" + RUN + ">"
    client = people.client(name, projects=("atelier", name))
    lina = people.technician("\"><script>" + RUN + "</script>")
    mine, hers = hub.rest(client), hub.rest(lina)
    bodies = mine.create(title=name, project=name, description=name)
    for payload in PAYLOADS:
        mine.create(title=payload[:200], description=payload)
        mine.say(bodies["id"], payload)
        hers.say(bodies["id"], payload)
        hers.say(bodies["id"], payload, internal=True)
    hers.patch(f"/api/tickets/{bodies['id']}", {"tags": [p[:40] for p in PAYLOADS[:10]]})
    for someone in (client, lina):
        screen = Screen(browser, hub, someone)
        dialogs = watch(screen)
        page = f"{hub.url}{PAGES[someone.role]}"
        screen.visit(f"{page}?project=atelier")
        expect(screen.row("onerror").first).to_be_visible()
        assert_nothing_ran(screen, dialogs)
        screen.visit(f"{page}?project={urllib.parse.quote(name)}&ticket={bodies['id']}")
        expect(screen.get("message").nth(20)).to_be_visible()
        assert_nothing_ran(screen, dialogs)
        shown = printable(screen.page.inner_text("body"))
        # The newest fifty events are on the screen: for staff three of each payload.
        missing = [p for p in PAYLOADS[-12:] if is_plain(p) and printable(p) not in shown]
        assert missing == [], "a text was changed instead of shown"
        links = screen.page.locator("[data-testid=message] a").evaluate_all(
            "all => all.map(a => [a.protocol, a.rel])"
        )
        assert {protocol for protocol, _ in links} <= {"http:", "https:", "mailto:"}
        typed = hub.live(lina if someone is client else client)
        typed.join(bodies["id"])
        typed.say(bodies["id"], "typing", on=True)
        for payload in PAYLOADS[:8]:
            typed.message(bodies["id"], "live " + payload)
        expect(screen.message("live " + PAYLOADS[7][:8]).last).to_be_visible(timeout=15_000)
        assert_nothing_ran(screen, dialogs)
        screen.context.close()


def is_plain(payload):
    """Whether a page shows this text whole and the markup of messages leaves it unchanged."""
    return not re.search(r"[*`\[\]_>]|https?:", payload)


def test_every_page_carries_the_policy(hub_alone, client):
    rest = hub_alone.rest(client)
    for path in ("/", "/client-portal", "/admin/tickets"):
        answer = rest.get(path)
        policy = answer.headers["Content-Security-Policy"]
        directives = dict(part.strip().split(" ", 1) for part in policy.split(";") if part.strip())
        assert "'unsafe-inline'" not in directives.get("script-src", directives["default-src"])
        assert "'unsafe-eval'" not in policy
        assert directives["object-src"] == "'none'"
        assert directives["base-uri"] == "'none'"
        assert directives["frame-ancestors"] == "'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
        assert "<script>" not in answer.text
