#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes vault_vectors.def: what a vault keeps, by implementations other than libsodium.

  python3 -m venv /tmp/v && /tmp/v/bin/pip install argon2-cffi pycryptodome
  /tmp/v/bin/python tests/unit/secrets/vault_vectors.py > tests/unit/secrets/vault_vectors.def

Last made with CPython 3.11.7 (BLAKE2b of hashlib), argon2-cffi 25.1.0 (the reference implementation of
Argon2), pycryptodome 4.4.0 (XChaCha20-Poly1305). The forms of the records are written here a second time,
from what the headers say of them.
"""

import hashlib
import json
import struct

from argon2.low_level import Type, hash_secret_raw
from Crypto.Cipher import ChaCha20_Poly1305

HEAD = """\
// SPDX-License-Identifier: Apache-2.0
//
// Written by vault_vectors.py, which says with what.
"""

PAY = "arn:aws:lambda:eu-west-1:111122223333:function:pay"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/one"
PARTS = 257
VAULT_ID = b"the vault's id 1"


def counting(first, size):
    return bytes((first + i) % 256 for i in range(size))


def u32(value):
    return struct.pack("<I", value)


def u64(value):
    return struct.pack("<Q", value)


def text(value):
    raw = value.encode() if isinstance(value, str) else value
    return u32(len(raw)) + raw


def blake2b(data, size=32, key=b""):
    return hashlib.blake2b(data, digest_size=size, key=key).digest()


def derived(key, number):
    """crypto_kdf_derive_from_key as libsodium documents it."""
    return hashlib.blake2b(digest_size=32, key=key, salt=u64(number) + bytes(8),
                           person=b"polcheck" + bytes(8)).digest()


def sealed(key, nonce, parts, plain):
    """Ciphertext and tag; each part behind its length as 64 bits."""
    cipher = ChaCha20_Poly1305.new(key=key, nonce=nonce)
    cipher.update(b"".join(u64(len(part)) + part for part in parts))
    return cipher.encrypt_and_digest(plain)


class Root:
    """A root key, and what follows from it."""

    def __init__(self, raw):
        self.wrap = derived(raw, 1)
        self.head = derived(raw, 2)
        self.fingerprint = derived(raw, 3)[:16]

    def all(self):
        return self.wrap + self.head + self.fingerprint


def wrap_key(root, arn, version, nonce, data):
    """A data key: 24 bytes of nonce, the tag, the ciphertext."""
    parts = [b"polcheck data key 1", VAULT_ID, arn.encode(), u64(version)]
    cipher, tag = sealed(root.wrap, nonce, parts, data)
    return nonce + tag + cipher


def key_record(root, version, data):
    tags = [("team", "payments"), ("cost", "")]
    return (text("key 1") + text(KEY) + text("alias/one") + u32(0) + u32(1) + u64(1700000000) + u64(0)
            + u32(version) + u64(1700000001) + text('{"Version":"2012-10-17"}') + text("key.json")
            + u32(len(tags)) + b"".join(text(key) + text(value) for key, value in tags)
            + wrap_key(root, KEY, version, counting(0x40, 24), data))


VARIABLES = [("EMPTY", 3, ""), ("NAME", 2**40 + 5, "gr\u00fc\u00df \"dich\""), ("PASSWORD", 7, "hunter2 " * 40)]


def environment_record(data, key_version):
    """Record, and what binds it."""
    table = text("environment 1") + text(PAY) + text(KEY) + u32(key_version) + u32(len(VARIABLES))
    for name, version, value in VARIABLES:
        measure = len(json.dumps(value, ensure_ascii=False).encode()) - 2  # inside its quotes
        table += text(name) + u64(version) + u64(1700000002) + u32(measure) + u32(len(value.encode()))
    nonce = counting(0x60, 24)
    parts = [PAY.encode(), KEY.encode(), u64(key_version), blake2b(table)]
    cipher, tag = sealed(data, nonce, parts, "".join(value for _, _, value in VARIABLES).encode())
    return table + nonce + tag + text(cipher), blake2b(blake2b(table) + nonce + tag)


def audit_seal(root):
    cipher, tag = sealed(root.wrap, counting(0x90, 24), [b"polcheck audit key 1", VAULT_ID], counting(0xa0, 32))
    return counting(0x90, 24) + tag + cipher


def head_record(root):
    """Every third part is bound to something."""
    parts = b"".join(counting(number, 32) if number % 3 == 0 else bytes(32) for number in range(PARTS))
    noted = u64(11) + u64(12345) + u64(9) + counting(0xc0, 32)
    label = u32(1) + u64(3) + u64(256 << 20) + counting(0xb0, 16)
    record = (b"polcheck vault 1" + root.fingerprint + VAULT_ID + u64(2**33 + 10) + label + audit_seal(root)
              + noted + parts)
    return record + blake2b(record, key=root.head)


def define(name, value):
    print(f"#define {name} \\\n    \"{value.hex()}\"")


def main():
    print(HEAD)
    root = Root(counting(1, 32))
    data = counting(0x20, 32)
    print("// Of the root key 1, 2 .. 32: wrap, head, fingerprint.")
    define("KNOWN_ROOT", root.all())
    print("\n// The same from passphrases, under the salt 0x30, 0x31 ..: passphrase, passes, MiB, all of it.")
    print("#ifndef KNOWN_PASSPHRASE\n#define KNOWN_PASSPHRASE(...)\n#endif")
    for phrase, passes, mebibytes in (("correct horse battery staple", 1, 8), ("x", 2, 9)):
        raw = hash_secret_raw(phrase.encode(), counting(0x30, 16), time_cost=passes,
                              memory_cost=mebibytes * 1024, parallelism=1, hash_len=32, type=Type.ID, version=19)
        print(f"KNOWN_PASSPHRASE(\"{phrase}\", {passes}, {mebibytes}, \"{Root(raw).all().hex()}\")")
    print("#undef KNOWN_PASSPHRASE")
    print("\n// A key's record, version 7, of the data key 0x20, 0x21 ..")
    define("KNOWN_KEY_RECORD", key_record(root, 7, data))
    print("\n// An environment's record under it, and its digest.")
    record, digest = environment_record(data, 7)
    define("KNOWN_ENVIRONMENT_RECORD", record)
    define("KNOWN_ENVIRONMENT_DIGEST", digest)
    print("\n// Of the head's record: its length, the BLAKE2b-256 of all of it, its hash, and the wrapped audit key.")
    head = head_record(root)
    print(f"#define KNOWN_HEAD_BYTES {len(head)}")
    define("KNOWN_HEAD_DIGEST", blake2b(head))
    define("KNOWN_HEAD_HASH", head[-32:])
    define("KNOWN_AUDIT_SEAL", audit_seal(root))


main()
