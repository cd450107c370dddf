"""The examples of docs/nextjs.md in a browser, as modules of a page, against a running hub."""

import re

from support import people
from support.hub import ROOT

IMPORT = "import { Hub } from './sdk/guichet.js';"
BLOCKS = re.compile(r"^```js\n(.*?)^```$", re.MULTILINE | re.DOTALL)

#: What an application has of its own, around an example; `said` is what its console got.
AROUND = """async ({ token, fresh, enough }) => {
    const { Hub } = await import('/sdk/guichet.js');
    const said = [];
    const keep = (...words) => said.push(words.join(' '));
    const console = { log: keep, warn: keep };
    const fetch = async () => new Response(token);
    const freshToken = async () => fresh;
    const showSignIn = (onToken) => onToken(fresh);
    %s
    while (said.length < enough) await new Promise((next) => setTimeout(next, 20));
    if (token !== fresh) await hub.authenticate(fresh);
    const isLive = hub.connection.isLive;
    hub.close();
    return { said, isLive };
}"""

REFUSED = """async (token) => {
    const { Hub } = await import('/sdk/guichet.js');
    const hub = new Hub({ url: location.origin, token });
    const error = await hub.open().then(() => null, (reason) => reason);
    return [error.code, error.message, hub.connection.status];
}"""


def examples():
    blocks = BLOCKS.findall((ROOT / "docs/nextjs.md").read_text())
    return [block for block in blocks if IMPORT in block]


def test_the_examples_of_the_document_work_in_a_browser(browser, hub_alone, client, lina):
    ticket = hub_alone.rest(client).create()
    page = browser.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{hub_alone.url}/")
    said = [run(page, hub_alone, block, ticket, client, lina) for block in examples()]
    refused = page.evaluate(REFUSED, people.token(client, ttl=-3600))
    page.close()
    hub_alone.close_clients()
    assert faults == []
    assert any("message Bonjour" in lines for lines in said)
    assert ["1 created", "2 message", "3 change", ticket["title"]] in said
    assert ["1 tickets"] in said
    code, why, status = refused
    assert (code, status) == ("unauthorized", "signed-out") and len(why) > 10


def run(page, hub, block, ticket, client, lina):
    """An example, with the hub, the ticket and the token of this test."""
    is_queue = "hub.queue(" in block
    someone = lina if is_queue else client
    code = block.replace(IMPORT, "").replace("T-1042", ticket["ref"])
    code = code.replace("https://hub.example.org", hub.url)
    # The first example resolves the ticket; how many lines each one has to say before it may end.
    enough = 3 if "hub.send(" in block else 4 if "onEvent" in block else 1 if is_queue else 0
    code = code.replace("['open', 'in_progress']", "['resolved']")
    tokens = {"token": people.token(someone), "fresh": people.token(someone, ttl=7200)}
    answer = page.evaluate(AROUND % code, {**tokens, "enough": enough})
    assert answer["isLive"]
    return answer["said"]
