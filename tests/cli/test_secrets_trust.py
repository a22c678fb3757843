# SPDX-License-Identifier: Apache-2.0
"""Secrets are released under policies that a trusted key has signed, if the command is told to; else nothing is."""

import shutil

import pytest

from released import SESSION, decrypt, manifest, role

VERBS = {"release": [], "who": [], "exec": ["--", "env"]}


def key(polcheck, name):
    run = polcheck("keygen", name)
    assert run.status == 0, run


@pytest.fixture
def signed(policies, polcheck):
    """Signs the store with the key of a name."""

    def run(name, *words):
        if not (policies.folder / f"{name}.key").exists():
            key(polcheck, policies.folder / name)
        done = polcheck("sign", policies.store, "--key", policies.folder / f"{name}.key", *words)
        assert done.status == 0, done

    return run


def ask(policies, verb, *words):
    return policies(verb, "--trusted-keys", policies.folder / "ours.pub", *words, *VERBS[verb])


def refused(policies, run, code):
    """Nothing is handed out."""
    assert run.status == 2 and run.out == "", run
    assert f"[{code}]" in run.err, run
    assert not [value for value in policies.values.values() if value in run.out + run.err]


@pytest.mark.parametrize("verb", VERBS)
def test_policies_that_are_signed(policies, signed, verb):
    signed("ours")
    run = ask(policies, verb)
    assert run.status == 0, run
    assert (SESSION if verb == "who" else "postgres://thumbs:s3cr3t-one@db/x") in run.out


@pytest.mark.parametrize("verb", VERBS)
def test_policies_that_are_not_signed(policies, polcheck, verb):
    key(polcheck, policies.folder / "ours")
    before = policies.entries()
    refused(policies, ask(policies, verb), "POL1403")
    assert policies.entries() == before


@pytest.mark.parametrize("verb", VERBS)
def test_policies_of_a_stranger(policies, polcheck, signed, verb):
    key(polcheck, policies.folder / "ours")
    signed("strangers")
    refused(policies, ask(policies, verb), "POL1404")


def test_policies_that_were_changed_after_they_were_signed(policies, signed):
    """Whoever can write to the store lets everybody have everything; the signature does not cover it."""
    signed("ours")
    given = manifest()
    given["roles"][3] = role("nobody", policies=[decrypt()])
    policies.compile(given)
    refused(policies, ask(policies, "release"), "POL1403")


def test_older_policies(policies, signed):
    seen = policies.folder / "seen"
    signed("ours", "--serial", "9")
    assert ask(policies, "release", "--seen", seen).status == 0
    shutil.rmtree(policies.store)
    policies.compile(manifest())
    signed("ours", "--serial", "8")
    for verb in VERBS:
        refused(policies, ask(policies, verb, "--seen", seen), "POL1407")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("text, code", [(None, "POL1401"), ("", "POL1400"), ("polcheck-ed25519 AAAA\n", "POL1400")])
def test_keys_that_cannot_be_had(policies, signed, verb, text, code):
    signed("ours")
    path = policies.folder / "ours.pub"
    path.unlink()
    if text is not None:
        path.write_text(text)
    refused(policies, ask(policies, verb), code)


@pytest.mark.parametrize("verb", VERBS)
def test_seen_without_keys_is_refused(policies, verb):
    run = policies(verb, "--seen", policies.folder / "seen", *VERBS[verb])
    assert run.status == 2 and run.out == ""
    assert "--trusted-keys says whose" in run.err
