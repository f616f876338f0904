"""Who is signed in, as the store sees it."""

from __future__ import annotations

from typing import Protocol


class Signer(Protocol):
    """A person who is signed in, and signs what they change with a key that the store does not hold."""

    @property
    def account(self) -> str:
        """The id of the person's account."""

    @property
    def name(self) -> str:
        """The person's name, as it stands on paper."""

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature (RFC 8032) of a message, 64 bytes."""
