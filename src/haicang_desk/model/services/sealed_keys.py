"""The private key of a person, sealed under a password, a recovery code or a key of the system's user.

Each seal is AES-256-GCM (NIST SP 800-38D) under a key that scrypt (RFC 7914) derives from what the person knows; its
parameters are kept with each seal, so that they can be raised later. To open the seal is the check of the password:
nothing else is kept that a password could be compared with. What is sealed is bound to its account and public key.
"""

from __future__ import annotations

import json
import secrets
import unicodedata
from dataclasses import dataclass
from hashlib import scrypt
from typing import TYPE_CHECKING, Any

from haicang_desk.model.values import Refused

if TYPE_CHECKING:  # 40 ms that a ledger without sign-in need not wait for
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PASSWORD, RECOVERY, SYSTEM = "password", "recovery", "system"
COST = {"n": 2**15, "r": 8, "p": 3}  # 0.26 s and 32 MB on an office's machine
_MEMORY = 128 * 2**20  # bytes that scrypt may take; parameters that ask for more are refused
_SHORT, _LONG, _CLASSES, _DIFFERENT = 8, 14, 3, 5
ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"  # without 0 O, 1 I L, 2 Z, 5 S, 8 B
_GROUPS, _GROUP = 7, 4  # 28 of 25 characters: 130 bits


@dataclass(frozen=True, slots=True)
class Whose:
    """The account and public key that a seal belongs to."""

    account: str
    public_key: str

    def bound(self, kind: str) -> bytes:
        """What the seal is bound to, as AES-GCM's associated data."""
        return json.dumps([self.account, self.public_key, kind]).encode()


def new_key() -> Ed25519PrivateKey:
    """A new private key for Ed25519 (RFC 8032)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate()


def public_key_of(key: Ed25519PrivateKey) -> str:
    """The public key as 64 hexadecimal digits."""
    return key.public_key().public_bytes_raw().hex()


def seal_key(key: Ed25519PrivateKey, secret: str, whose: Whose, kind: str) -> dict[str, Any]:
    """Seal a private key under a secret, at today's cost; gives what is stored."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cost = dict(COST)
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealed = AESGCM(_derive(secret, salt, cost)).encrypt(nonce, key.private_bytes_raw(), whose.bound(kind))
    return {"kdf": "scrypt", **cost, "salt": salt.hex(), "nonce": nonce.hex(), "sealed": sealed.hex()}


def open_key(stored: dict[str, Any], secret: str, whose: Whose, kind: str) -> Ed25519PrivateKey | None:
    """Open a sealed private key; None where the secret is another one, or the seal is damaged or somebody else's."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        cost = {name: int(stored[name]) for name in COST}
        derived = _derive(secret, bytes.fromhex(stored["salt"]), cost)
        raw = AESGCM(derived).decrypt(
            bytes.fromhex(stored["nonce"]), bytes.fromhex(stored["sealed"]), whose.bound(kind)
        )
        key = Ed25519PrivateKey.from_private_bytes(raw)
    except (InvalidTag, KeyError, TypeError, ValueError, MemoryError):
        return None
    return key if public_key_of(key) == whose.public_key else None


def _derive(secret: str, salt: bytes, cost: dict[str, int]) -> bytes:
    text = unicodedata.normalize("NFC", secret).encode("utf-8", "surrogatepass")
    return scrypt(text, salt=salt, n=cost["n"], r=cost["r"], p=cost["p"], maxmem=_MEMORY, dklen=32)


def refuse_weak(password: str, name: str = "") -> None:
    """Raises Refused, saying what is missing, for a password that is easily guessed."""
    text = unicodedata.normalize("NFC", password)
    if any(not character.isprintable() for character in text):
        raise Refused("密码里有看不见的字符，没有采用。请只用键盘上打得出的字")
    kinds = {_kind(character) for character in text}
    if not (len(text) >= _LONG or (len(text) >= _SHORT and len(kinds) >= _CLASSES)):
        raise Refused(
            f"密码太短或太简单，没有采用。请用至少 {_SHORT} 位，并含大写、小写、数字、其他字符中的 {_CLASSES} 类；"
            f"或者用 {_LONG} 位以上任意的字"
        )
    if len(set(text)) < _DIFFERENT:
        raise Refused("密码里重复的字太多，容易被猜到，没有采用。请换一个")
    if name and name in text:
        raise Refused("密码里不能含自己的姓名，没有采用。请换一个")


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    return "upper" if character.isupper() else "lower" if character.islower() else "other"


def new_recovery_code() -> str:
    """A new recovery code: seven groups of four characters, about 130 bits."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def read_recovery_code(typed: str) -> str:
    """A recovery code as it was typed, in the form in which it was printed: case, width, spaces and hyphens aside."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    kept = "".join(character for character in plain if character.isalnum())
    return "-".join(kept[start : start + _GROUP] for start in range(0, len(kept), _GROUP))
