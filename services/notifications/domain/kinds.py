"""What AutoTrack tells people, and of what nature each message is. Its nature decides which wishes it obeys."""

from enum import StrEnum


class Kind(StrEnum):
    """The name of the templates too."""

    CODE = "code"
    WELCOME = "welcome"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a name
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a name
    ADDRESS_ALREADY_REGISTERED = "address_already_registered"
    NEW_DEVICE = "new_device"
    EMAIL_CHANGED = "email_changed"
    FACTOR_CHANGED = "factor_changed"
    SESSIONS_ENDED = "sessions_ended"
    ACCOUNT_DELETED = "account_deleted"
    EXPORT_READY = "export_ready"
    API_KEY_CREATED = "api_key_created"
    IMPERSONATED = "impersonated"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    PASSKEY_COPIED = "passkey_copied"
    PROVIDER_LINKED = "provider_linked"
    PROVIDER_UNLINKED = "provider_unlinked"
    MAIL_CODES_ON = "mail_codes_on"
    MAIL_CODES_OFF = "mail_codes_off"
    DRAFT_READY = "draft_ready"
    REMINDER_DUE = "reminder_due"
    """Soon: its lead time has begun."""
    REMINDER_TODAY = "reminder_today"
    REMINDER_OVERDUE = "reminder_overdue"
    REMINDER_ESCALATED = "reminder_escalated"
    READING_WANTED = "reading_wanted"
    READINGS_JUDGED = "readings_judged"
    DOCUMENT_PROBLEM = "document_problem"
    DOCUMENT_EXPIRING = "document_expiring"
    SUBSCRIPTION_CHANGED = "subscription_changed"
    PAYMENT_FAILED = "payment_failed"
    INVITATION = "invitation"
    HANDOVER = "handover"
    SHARING = "sharing"
    DEFECT_REPORTED = "defect_reported"
    CASE_ANSWERED = "case_answered"
    """By the assistant, or by a mechanic."""
    BOOKING = "booking"
    """To whoever booked at a garage."""
    BOOKING_TOMORROW = "booking_tomorrow"
    BOOKING_COMPLETED = "booking_completed"
    GARAGE_BOOKING = "garage_booking"
    """To the garage's people."""
    GARAGE_CLAIM = "garage_claim"
    GARAGE_STAFF = "garage_staff"
    GARAGE_NEWS = "garage_news"


class Nature(StrEnum):
    SECRET = "secret"  # noqa: S105 - a code or a link somebody waits for now
    SECURITY = "security"  # the owner must hear of it, whatever they prefer
    GREETING = "greeting"  # once, after the address is verified
    REMINDER = "reminder"
    DOCUMENT = "document"
    BILLING = "billing"
    OFFER = "offer"  # to an address, whoever has it: a car to share or to take over, a garage
    SHARING = "sharing"
    CASE = "case"
    BOOKING = "booking"


NATURES: dict[Kind, Nature] = {
    Kind.CODE: Nature.SECRET,
    Kind.PASSWORD_RESET: Nature.SECRET,
    Kind.WELCOME: Nature.GREETING,
    Kind.PASSWORD_CHANGED: Nature.SECURITY,
    Kind.ADDRESS_ALREADY_REGISTERED: Nature.SECURITY,
    Kind.NEW_DEVICE: Nature.SECURITY,
    Kind.EMAIL_CHANGED: Nature.SECURITY,
    Kind.FACTOR_CHANGED: Nature.SECURITY,
    Kind.SESSIONS_ENDED: Nature.SECURITY,
    Kind.ACCOUNT_DELETED: Nature.SECURITY,
    Kind.EXPORT_READY: Nature.SECURITY,
    Kind.API_KEY_CREATED: Nature.SECURITY,
    Kind.IMPERSONATED: Nature.SECURITY,
    Kind.PASSKEY_ADDED: Nature.SECURITY,
    Kind.PASSKEY_REMOVED: Nature.SECURITY,
    Kind.PASSKEY_COPIED: Nature.SECURITY,
    Kind.PROVIDER_LINKED: Nature.SECURITY,
    Kind.PROVIDER_UNLINKED: Nature.SECURITY,
    Kind.MAIL_CODES_ON: Nature.SECURITY,
    Kind.MAIL_CODES_OFF: Nature.SECURITY,
    Kind.DRAFT_READY: Nature.DOCUMENT,
    Kind.DOCUMENT_PROBLEM: Nature.DOCUMENT,
    Kind.DOCUMENT_EXPIRING: Nature.REMINDER,
    Kind.REMINDER_DUE: Nature.REMINDER,
    Kind.REMINDER_TODAY: Nature.REMINDER,
    Kind.REMINDER_OVERDUE: Nature.REMINDER,
    Kind.REMINDER_ESCALATED: Nature.REMINDER,
    Kind.READING_WANTED: Nature.REMINDER,
    Kind.READINGS_JUDGED: Nature.REMINDER,
    Kind.SUBSCRIPTION_CHANGED: Nature.BILLING,
    Kind.PAYMENT_FAILED: Nature.BILLING,
    Kind.INVITATION: Nature.OFFER,
    Kind.HANDOVER: Nature.OFFER,
    Kind.SHARING: Nature.SHARING,
    Kind.DEFECT_REPORTED: Nature.CASE,
    Kind.CASE_ANSWERED: Nature.CASE,
    Kind.BOOKING: Nature.BOOKING,
    Kind.BOOKING_TOMORROW: Nature.BOOKING,
    Kind.BOOKING_COMPLETED: Nature.BOOKING,
    Kind.GARAGE_BOOKING: Nature.BOOKING,
    Kind.GARAGE_CLAIM: Nature.OFFER,
    Kind.GARAGE_STAFF: Nature.OFFER,
    Kind.GARAGE_NEWS: Nature.SHARING,
}

CHOOSABLE = frozenset(
    kind
    for kind, nature in NATURES.items()
    if nature
    in {
        Nature.REMINDER,
        Nature.DOCUMENT,
        Nature.BILLING,
        Nature.SHARING,
        Nature.CASE,
        Nature.BOOKING,
    }
)
"""The kinds a person may switch off, channel by channel."""

MAIL_ONLY = frozenset(
    {
        Kind.CODE,
        Kind.PASSWORD_RESET,
        Kind.WELCOME,
        Kind.ADDRESS_ALREADY_REGISTERED,
        Kind.ACCOUNT_DELETED,
        Kind.INVITATION,
        Kind.HANDOVER,
        Kind.GARAGE_CLAIM,
        Kind.GARAGE_STAFF,
    }
)
"""Nothing to keep in the inbox: a secret, a greeting, or a person who has no inbox (any more)."""

TO_STRANGERS = frozenset({Kind.INVITATION, Kind.HANDOVER, Kind.GARAGE_CLAIM, Kind.GARAGE_STAFF})
"""Mail to an address that is not the account's in whose name it is sent: it greets nobody, and its bounce says nothing of the account."""


class Channel(StrEnum):
    INBOX = "inbox"
    MAIL = "mail"
