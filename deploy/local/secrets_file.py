"""The house's own secrets, made once: `.local/secrets.env`, readable by its owner only."""

import base64
import os

from deploy.local.databases import SERVICES
from deploy.local.machine import LOCAL, new_password, write_private

FILE = LOCAL / "secrets.env"


def secrets_of_the_house() -> dict[str, str]:
    """Read the secrets; make those that are not there yet."""
    known = read(FILE.read_text()) if FILE.exists() else {}
    complete = new_secrets() | known
    if complete.keys() != known.keys() or complete["INTERNAL_PUBLIC_KEY"] == "":
        write_private(FILE, written(complete))
    return complete


def new_secrets() -> dict[str, str]:
    """Make one of each; the same names as in docker compose's `.env`."""
    private, public = key_pair()
    return {
        "INTERNAL_PRIVATE_KEY": private,
        "INTERNAL_PUBLIC_KEY": public,
        "KEY_ENCRYPTION_KEY": base64.b64encode(os.urandom(32)).decode(),
        "PEPPER": new_password(),
        "PASSPORT_KEY": new_password(),
        "SAFETY_IDENTIFIER_KEY": new_password(),
        "STRIPE_API_KEY": f"sk_test_{new_password()}",
        "STRIPE_WEBHOOK_SECRET": f"whsec_{new_password()}",
        **{f"{name.upper()}_DB_PASSWORD": new_password() for name in SERVICES},
    }


def key_pair() -> tuple[str, str]:
    """Make an ES256 pair as PEM, each line break written as a backslash and an n."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - `servers` must answer at once
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - as above

    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return one_line(private), one_line(public)


def one_line(pem: bytes) -> str:
    return pem.decode().strip().replace("\n", "\\n")


def read(text: str) -> dict[str, str]:
    lines = (line.partition("=") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in lines}


def written(values: dict[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in values.items())
