"""The mailbox takes mails by SMTP and shows them as Mailpit would."""

from collections.abc import AsyncIterator
from email.message import EmailMessage

import aiosmtplib
import httpx2
import pytest
from fastapi import FastAPI

from deploy.simulators.mailbox.app import Mailbox, create_app


@pytest.fixture
async def app() -> AsyncIterator[FastAPI]:
    app = create_app(keep=5)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
def mailbox(app: FastAPI) -> Mailbox:
    mailbox: Mailbox = app.state.mailbox
    return mailbox


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://mailbox") as client:
        yield client


async def post(mailbox: Mailbox, *, to: str = "chloe@example.org", subject: str = "Été") -> None:
    mail = EmailMessage()
    mail["From"] = "AutoTrack <no-reply@autotrack.test>"
    mail["To"] = f"Chloé Dupré <{to}>"
    mail["Subject"] = subject
    mail["Message-ID"] = "<one@autotrack.test>"
    mail["Date"] = "Sun, 22 Nov 2026 09:00:00 +0100"
    mail["List-Unsubscribe"] = "<https://autotrack.test/stop>"
    mail.set_content("Bonjour, voici votre code : 123456")
    mail.add_alternative("<p>Bonjour <b>Chloé</b></p><script>alert(1)</script>", subtype="html")
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=mailbox.smtp_port, timeout=5)


class TestTakingMails:
    async def test_a_mail_is_listed_and_readable(
        self, mailbox: Mailbox, http: httpx2.AsyncClient
    ) -> None:
        await post(mailbox)
        page = (await http.get("/api/v1/messages")).json()
        assert (page["total"], page["unread"], page["messages_count"]) == (1, 1, 1)
        [line] = page["messages"]
        assert line["To"] == [{"Name": "Chloé Dupré", "Address": "chloe@example.org"}]
        assert line["Subject"] == "Été"
        assert line["Snippet"].startswith("Bonjour, voici votre code")
        mail = (await http.get(f"/api/v1/message/{line['ID']}")).json()
        assert mail["HTML"].startswith("<p>Bonjour <b>Chloé</b>")
        assert "123456" in mail["Text"]
        assert mail["MessageID"] == "one@autotrack.test"
        assert mail["Date"] == "2026-11-22T09:00:00+01:00"
        assert mail["ListUnsubscribe"]["Links"] == ["https://autotrack.test/stop"]
        assert (await http.get("/api/v1/messages")).json()["unread"] == 0
        headers = (await http.get(f"/api/v1/message/{line['ID']}/headers")).json()
        assert headers["Subject"] == ["Été"]

    async def test_only_the_newest_are_kept(
        self, mailbox: Mailbox, http: httpx2.AsyncClient
    ) -> None:
        for number in range(7):
            await post(mailbox, subject=f"n{number}")
        page = (await http.get("/api/v1/messages?start=1&limit=2")).json()
        assert page["total"] == 5
        assert [m["Subject"] for m in page["messages"]] == ["n5", "n4"]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("to:chloe@example.org", 1),
            ("to:CHLOE", 1),
            ("to:hugo@example.org", 1),
            ("subject:rappel", 1),
            ('subject:"code secret"', 1),
            ("-subject:rappel", 1),
            ("is:read", 0),
            ("message-id:one@autotrack.test", 2),
            ("123456", 2),
            ('open "quote', 0),
            ("subject:[", 0),
        ],
    )
    async def test_search(
        self, mailbox: Mailbox, http: httpx2.AsyncClient, query: str, found: int
    ) -> None:
        await post(mailbox, subject="Code secret")
        await post(mailbox, to="hugo@example.org", subject="Rappel")
        for path in ("search", "messages"):
            page = (await http.get(f"/api/v1/{path}", params={"query": query})).json()
            assert page["messages_count"] == found, path

    async def test_delete_some_then_all(self, mailbox: Mailbox, http: httpx2.AsyncClient) -> None:
        for subject in ("a", "b", "c"):
            await post(mailbox, subject=subject)
        latest = (await http.get("/api/v1/message/latest")).json()
        await http.request("DELETE", "/api/v1/messages", json={"IDs": [latest["ID"]]})
        page = (await http.get("/api/v1/messages")).json()
        assert [m["Subject"] for m in page["messages"]] == ["b", "a"]
        await http.delete("/api/v1/messages")
        assert (await http.get("/api/v1/messages")).json()["messages"] == []
        assert (await http.get("/api/v1/message/latest")).status_code == 404

    async def test_a_broken_mail_is_shown_not_refused(
        self, mailbox: Mailbox, http: httpx2.AsyncClient
    ) -> None:
        raw = b"To: <<>>,\r\nDate: never\r\nContent-Type: text/plain; charset=klingon\r\n\r\n\xff"
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=mailbox.smtp_port)
        async with client:
            await client.sendmail("a@example.org", ["b@example.org"], raw)
        mail = (await http.get("/api/v1/message/latest")).json()
        assert mail["Text"].strip() == "\ufffd"
        assert mail["Bcc"] == [{"Name": "", "Address": "b@example.org"}]


class TestThePage:
    async def test_it_needs_nothing_from_outside(self, http: httpx2.AsyncClient) -> None:
        page = await http.get("/")
        assert page.status_code == 200
        assert '<html lang="fr">' in page.text
        assert "http://" not in page.text
        assert "https://" not in page.text
        assert "connect-src 'self'" in page.headers["content-security-policy"]

    async def test_a_mail_cannot_run_scripts(
        self, mailbox: Mailbox, http: httpx2.AsyncClient
    ) -> None:
        await post(mailbox)
        view = await http.get("/view/latest.html")
        policy = view.headers["content-security-policy"]
        assert policy.startswith("sandbox ")
        assert "allow-scripts" not in policy
        assert "default-src 'none'" in policy


class TestFaults:
    async def test_refuse_cuts_the_connection_twice_then_takes_mails(
        self, mailbox: Mailbox, http: httpx2.AsyncClient
    ) -> None:
        await http.put("/control/faults", json={"kind": "refuse", "times": 2})
        for _ in range(2):
            with pytest.raises((aiosmtplib.SMTPException, OSError)):
                await post(mailbox)
        await post(mailbox)
        assert len(mailbox.store.newest_first()) == 1

    @pytest.mark.parametrize(
        ("kind", "error", "kept"),
        [
            ("temporary", aiosmtplib.SMTPDataError, 0),
            ("permanent", aiosmtplib.SMTPRecipientsRefused, 0),
            ("drop", aiosmtplib.SMTPServerDisconnected, 0),
            ("drop_kept", aiosmtplib.SMTPServerDisconnected, 1),
        ],
    )
    async def test_faults_until_cleared(
        self,
        mailbox: Mailbox,
        http: httpx2.AsyncClient,
        kind: str,
        error: type[Exception],
        kept: int,
    ) -> None:
        await http.put("/control/faults", json={"kind": kind, "recipient": "Chloe@example.org"})
        with pytest.raises(error):
            await post(mailbox)
        assert len(mailbox.store.newest_first()) == kept
        await post(mailbox, to="hugo@example.org")
        await http.delete("/control/faults")
        await post(mailbox)
        assert len(mailbox.store.newest_first()) == kept + 2

    async def test_delay(self, mailbox: Mailbox, http: httpx2.AsyncClient) -> None:
        await http.put("/control/faults", json={"kind": "delay", "seconds": 0.01, "times": 1})
        await post(mailbox)
        assert (await http.get("/control/faults")).json() is None

    async def test_nonsense_is_refused(self, http: httpx2.AsyncClient) -> None:
        assert (await http.put("/control/faults", json={"kind": "explode"})).status_code == 422
