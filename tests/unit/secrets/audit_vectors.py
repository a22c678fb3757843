#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the macs and the head that audit_line.c expects, made by hashlib from what secrets/audit.h
says: the lines are written here by hand, and nothing of polcheck runs."""

import hashlib
import struct

KEY = bytes(range(32))
VAULT = b"the vault's id 1"

BODIES = [
    '{"seq":1,"time":"1970-01-01T00:00:00.000000Z","event":"init"',
    '{"seq":2,"time":"2025-11-25T12:00:00.123456Z","event":"release",'
    '"principal":"arn:aws:sts::111122223333:assumed-role/pay/pay",'
    '"function":"arn:aws:lambda:eu-west-1:111122223333:function:pay","names":["A1","B\\"2"],'
    '"key":"arn:aws:kms:eu-west-1:111122223333:key/k","keyVersion":3,"decision":"allowed",'
    '"statements":[{"type":"identity","policy":"P","sid":"S","effect":"Allow","file":"f.json",'
    '"line":7},{"type":"resource","policy":"Q","sid":"#2","effect":"Deny"}],'
    '"delivery":"box","recipient":"pk","snapshot":18446744073709551615,"generation":9',
    '{"seq":3,"time":"2025-11-25T12:00:00.123456Z","event":"refusal","principal":"a\ufffd\\nb",'
    '"decision":"implicitDeny","status":"not found","message":"\\u2028,\\"generation\\":77","truncated":true',
]


def keyed(data):
    return hashlib.blake2b(data, key=KEY, digest_size=32).digest()


def main():
    mac = hashlib.blake2b(VAULT, digest_size=32).digest()
    size = 0
    for body in BODIES:
        mac = keyed(mac + body.encode())
        size += len(body.encode()) + len(',"mac":"') + 64 + len('"}\n')
        print(mac.hex())
    head = b"polcheck audit 1" + struct.pack("<QQQ", len(BODIES), size, 9) + mac
    print(size, head.hex() + keyed(b"audit.head of   " + VAULT + head).hex())


if __name__ == "__main__":
    main()
