"""Reference codes: what a citizen keeps to have the answers deleted later."""

from __future__ import annotations

import hashlib
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that a code read aloud or written down stays right."""

_LOOKALIKES = str.maketrans("ILOU", "110V")


def new_reference() -> str:
    """A random code of 8 signs (40 bits) in two groups, for example `7K3M-QX9T`."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{signs[:4]}-{signs[4:]}"


def reference_hash(reference: str) -> str:
    """What the record keeps of a code: its SHA-256, after case, spaces, hyphens and look-alikes are levelled."""
    signs = "".join(sign for sign in reference.upper() if sign.isalnum()).translate(_LOOKALIKES)
    return hashlib.sha256(signs.encode()).hexdigest()
