"""The key that protects personal identifiers, and what it does: encrypt, decrypt, pseudonymise."""

from __future__ import annotations

import base64
import hmac
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from data.errors import ConfigurationError

KEY_FILE = "personal_data.key"


@dataclass(frozen=True, repr=False)
class PersonalDataKey:
    """A 256-bit key. Encryption is Fernet (AES-128-CBC with HMAC-SHA256, a fresh nonce each time)."""

    secret: bytes

    def encrypt(self, plain: str) -> bytes:
        """Ciphertext of `plain`, different at each call."""
        return Fernet(self.secret).encrypt(plain.encode())

    def decrypt(self, cipher: bytes) -> str:
        """What was encrypted.

        Raises
        ------
        ConfigurationError
            It was encrypted with another key.
        """
        try:
            return Fernet(self.secret).decrypt(cipher).decode()
        except InvalidToken as error:
            raise ConfigurationError(
                "personal identifiers were encrypted with another key",
                remedy=f"restore ZHUYE_PERSONAL_DATA_KEY or the file {KEY_FILE} that was in use when they were stored",
            ) from error

    @property
    def key_id(self) -> str:
        """Names the key without telling it."""
        return self._derive(b"zhuye key identifier").hex()[:12]

    def pseudonym(self, identity_number: str) -> str:
        """The same person's seeker identifier each time; without the key it tells nothing and cannot be guessed."""
        number = identity_number.strip().upper().encode()
        return "S-" + hmac.new(self._derive(b"zhuye pseudonym"), number, sha256).hexdigest()[:20]

    def _derive(self, purpose: bytes) -> bytes:
        return hmac.new(self.secret, purpose, sha256).digest()


def open_key(home: Path, configured: str | None) -> PersonalDataKey:
    """The configured key, or the key file in `home`, which is made (readable by its owner only) at first use.

    Raises
    ------
    ConfigurationError
        The key is not 32 bytes in URL-safe base64.
    """
    path = home / KEY_FILE
    if configured is None:
        _ensure_key_file(path)
    secret = (configured.encode() if configured is not None else path.read_bytes()).strip()
    try:
        valid = len(base64.b64decode(secret, altchars=b"-_", validate=True)) == 32
    except ValueError:
        valid = False
    if not valid:
        source = "ZHUYE_PERSONAL_DATA_KEY" if configured is not None else str(path)
        raise ConfigurationError(
            f"the key in {source} is not 32 bytes in URL-safe base64",
            remedy="make one with cryptography.fernet.Fernet.generate_key()",
        )
    return PersonalDataKey(secret)


def _ensure_key_file(path: Path) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp makes files that only their owner reads.
    descriptor, fresh = tempfile.mkstemp(dir=path.parent, prefix=KEY_FILE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(Fernet.generate_key())
            file.flush()
            os.fsync(file.fileno())
        # A link is made whole and once: of two processes that start together both then read the same key.
        with suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        Path(fresh).unlink()
