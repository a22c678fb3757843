#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes vectors.def: what the tests of this folder expect, by implementations other than libsodium.

  python3 -m venv /tmp/v && /tmp/v/bin/pip install argon2-cffi cryptography pycryptodome
  /tmp/v/bin/python tests/unit/crypto/vectors.py > tests/unit/crypto/vectors.def

Last made with CPython 3.11.7 (BLAKE2b), argon2-cffi 25.1.0 on argon2-cffi-bindings 26.2.0 (the
reference implementation of Argon2), cryptography 50.0.2 (X25519 and Poly1305 of OpenSSL),
pycryptodome 4.4.0 (XChaCha20-Poly1305, Salsa20). HSalsa20 is written here, from its paper. The
script first tries itself on published answers.
"""

import hashlib
import struct

from argon2.low_level import Type, hash_secret_raw
from Crypto.Cipher import ChaCha20_Poly1305, Salsa20
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.poly1305 import Poly1305

# The parts of contexts; the tests have the same.
PARTS = [b"arn:aws:lambda:eu-west-1:123456789012:function:f", b"", b"DB_PASSWORD", b"\1" + bytes(7)]

HEAD = """\
// SPDX-License-Identifier: Apache-2.0
//
// Written by vectors.py, which says with what. Texts of a length, where no text is given, have the
// bytes 0, 1 .. 250, 0, 1 .. Keys and the like begin with the byte that their row in vectors.py
// says, and count up.
"""


def counting(first, size):
    return bytes((first + i) % 256 for i in range(size))


def text_of(size):
    return bytes(i % 251 for i in range(size))


def sealed(key, nonce, additional, plain):
    cipher = ChaCha20_Poly1305.new(key=key, nonce=nonce)
    cipher.update(additional)
    return cipher.encrypt_and_digest(plain)


def context(parts):
    return b"".join(struct.pack("<Q", len(part)) + part for part in parts)


def keyed(key, text):
    return hashlib.blake2b(text, key=key, digest_size=32).digest()


def derived(key, number):
    """crypto_kdf_derive_from_key as libsodium documents it."""
    return hashlib.blake2b(digest_size=32, key=key, salt=struct.pack("<Q", number) + bytes(8),
                           person=b"polcheck" + bytes(8)).digest()


def passphrase_key(passphrase, salt, passes, mebibytes):
    return hash_secret_raw(passphrase, salt, time_cost=passes, memory_cost=mebibytes * 1024,
                           parallelism=1, hash_len=32, type=Type.ID, version=19)


def hsalsa20(key, block):
    """The core of Salsa20 without its last addition: words 0, 5, 10, 15 and 6 to 9."""
    sigma = struct.unpack("<4I", b"expand 32-byte k")
    k = struct.unpack("<8I", key)
    n = struct.unpack("<4I", block)
    x = [sigma[0], *k[:4], sigma[1], *n, sigma[2], *k[4:], sigma[3]]

    def quarter(a, b, c, d):
        for to, one, other, turn in ((b, a, d, 7), (c, b, a, 9), (d, c, b, 13), (a, d, c, 18)):
            total = (x[one] + x[other]) & 0xffffffff
            x[to] ^= (total << turn | total >> (32 - turn)) & 0xffffffff

    for _ in range(10):
        for i in range(4):  # columns
            quarter(*((5 * i + 4 * j) % 16 for j in range(4)))
        for i in range(4):  # rows
            quarter(*(4 * i + (i + j) % 4 for j in range(4)))
    return struct.pack("<8I", *(x[i] for i in (0, 5, 10, 15, 6, 7, 8, 9)))


def public_of(secret):
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def boxed(public, ephemeral, plain):
    """crypto_box_seal with an ephemeral secret key of ours."""
    front = public_of(ephemeral)
    shared = X25519PrivateKey.from_private_bytes(ephemeral).exchange(
        X25519PublicKey.from_public_bytes(public))
    nonce = hashlib.blake2b(front + public, digest_size=24).digest()
    key = hsalsa20(hsalsa20(shared, bytes(16)), nonce[:16])
    stream = Salsa20.new(key=key, nonce=nonce[16:]).encrypt(bytes(32 + len(plain)))
    cipher = bytes(a ^ b for a, b in zip(plain, stream[32:]))
    return front + Poly1305.generate_tag(stream[:32], cipher) + cipher


def try_published():
    """Section 8 of "Cryptography in NaCl"; A.3.1 of draft-irtf-cfrg-xchacha-03."""
    shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
    first = "1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389"
    assert hsalsa20(bytes.fromhex(shared), bytes(16)).hex() == first
    plain = (b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
             b"future, sunscreen would be it.")
    additional = bytes.fromhex("50515253c0c1c2c3c4c5c6c7")
    cipher, tag = sealed(counting(0x80, 32), counting(0x40, 24), additional, plain)
    assert cipher.hex().startswith("bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396c")
    assert tag.hex() == "c0875924c1c7987947deafd8780acf49"


def row(name, *fields):
    print(f"\n#ifndef {name}\n#define {name}(...)\n#endif")
    for values in fields:
        print(f"{name}({', '.join(str(value) for value in values)})")
    print(f"#undef {name}")


def quoted(text):
    return '"' + (text.hex() if isinstance(text, bytes) else text) + '"'


def main():
    try_published()
    print(HEAD, end="")

    print("\n// Length of the text, number of parts, BLAKE2b-256 of the ciphertext, tag.")
    rows = []
    for size, count in ((0, 0), (0, 1), (1, 2), (63, 3), (64, 4), (65, 0), (4096, 4), (100000, 3)):
        cipher, tag = sealed(counting(0x80, 32), counting(0x40, 24), context(PARTS[:count]), text_of(size))
        digest = hashlib.blake2b(cipher, digest_size=32).digest()
        rows.append((size, count, quoted(digest), quoted(tag)))
    row("SEALED", *rows)

    print("\n// Length of the text, hash.")
    key = counting(0x10, 32)
    row("KEYED", *((size, quoted(keyed(key, text_of(size)))) for size in (0, 1, 127, 128, 129, 256, 100000)))

    print("\n// Number, key.")
    row("DERIVED", *((f"UINT64_C({number})", quoted(derived(key, number)))
                     for number in (0, 1, 2, 2**32, 2**64 - 1)))

    print("\n// Passphrase, passes, MiB, key.")
    salt = counting(0x30, 16)
    tries = (("", 1, 8), ("correct horse battery staple", 1, 8), ("correct horse battery staple", 3, 8),
             ("correct horse battery staple", 2, 9), ("\xc3\xa9t\xc3\xa9", 2, 8))
    row("PASSPHRASE", *((quoted(text) if text.isascii() else '"\\xc3\\xa9t\\xc3\\xa9"', passes, mebibytes,
                         quoted(passphrase_key(text.encode("latin-1"), salt, passes, mebibytes)))
                        for text, passes, mebibytes in tries))

    print("\n// Length of the text, secret key, public key, box.")
    rows = []
    for size, first in ((0, 0x50), (1, 0x60), (32, 0x51), (100, 0x00), (33, 0xe0)):
        secret = counting(first, 32)
        box = boxed(public_of(secret), counting(first + 7, 32), text_of(size))
        rows.append((size, quoted(secret), quoted(public_of(secret)), quoted(box)))
    row("BOXED", *rows)


main()
