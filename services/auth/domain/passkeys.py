"""Passkeys (WebAuthn): what a browser is asked for, and whether what comes back is whole, for us, and from a person who was verified.

Everything the library raises is one refusal. The signature counter is judged here and not by the library, so that a copied passkey
can be told from a tampered answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    options_to_json_dict,
    parse_client_data_json,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

CHALLENGE_BYTES = 32
CEREMONY_LIFETIME = timedelta(minutes=5)
MOST_PASSKEYS = 20
_TRANSPORTS = frozenset(one.value for one in AuthenticatorTransport)


class PasskeyInvalid(Exception):
    """Not an answer we can believe; the reason is for the log, never for the client."""


class Purpose(StrEnum):
    """What a challenge was made for; an answer to one is no answer to another."""

    REGISTER = "register"
    SIGN_IN = "sign_in"
    SECOND_FACTOR = "second_factor"
    PROVE_AGAIN = "prove_again"


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Whom passkeys are for: a domain, and the origins whose pages may use them."""

    id: str
    name: str
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewPasskey:
    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]
    synced: bool


@dataclass(frozen=True, slots=True)
class Known:
    """A passkey as browsers are told of it."""

    credential_id: bytes
    transports: tuple[str, ...]


def relying_party(
    public_url: str, *, name: str, party_id: str = "", origins: Iterable[str] = ()
) -> RelyingParty:
    """Derived from the public address where nothing is said. Browsers know no passkeys of an IP address: the loopback is `localhost`."""
    url = urlsplit(public_url)
    host = url.hostname or "localhost"
    port = f":{url.port}" if url.port else ""
    derived = {f"{url.scheme}://{url.netloc}"}
    if _is_loopback(host):
        host = "localhost"
        derived.add(f"{url.scheme}://localhost{port}")
    return RelyingParty(party_id or host, name, tuple(origins) or tuple(sorted(derived)))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def creation_options(
    party: RelyingParty,
    *,
    challenge: bytes,
    account_id: UUID,
    email: str,
    name: str,
    present: Iterable[Known],
) -> dict[str, Any]:
    """For `navigator.credentials.create()`: a discoverable credential, the person verified by the device."""
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=account_id.bytes,
        user_name=email,
        user_display_name=name,
        challenge=challenge,
        timeout=int(CEREMONY_LIFETIME.total_seconds() * 1000),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[_descriptor(one) for one in present],
    )
    found: dict[str, Any] = options_to_json_dict(options)
    return found


def request_options(
    party: RelyingParty, *, challenge: bytes, allowed: Iterable[Known] = ()
) -> dict[str, Any]:
    """For `navigator.credentials.get()`; none allowed means whichever the person picks."""
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=int(CEREMONY_LIFETIME.total_seconds() * 1000),
        allow_credentials=[_descriptor(one) for one in allowed],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    found: dict[str, Any] = options_to_json_dict(options)
    return found


def _descriptor(known: Known) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(
        id=known.credential_id,
        transports=[AuthenticatorTransport(one) for one in known.transports],
    )


def challenge_in(credential: Mapping[str, Any]) -> bytes:
    """The challenge the device says it answered. Raises PasskeyInvalid."""
    try:
        data = base64url_to_bytes(credential["response"]["clientDataJSON"])
        found: bytes = parse_client_data_json(data).challenge
    except Exception as error:
        raise PasskeyInvalid("client data") from error
    return found


def credential_id_in(credential: Mapping[str, Any]) -> bytes:
    """Raises PasskeyInvalid."""
    try:
        found: bytes = base64url_to_bytes(credential["rawId"])
    except Exception as error:
        raise PasskeyInvalid("credential id") from error
    return found


def names_somebody_else(credential: Mapping[str, Any], account_id: UUID) -> bool:
    """The handle a discoverable credential carries is the account it was made for."""
    handle = credential["response"].get("userHandle")
    if not handle:
        return False
    try:
        return bool(base64url_to_bytes(handle) != account_id.bytes)
    except Exception:  # noqa: BLE001 - whatever it is, it is not ours
        return True


def verify_new(
    credential: Mapping[str, Any], *, challenge: bytes, party: RelyingParty
) -> NewPasskey:
    """Raises PasskeyInvalid."""
    try:
        made = verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            require_user_verification=True,
        )
    except Exception as error:  # CBOR and DER errors leak from below the library
        raise PasskeyInvalid(str(error)[:200]) from error
    said = credential["response"].get("transports") or ()
    return NewPasskey(
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=tuple(sorted(_TRANSPORTS.intersection(said))),
        synced=made.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
    )


def verify_use(
    credential: Mapping[str, Any], *, challenge: bytes, party: RelyingParty, public_key: bytes
) -> int:
    """The signature counter the device shows. Raises PasskeyInvalid."""
    try:
        used = verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            credential_public_key=public_key,
            credential_current_sign_count=0,  # is_copied judges
            require_user_verification=True,
        )
    except Exception as error:  # CBOR and DER errors leak from below the library
        raise PasskeyInvalid(str(error)[:200]) from error
    return int(used.new_sign_count)


def is_copied(*, stored: int, shown: int) -> bool:
    """A counter that does not rise means two devices hold the key. Synced passkeys do not count: they show zero for ever."""
    return (stored > 0 or shown > 0) and shown <= stored
