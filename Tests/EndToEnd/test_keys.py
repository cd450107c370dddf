"""Public keys instead of a secret (docs/protocol.md 2.2), and keys that must prevent the start."""

import base64
import hashlib
import hmac
import json

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from support import hub, people

KEYS = {
    "RS256": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
}


def public_pem(key):
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def hs256_with(pem, someone):
    """A forgery: the public key as the secret of an HMAC."""
    parts = [{"alg": "HS256", "typ": "JWT"}, people.claims(someone)]
    signed = b".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in parts)
    signature = hmac.new(pem, signed, hashlib.sha256).digest()
    return (signed + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_public_key_lets_in_its_own_algorithm_only(
    embedded, start_hub, tmp_path, client, algorithm
):
    key = KEYS[algorithm]()
    pem = tmp_path / "public.pem"
    pem.write_bytes(public_pem(key))
    running = start_hub(embedded, JWT_SECRET=None, JWT_PUBLIC_KEY=pem)

    def status(token):
        headers = {"Authorization": f"Bearer {token}"}
        return running.rest(client).get("/api/me", expect=None, headers=headers).status_code

    assert status(people.token(client, key=key, algorithm=algorithm)) == 200
    assert status(people.token(client, key=KEYS[algorithm](), algorithm=algorithm)) == 401
    assert status(hs256_with(pem.read_bytes(), client)) == 401
    assert status(people.token(client)) == 401


def test_keys_of_a_folder_are_chosen_by_kid(embedded, start_hub, tmp_path, client):
    folder = tmp_path / "keys"
    folder.mkdir()
    keys = {name: KEYS[algorithm]() for name, algorithm in (("may", "ES256"), ("june", "ES256"))}
    for name, key in keys.items():
        (folder / f"{name}.pem").write_bytes(public_pem(key))
    both = tmp_path / "both.pem"
    both.write_bytes(b"".join(public_pem(key) for key in keys.values()))
    for path in (folder, both):
        running = start_hub(embedded, JWT_SECRET=None, JWT_PUBLIC_KEY=path)

        def status(key, **header):
            token = jwt.encode(people.claims(client), key, algorithm="ES256", headers=header)
            headers = {"Authorization": f"Bearer {token}"}
            return running.rest(client).get("/api/me", expect=None, headers=headers).status_code

        assert [status(key) for key in keys.values()] == [200, 200]
        assert [status(key, kid=name) for name, key in keys.items()] == [200, 200]
        assert status(keys["may"], kid="june") == (401 if path is folder else 200)
        assert status(KEYS["ES256"](), kid="may") == 401
        running.stop()


@pytest.mark.parametrize(
    "settings",
    [
        {"GUICHET_JWT_SECRET": "short"},
        {"GUICHET_JWT_SECRET": None, "GUICHET_JWT_PUBLIC_KEY": "no-such-file.pem"},
        {"GUICHET_JWT_PUBLIC_KEY": "both.pem"},
        {"GUICHET_JWT_SECRET": None},
    ],
    ids=["short_secret", "unreadable_file", "both_keys", "no_key"],
)
def test_without_one_good_key_it_does_not_start(embedded, settings):
    serve = ["serve", "--listen", "127.0.0.1:0", "--store", embedded.uri]
    ended = hub.command(*serve, **settings)
    assert ended.returncode == 2
    assert ended.stderr.strip()
    assert "listening" not in ended.stdout


@pytest.mark.parametrize(
    "arguments", [["--no-such-option"], ["--listen", "nonsense"], ["--store", "sqlite:/no/where/x"]]
)
def test_a_bad_option_says_what_to_do_and_exits_2(arguments):
    ended = hub.command("serve", *arguments)
    assert ended.returncode == 2
    assert ended.stderr.strip()


def test_a_demo_with_both_keys_does_not_start(embedded):
    serve = ["serve", "--demo", "--listen", "127.0.0.1:0", "--store", embedded.uri]
    ended = hub.command(*serve, GUICHET_JWT_PUBLIC_KEY="both.pem")
    assert ended.returncode == 2
    assert "keep one" in ended.stderr


def test_every_command_can_be_asked_for_help():
    for arguments in (["--help"], ["serve", "--help"], ["token", "--help"]):
        ended = hub.command(*arguments)
        assert ended.returncode == 0 and "guichet serve" in ended.stdout, ended.stderr


def test_projects_of_a_printed_token_may_have_spaces_between(hub_alone):
    options = ["--id", "printed", "--role", "client", "--projects", "atelier, forge"]
    headers = {"Authorization": f"Bearer {hub.command('token', *options).stdout.strip()}"}
    me = hub_alone.rest(people.admin()).get("/api/me", headers=headers).json()
    assert me["projects"] == ["atelier", "forge"]


@pytest.mark.parametrize("claim", [["me"], [" a"], ["e\u0301"], ["x" * 129], ["erased-0123"], ["a", "--projects", "e\u0301"]])
def test_a_token_that_no_hub_takes_is_not_printed(claim):
    ended = hub.command("token", "--role", "client", "--id", *claim)
    assert ended.returncode == 2 and not ended.stdout and "--id" in ended.stderr


def test_a_printed_token_is_let_in(hub_alone):
    options = ["--id", "printed", "--role", "admin", "--name", "Ada", "--ttl", "1h"]
    printed = hub.command("token", *options)
    assert printed.returncode == 0, printed.stderr
    headers = {"Authorization": f"Bearer {printed.stdout.strip()}"}
    me = hub_alone.rest(people.admin()).get("/api/me", headers=headers).json()
    assert (me["id"], me["role"], me["name"]) == ("printed", "admin", "Ada")
