#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes trust_vectors.def: a store's digest and signature, by implementations other than libsodium.

  python3 -m venv /tmp/v && /tmp/v/bin/pip install cryptography
  /tmp/v/bin/python tests/unit/trust/trust_vectors.py > tests/unit/trust/trust_vectors.def

Last made with CPython 3.11 (BLAKE2b of hashlib), cryptography 50.0.2 (Ed25519 of OpenSSL). The forms of
the digest and of the record are written here a second time, from what the headers say of them.
"""

import base64
import hashlib
import struct

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HEAD = """\
// SPDX-License-Identifier: Apache-2.0
//
// Written by trust_vectors.py, which says with what. A value of a length has the bytes 0, 1 .. 250, 0, 1 ..
"""

FORMAT = 4  # PC_STORE_FORMAT
META, TREES, IMAGES, PRINCIPALS, SHARED = 0, 1, 2, 4, 10

# In the order of tables and keys, as a store has them: table, key, length of the value.
ENTRIES = [(META, b"census", 16), (META, b"zone", 0), (TREES, b"a", 1), (TREES, b"a\\0", 300), (TREES, b"b", 1023),
           (IMAGES, b"large", 70000), (PRINCIPALS, b"\\1", 1024), (PRINCIPALS, b"\\2", 1025), (SHARED, b"last", 4096)]


def value_of(size):
    return bytes(i % 251 for i in range(size))


def blake2b(data, person=b""):
    return hashlib.blake2b(data, digest_size=32, person=person).digest()


def list_hash(parts):
    """Of a list of parts: each behind its length as 64 bits."""
    return blake2b(b"".join(struct.pack("<Q", len(part)) + part for part in parts), b"polcheck list 1")


def key_bytes(text):
    return text.replace(b"\\0", b"\0").replace(b"\\1", b"\1").replace(b"\\2", b"\2")


def content_digest():
    parts = []
    for table, key, size in ENTRIES:
        parts += [struct.pack("<I", table), key_bytes(key), blake2b(value_of(size))]
    return list_hash(parts)


def record(secret, serial, signed_at, digest):
    message = (b"polcheck store signature 1\0" + struct.pack("<I", FORMAT) + struct.pack("<Q", serial)
               + struct.pack("<q", signed_at) + digest)
    return (struct.pack("<II", 1, 0) + struct.pack("<Q", serial) + struct.pack("<q", signed_at)
            + public_of(secret) + digest + secret.sign(message))


def public_of(secret):
    return secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def seen(serial, digest):
    text = b"polcheck seen 1\nserial %d\ndigest %s" % (serial, digest.hex().encode())
    return (text + b"\ncheck " + blake2b(text).hex().encode() + b"\n").decode()


def quoted(text):
    return '"' + text.replace("\n", "\\n") + '"'


def main():
    seed = bytes(range(7, 39))
    secret = Ed25519PrivateKey.from_private_bytes(seed)
    public = public_of(secret)
    digest = content_digest()
    print(HEAD)
    print("#ifdef ENTRY")
    for table, key, size in ENTRIES:
        print(f'ENTRY({table}, "{key.decode()}", {size})')
    print("#else")
    print(f'#define KNOWN_DIGEST "{digest.hex()}"')
    print(f'#define KNOWN_SECRET_LINE "polcheck-ed25519-secret {base64.b64encode(seed).decode()} known\\n"')
    print(f'#define KNOWN_PUBLIC_LINE "polcheck-ed25519 {base64.b64encode(public).decode()} known\\n"')
    print(f'#define KNOWN_FINGERPRINT "{blake2b(public).hex()[:32]}"')
    print("#define KNOWN_SERIAL UINT64_C(1764187799000001)")
    print("#define KNOWN_SIGNED_AT INT64_C(-7)")
    print(f'#define KNOWN_RECORD "{record(secret, 1764187799000001, -7, digest).hex()}"')
    print(f"#define KNOWN_SEEN {quoted(seen(1764187799000001, digest))}")
    print("#endif")


main()
