"""Reference codes: what a citizen keeps to have the answers deleted later."""

from __future__ import annotations

import hashlib
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that a code read aloud or written down stays right."""

SIGNS = 8
_LOOKALIKES = str.maketrans("ILOU", "110V")


def new_reference() -> str:
    """A random code of 8 signs (40 bits) in two groups, for example `7K3M-QX9T`."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(SIGNS))
    return f"{signs[:4]}-{signs[4:]}"


def is_reference(text: str) -> bool:
    """Whether a text is a code of this form, however it is written."""
    signs = _levelled(text)
    return len(signs) == SIGNS and set(signs) <= set(ALPHABET)


def reference_hash(reference: str) -> str:
    """What the record keeps of a code: its SHA-256, after case, spaces, hyphens and look-alikes are levelled."""
    return hashlib.sha256(_levelled(reference).encode()).hexdigest()


def _levelled(reference: str) -> str:
    return "".join(sign for sign in reference.upper() if sign.isalnum()).translate(_LOOKALIKES)
