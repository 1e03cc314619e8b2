"""Opens the worked example of docs/reference/envelope.md with nothing but that page and Python's standard library.

A second implementation in another language: it shares no code with the platform, AES included.
Usage: open_envelope.py <page>; prints the opened texts, ends with an error when anything differs.
"""

import hashlib
import hmac
import json
import re
import sys
import uuid


def xtime(value):
    return ((value << 1) ^ 0x1B) & 0xFF if value & 0x80 else value << 1


def field_product(left, right):
    product = 0
    while right:
        if right & 1:
            product ^= left
        left, right = xtime(left), right >> 1
    return product


def make_sbox():
    box = []
    for value in range(256):
        inverse = next((x for x in range(256) if field_product(value, x) == 1), 0)
        turned = inverse
        for _ in range(4):
            inverse = ((inverse << 1) | (inverse >> 7)) & 0xFF
            turned ^= inverse
        box.append(turned ^ 0x63)
    return box


SBOX = make_sbox()


def expand_key(key):
    words = [list(key[i : i + 4]) for i in range(0, 32, 4)]
    constant = 1
    for index in range(8, 60):
        word = list(words[-1])
        if index % 8 == 0:
            word = [SBOX[b] for b in word[1:] + word[:1]]
            word[0] ^= constant
            constant = xtime(constant)
        elif index % 8 == 4:
            word = [SBOX[b] for b in word]
        words.append([a ^ b for a, b in zip(words[index - 8], word)])
    return [sum(words[i : i + 4], []) for i in range(0, 60, 4)]


def mix(column):
    a, b, c, d = column
    total = a ^ b ^ c ^ d
    return [a ^ total ^ xtime(a ^ b), b ^ total ^ xtime(b ^ c), c ^ total ^ xtime(c ^ d), d ^ total ^ xtime(d ^ a)]


def encrypt_block(round_keys, block):
    state = [a ^ b for a, b in zip(block, round_keys[0])]
    for number in range(1, 15):
        state = [SBOX[state[(i + 4 * (i % 4)) % 16]] for i in range(16)]
        if number < 14:
            state = sum((mix(state[i : i + 4]) for i in range(0, 16, 4)), [])
        state = [a ^ b for a, b in zip(state, round_keys[number])]
    return bytes(state)


def gf_product(left, right):
    product = 0
    for bit in range(127, -1, -1):
        if (left >> bit) & 1:
            product ^= right
        right = (right >> 1) ^ (0xE1 << 120 if right & 1 else 0)
    return product


def blocks(data):
    return [data[i : i + 16].ljust(16, b"\0") for i in range(0, len(data), 16)]


def gcm_open(key, nonce, aad, body, tag):
    round_keys = expand_key(key)
    subkey = int.from_bytes(encrypt_block(round_keys, bytes(16)), "big")
    digest = 0
    lengths = (len(aad) * 8).to_bytes(8, "big") + (len(body) * 8).to_bytes(8, "big")
    for block in blocks(aad) + blocks(body) + [lengths]:
        digest = gf_product(digest ^ int.from_bytes(block, "big"), subkey)
    mask = int.from_bytes(encrypt_block(round_keys, nonce + (1).to_bytes(4, "big")), "big")
    if not hmac.compare_digest((digest ^ mask).to_bytes(16, "big"), tag):
        raise ValueError("tag is wrong")
    counters = range(2, 2 + len(blocks(body)))
    stream = b"".join(encrypt_block(round_keys, nonce + n.to_bytes(4, "big")) for n in counters)
    return bytes(a ^ b for a, b in zip(body, stream))


def prefixed(fields):
    return b"".join(len(field).to_bytes(2, "big") + field for field in fields)


def unwrap_local(key_file, context, wrapped):
    key_id = hmac.new(key_file, b"te/local/v1 key id", hashlib.sha256).digest()[:8]
    head = b"TK\x01" + key_id
    if wrapped[:11] != head:
        raise ValueError("another key file")
    pairs = [text.encode() for name in sorted(context) for text in (name, context[name])]
    return gcm_open(key_file, wrapped[11:23], prefixed([head] + pairs), wrapped[23:-16], wrapped[-16:])


def authenticated_data(header, context):
    def uuid_bytes(text):
        return b"" if text is None else uuid.UUID(text).bytes

    generation = context["generation"]
    return prefixed(
        [
            header,
            context["table"].encode(),
            context["column"].encode(),
            uuid_bytes(context["organization"]),
            uuid_bytes(context["user"]),
            uuid_bytes(context["record"]),
            (context["provider"] or "").encode(),
            b"" if generation is None else generation.to_bytes(8, "big"),
        ]
    )


def open_envelope(envelope, context, branch_key, shred_secret=b""):
    header, salt, commitment, nonce = envelope[:25], envelope[25:57], envelope[57:89], envelope[89:101]
    if header[:3] != b"TE\x01" or header[3] != (2 if shred_secret else 1):
        raise ValueError("not an envelope of this suite")
    if header[9:25] != uuid.UUID(context["organization"]).bytes:
        raise ValueError("another organization")
    aad = authenticated_data(header, context)
    prk = hmac.new(salt, branch_key + shred_secret, hashlib.sha256).digest()
    key = hmac.new(prk, b"te/v1" + aad + b"\x01", hashlib.sha256).digest()
    if not hmac.compare_digest(hmac.new(prk, key + b"te/v1" + aad + b"\x02", hashlib.sha256).digest(), commitment):
        raise ValueError("commitment is wrong")
    return gcm_open(key, nonce, aad, envelope[101:-16], envelope[-16:])


def main(page):
    with open(page, encoding="utf-8") as file:
        vector = json.loads(re.search(r"```json test-vector\n(.*?)```", file.read(), re.S).group(1))
    local, shred, token = vector["wrapped_branch_key"], vector["shred_secret"], vector["access_token"]
    wrapped = bytes.fromhex(local["wrapped"])
    branch_key = unwrap_local(bytes.fromhex(local["key_file"]), local["context"], wrapped)
    secret = open_envelope(bytes.fromhex(shred["envelope"]), shred["context"], branch_key)
    text = open_envelope(bytes.fromhex(token["envelope"]), token["context"], branch_key, secret)
    for opened, expected in [(branch_key, vector["branch_key"]), (secret, shred["plaintext"]), (text, token["plaintext"])]:
        if opened.hex() != expected:
            raise ValueError("opened, but not what the page says")
    print(text.decode())


main(sys.argv[1])
