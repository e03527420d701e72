"""The key that protects personal identifiers, and what it does: encrypt, decrypt, pseudonymise."""

from __future__ import annotations

import base64
import hmac
import os
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

    def pseudonym(self, identity_number: str) -> str:
        """The same person's seeker identifier each time; without the key it tells nothing and cannot be guessed."""
        derived = sha256(b"zhuye pseudonym" + self.secret).digest()
        return "S-" + hmac.new(derived, identity_number.upper().encode(), sha256).hexdigest()[:20]


def open_key(home: Path, configured: str | None) -> PersonalDataKey:
    """The configured key, or the key file in `home`, which is made (readable by its owner only) at first use.

    Raises
    ------
    ConfigurationError
        The key is not 32 bytes in URL-safe base64.
    """
    path = home / KEY_FILE
    if configured is None and not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        # O_EXCL: of two processes that start at once, one makes the key and the other reads it.
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(descriptor, "wb") as file:
                file.write(Fernet.generate_key())
    secret = (configured.encode() if configured is not None else path.read_bytes()).strip()
    try:
        valid = len(base64.urlsafe_b64decode(secret)) == 32
    except ValueError:
        valid = False
    if not valid:
        source = "ZHUYE_PERSONAL_DATA_KEY" if configured is not None else str(path)
        raise ConfigurationError(
            f"the key in {source} is not 32 bytes in URL-safe base64",
            remedy="make one with cryptography.fernet.Fernet.generate_key()",
        )
    return PersonalDataKey(secret)
