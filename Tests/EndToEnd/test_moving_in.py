"""`scripts/migrate`: other desks and tables become JSON Lines (docs/moving-in.md)."""

import collections
import email.utils
import json
import os
import subprocess
import sys
import time

import pytest

from support.helpdesks import TOKEN, Chatwoot, Zammad
from support.hub import ROOT

SCRIPTS = ROOT / "scripts/migrate"
KINDS = {"person", "ticket", "message", "change"}
REQUIRED = {
    "person": {"id", "name", "role"},
    "ticket": {"id", "title", "status", "client", "createdAt"},
    "message": {"ticket", "author", "text", "at"},
    "change": {"ticket", "field", "by", "at"},
}


def run(script, *arguments, cwd, expect=0, **environment):
    ended = subprocess.run(
        [sys.executable, SCRIPTS / script, *map(str, arguments)],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == expect, ended.stdout + ended.stderr
    assert TOKEN not in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stderr


def read(path):
    """The lines by kind, after a check of what docs/moving-in.md promises of every file."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    found = collections.defaultdict(list)
    for line in lines:
        assert REQUIRED[line["type"]] <= line.keys(), line
        if line["type"] == "person":
            assert not found["ticket"], "people come before tickets"
        if "ticket" in line:
            assert line["ticket"] in {ticket["id"] for ticket in found["ticket"]}
        found[line["type"]].append(line)
    people = {person["id"] for person in found["person"]}
    assert len(people) == len(found["person"])
    for line in lines:
        named = [line.get("client"), line.get("assignedTo"), line.get("author"), line.get("by")]
        assert {id for id in named if id} | set(line.get("watchers", [])) <= people, line
    return found


@pytest.fixture
def zammad():
    with Zammad().served() as desk:
        yield desk


def from_zammad(desk, folder, *more, expect=0):
    arguments = [desk.url, "--out", folder / "out.jsonl", *more]
    return run("zammad.py", *arguments, cwd=folder, expect=expect, ZAMMAD_TOKEN=TOKEN)


def test_zammad(zammad, tmp_path):
    from_zammad(zammad, tmp_path)
    found = read(tmp_path / "out.jsonl")
    first, second, third = found["ticket"]
    assert first == {
        "type": "ticket",
        "id": "1",
        "number": 22001,
        "title": "Order 1",
        "status": "in_progress",
        "priority": "high",
        "project": "Einkauf",
        "client": "11",
        "assignedTo": "3",
        "watchers": ["4"],
        "tags": ["vip"],
        "createdAt": "2025-03-01T09:00:00.123Z",
    }
    assert "assignedTo" not in second and second["status"] == "waiting"
    assert third["status"] == "closed" and third["closedAt"] == "2025-03-02T09:00:00.000Z"
    people = {person["id"]: person for person in found["person"]}
    assert {id: person["role"] for id, person in people.items()} == {
        "10": "client", "11": "client", "3": "technician", "4": "admin",
    }
    assert people["10"]["name"] == "Zoé Lefèvre" and people["11"]["name"] == "user11@example.org"
    said = [message for message in found["message"] if message["ticket"] == "1"]
    assert said[0]["text"] == "Hello\nyou & me (https://x.test/a)\n\nBye"
    assert [message.get("internal", False) for message in said] == [False, True, False]
    (file,) = said[0]["files"]
    assert file["name"] == "../photo é.png"
    assert (tmp_path / file["path"]).read_bytes() == b"\x89PNG!"
    changes = [change for change in found["change"] if change["ticket"] == "1"]
    assert [(c["field"], c.get("from"), c["to"], c["by"]) for c in changes] == [
        ("status", "open", "in_progress", "3"), ("assignedTo", None, "3", "3"),
    ]


def test_people_by_their_mail(zammad, tmp_path):
    from_zammad(zammad, tmp_path, "--person-id", "email")
    assert "user3@example.org" in {person["id"] for person in read(tmp_path / "out.jsonl")["person"]}


def test_it_waits_as_long_as_the_site_asks(zammad, tmp_path):
    soon = email.utils.formatdate(time.time() + 1, usegmt=True)
    zammad.refusals = [(429, {"Retry-After": "1"}), (503, {"Retry-After": soon}), (502, {})]
    started = time.monotonic()
    said = from_zammad(zammad, tmp_path)
    assert time.monotonic() - started > 2
    assert said.count("trying again in") == 3
    assert len(read(tmp_path / "out.jsonl")["ticket"]) == 3


def test_pages_and_going_on_after_a_stop(tmp_path):
    with Zammad(count=9, page_max=2).served() as desk:
        whole = tmp_path / "whole"
        whole.mkdir()
        from_zammad(desk, whole)
        # One answer that ends the run, in the middle of a ticket.
        ordinary = desk.articles
        desk.articles = lambda id: "nonsense" if id == 6 else ordinary(id)
        said = from_zammad(desk, tmp_path, expect=1)
        assert "not in the form that is documented" in said
        assert not (tmp_path / "out.jsonl").exists()
        # What a kill in the middle of a write leaves.
        with (tmp_path / "out.jsonl.part/tickets").open("ab") as file:
            file.write(b'{"type":"ticket","id":"6","ti')
        desk.articles, desk.asked = ordinary, []
        assert "goes on after 5 tickets" in from_zammad(desk, tmp_path)
        assert (tmp_path / "out.jsonl").read_bytes() == (whole / "out.jsonl").read_bytes()
        assert not any("by_ticket/5" in path for path in desk.asked)


def test_what_is_wrong_is_said(zammad, tmp_path):
    out = ["--out", "out.jsonl"]
    assert "ZAMMAD_TOKEN" in run("zammad.py", zammad.url, *out, cwd=tmp_path, expect=2)
    wrong = run("zammad.py", zammad.url, *out, cwd=tmp_path, expect=2, ZAMMAD_TOKEN="wrong-one")
    assert "401" in wrong and "wrong-one" not in wrong
    plain = ["http://desk.example.org", *out]
    assert "--plain-http" in run("zammad.py", *plain, cwd=tmp_path, expect=2, ZAMMAD_TOKEN=TOKEN)
    (tmp_path / "out.jsonl").write_text("precious")
    assert "is there already" in from_zammad(zammad, tmp_path, expect=2)
    assert (tmp_path / "out.jsonl").read_text() == "precious"


def test_chatwoot(tmp_path):
    with Chatwoot().served() as elsewhere, Chatwoot(elsewhere=elsewhere.url).served() as desk:
        token = tmp_path / "token"
        token.write_text(TOKEN + "\n")
        arguments = [desk.url, "--account", 5, "--token-file", token, "--out", "out.jsonl"]
        run("chatwoot.py", *arguments, cwd=tmp_path)
        assert elsewhere.asked == ["/public/file?signature=secret"]
        assert elsewhere.seen_tokens == [], "the token goes to its own site only"
    found = read(tmp_path / "out.jsonl")
    assert found["ticket"][0] == {
        "type": "ticket",
        "id": "1",
        "number": 1,
        "title": "Message 1 of 1",
        "status": "resolved",
        "priority": "normal",
        "project": "Site web",
        "client": "contact-51",
        "assignedTo": "user-2",
        "watchers": ["user-1"],
        "tags": ["vip"],
        "createdAt": "2025-02-19T21:20:01.000Z",
    }
    assert [ticket["status"] for ticket in found["ticket"]] == ["resolved", "waiting", "open"]
    said = [message for message in found["message"] if message["ticket"] == "1"]
    assert [message["id"] for message in said] == [str(1000 + n) for n in range(1, 46)]
    authors = [message["author"] for message in said[:5]]
    assert authors == ["contact-51", "chatwoot", "chatwoot", "contact-51", "user-2"]
    internal = [n for n, message in enumerate(said, 1) if message.get("internal")]
    assert internal == [3, 5], "what Chatwoot did, and private notes"
    (file,) = said[3]["files"]
    assert (tmp_path / file["path"]).read_bytes() == b"%PDF-"


def test_a_table(tmp_path):
    (tmp_path / "tickets.csv").write_text(
        "\ufeffNuméro;Titre;Description;Statut;Priorité;Demandeur;Technicien;Créé le;Salle\n"
        'T-7;"Imprimante;\nbloquée";"Elle ""mange"" le papier";En cours;haute;zoe;hugo;05/01/2025 09:30;B12\n'
        "T-8;Écran noir;;résolu;;zoe;;2025-07-05T09:30:00Z;\n"
    )
    (tmp_path / "messages.csv").write_text(
        "ticket,auteur,texte,interne,date,fichiers\n"
        "T-7,hugo,Je regarde,non,05/01/2025 10:00,plan.txt\n"
        "T-7,hugo,Pièce commandée,oui,05/01/2025 10:05,\n"
    )
    (tmp_path / "people.csv").write_text("id,nom,email,rôle\nhugo,Hugo Petit,h@x.fr,technicien\n")
    (tmp_path / "plan.txt").write_text("le plan")
    more = ["--messages", "messages.csv", "--people", "people.csv", "--time-zone", "Europe/Paris"]
    run("csv.py", "tickets.csv", *more, "--out", "out.jsonl", cwd=tmp_path)
    found = read(tmp_path / "out.jsonl")
    seven, eight = found["ticket"]
    assert seven["number"] == 7 and seven["id"] == "T-7" and seven["title"] == "Imprimante;"
    assert seven["status"] == "En cours" and seven["createdAt"] == "2025-01-05T08:30:00.000Z"
    assert eight["createdAt"] == "2025-07-05T09:30:00.000Z" and "priority" not in eight
    said = [(m["text"], m["author"], m.get("internal", False)) for m in found["message"]]
    assert said == [
        ('Elle "mange" le papier', "zoe", False),
        ("Salle: B12", "import", True),
        ("Je regarde", "hugo", False),
        ("Pièce commandée", "hugo", True),
    ]
    (file,) = found["message"][2]["files"]
    assert (tmp_path / file["path"]).read_text() == "le plan"


def test_a_table_with_faults(tmp_path):
    def told(content, *more, expect=1):
        (tmp_path / "t.csv").write_bytes(content)
        return run("csv.py", "t.csv", "--out", "o.jsonl", *more, cwd=tmp_path, expect=expect)

    assert "line 3" in told(b"id,title,created\n1,a,2025-01-01\n2,b,gestern\n")
    assert "second ticket 1" in told(b"id,title,created\n1,a,2025-01-01\n1,b,2025-01-01\n")
    assert "more cells" in told(b"id,title,created\n1,a,2025-01-01,x\n")
    assert "cp1252" in told(b"id,titre,cr\xe9\xe9 le\n", expect=2)
    assert "no column is the title" in told(b"id,Betreff\n", expect=2)
    assert "no column of that name" in told(b"id,x\n", "--column", "title=Betreff", expect=2)
    told(b"id,Betreff,created\n1,a,2025-01-01\n", "--column", "title=Betreff", expect=0)


def test_no_file_from_outside_its_folder(tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret").write_text("secret")
    (inside / "t.csv").write_text("id,title,created\n1,a,2025-01-01\n")
    (inside / "m.csv").write_text("ticket,text,files\n1,look,../secret\n")
    said = run("csv.py", "t.csv", "--messages", "m.csv", "--out", "o.jsonl", cwd=inside, expect=1)
    assert "outside" in said


@pytest.mark.parametrize("script", ["zammad.py", "chatwoot.py", "csv.py"])
def test_each_runs_in_its_own_folder(script):
    """There `import csv` would find csv.py, if the script did not see to it."""
    ended = subprocess.run(
        [sys.executable, "-B", script, "--help"], cwd=SCRIPTS, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0 and "--out" in ended.stdout, ended.stderr
