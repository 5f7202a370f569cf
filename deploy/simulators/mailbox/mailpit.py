"""The mailbox's answers in the shapes of Mailpit's API (v1): either may stand in a house."""

import re

from deploy.simulators.mailbox.store import Mail, Store

_LINKS = re.compile(r"<([^<>]+)>")


def listing(store: Store, *, query: str, start: int, limit: int) -> dict[str, object]:
    everything = store.newest_first()
    found = store.search(query) if query else everything
    return {
        "messages": [summary(mail) for mail in found[start : start + limit]],
        "messages_count": len(found),
        "messages_unread": sum(not mail.is_read for mail in found),
        "count": len(found[start : start + limit]),
        "start": start,
        "tags": [],
        "total": len(everything),
        "unread": sum(not mail.is_read for mail in everything),
    }


def summary(mail: Mail) -> dict[str, object]:
    return {
        **_shared(mail),
        "Created": mail.received_at.isoformat().replace("+00:00", "Z"),
        "Read": mail.is_read,
        "Snippet": mail.snippet,
        "Attachments": len(list(mail.attachments())),
    }


def details(mail: Mail) -> dict[str, object]:
    header = str(mail.parsed.get("List-Unsubscribe", ""))
    return {
        **_shared(mail),
        "Date": mail.date.isoformat().replace("+00:00", "Z"),
        "ReturnPath": mail.sender,
        "HTML": mail.html,
        "Text": mail.text,
        "Inline": [],
        "Attachments": [
            {
                "FileName": part.get_filename() or "",
                "ContentType": part.get_content_type(),
                "Size": len(part.get_payload(decode=True) or b""),
            }
            for part in mail.attachments()
        ],
        "ListUnsubscribe": {
            "Header": header,
            "HeaderPost": str(mail.parsed.get("List-Unsubscribe-Post", "")),
            "Links": _LINKS.findall(header),
            "Errors": "",
        },
    }


def _shared(mail: Mail) -> dict[str, object]:
    senders = _people(mail, "From")
    return {
        "ID": mail.id,
        "MessageID": mail.message_id,
        "From": senders[0] if senders else {"Name": "", "Address": mail.sender},
        "To": _people(mail, "To"),
        "Cc": _people(mail, "Cc"),
        "Bcc": _hidden(mail),
        "ReplyTo": _people(mail, "Reply-To"),
        "Subject": mail.subject,
        "Size": len(mail.raw),
        "Tags": [],
        "Username": "",
    }


def _people(mail: Mail, header: str) -> list[dict[str, str]]:
    return [{"Name": name, "Address": address} for name, address in mail.people(header)]


def _hidden(mail: Mail) -> list[dict[str, str]]:
    """Recipients of the envelope that no header names."""
    named = {address.lower() for header in ("To", "Cc") for _, address in mail.people(header)}
    return [{"Name": "", "Address": a} for a in mail.recipients if a.lower() not in named]
