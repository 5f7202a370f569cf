"""The mailer against real servers: plain, STARTTLS and TLS, with and without sign-in, in good and bad moods."""

import asyncio
import ssl
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from services.notifications.clients import mailer as under_test
from services.notifications.clients.mailer import (
    AddressRefused,
    Letter,
    MailDelayed,
    MailRefused,
    SmtpMailer,
)
from services.notifications.domain.message import Message
from services.notifications.settings import Settings, SmtpSecurity
from shared.contracts.base import Language
from shared.ids import new_id
from shared.settings import Environment

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def make_letter(address: str = "chloe@example.org", **facts: Any) -> Letter:
    message = Message("Été à la mer", "Résumé", "Bonjour\n", "<p>Bonjour</p>")
    return Letter(new_id(), address, message, Language.FR, NOW, **facts)


class Recorder:
    """Answers as told; keeps what it accepts."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.kept: list[Envelope] = []

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.answers.get("mail", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answers.get("rcpt", "250 OK")

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        self.kept.append(envelope)
        return self.answers.get("data", "250 OK")


@asynccontextmanager
async def listening(recorder: Recorder, *, tls: ssl.SSLContext | None = None, **how: Any) -> Any:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(recorder, hostname="mail.test", enable_SMTPUTF8=False, loop=loop, **how),
        "127.0.0.1",
        0,
        ssl=tls,
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def settings_for(port: int, **more: Any) -> Settings:
    base: dict[str, Any] = {
        "environment": Environment.TEST,
        "smtp_port": port,
        "smtp_timeout": 2,
        "mail_reply_to": "help@autotrack.test",
    }
    return Settings(**(base | more))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusting(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the test certificate were among the system's."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


class TestComposing:
    def test_text_html_and_headers(self) -> None:
        letter = make_letter(name="Chloé", headers={"List-Unsubscribe": "<https://x.test/p>"})
        mail = SmtpMailer(settings_for(25)).compose(letter)
        assert mail["Message-ID"] == f"<{letter.id}@autotrack.local>"
        assert mail["From"] == "AutoTrack <no-reply@autotrack.local>"
        assert mail["To"] == "Chloé <chloe@example.org>"
        assert mail["Reply-To"] == "help@autotrack.test"
        assert mail["Date"] == "Sun, 22 Nov 2026 09:00:00 +0000"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Content-Language"] == "fr"
        assert mail["List-Unsubscribe"] == "<https://x.test/p>"
        kinds = [part.get_content_type() for part in mail.walk()]
        assert kinds == ["multipart/alternative", "text/plain", "text/html"]

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "nobody",
            "a@b@c",
            "a b@example.org",
            "a@example.org\nBcc: eve@example.org",
            "@x.test",
        ],
    )
    def test_what_is_no_address_is_refused(self, address: str) -> None:
        with pytest.raises(AddressRefused):
            SmtpMailer(settings_for(25)).compose(make_letter(address))

    def test_a_name_cannot_add_a_recipient(self) -> None:
        letter = make_letter(name='Eve" <eve@example.org>, "\r\nBcc: eve@example.org')
        mail = SmtpMailer(settings_for(25)).compose(letter)
        assert [a.addr_spec for a in mail["To"].addresses] == ["chloe@example.org"]
        assert "Bcc" not in mail


class TestAnswers:
    @pytest.mark.parametrize(
        ("answers", "raised", "said"),
        [
            ({"rcpt": "550 no such user"}, AddressRefused, "smtp 550"),
            ({"rcpt": "553 bad name"}, AddressRefused, "smtp 553"),
            ({"rcpt": "554 policy"}, MailRefused, "smtp 554"),
            ({"rcpt": "450 greylisted"}, MailDelayed, "smtp 450"),
            ({"mail": "451 later"}, MailDelayed, "smtp 451"),
            ({"mail": "553 not you"}, MailRefused, "smtp 553"),
            ({"data": "554 spam"}, MailRefused, "smtp 554"),
            ({"data": "452 full"}, MailDelayed, "smtp 452"),
        ],
    )
    async def test_each_in_our_words(
        self, answers: dict[str, str], raised: type[Exception], said: str
    ) -> None:
        async with listening(Recorder(**answers)) as port:
            with pytest.raises(raised) as caught:
                await SmtpMailer(settings_for(port)).send(make_letter())
        assert str(caught.value) == said
        assert type(caught.value) is raised

    async def test_nobody_listening_is_a_delay(self) -> None:
        async with listening(Recorder()) as port:
            pass
        with pytest.raises(MailDelayed):
            await SmtpMailer(settings_for(port)).send(make_letter())

    async def test_an_address_the_server_has_no_letters_for_bounces(self) -> None:
        async with listening(Recorder()) as port:
            with pytest.raises(AddressRefused):
                await SmtpMailer(settings_for(port)).send(make_letter("josé@example.org"))

    def test_every_error_of_the_library_is_mapped(self) -> None:
        made = {
            "SMTPRecipientsRefused": lambda kind: kind(
                [aiosmtplib.SMTPRecipientRefused(550, "x", "a@b.c")]
            ),
            "SMTPRecipientRefused": lambda kind: kind(550, "x", "a@b.c"),
            "SMTPSenderRefused": lambda kind: kind(550, "x", "a@b.c"),
        }
        seen = 0
        for kind in vars(aiosmtplib.errors).values():
            if not (isinstance(kind, type) and issubclass(kind, aiosmtplib.SMTPException)):
                continue
            arguments = (451, "x") if issubclass(kind, aiosmtplib.SMTPResponseException) else ("x",)
            error = made.get(kind.__name__, lambda kind, a=arguments: kind(*a))(kind)
            assert isinstance(under_test._in_our_words(error), MailDelayed | MailRefused)
            seen += 1
        assert seen > 10


class TestCover:
    async def test_starttls_with_sign_in(self, server_tls: ssl.SSLContext, trusting: None) -> None:
        recorder, seen = Recorder(), []

        def sign_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
            assert isinstance(data, LoginPassword)
            seen.append((data.login, data.password))
            return AuthResult(success=data.password == b"right", handled=False)

        how: dict[str, Any] = {
            "tls_context": server_tls,
            "require_starttls": True,
            "authenticator": sign_in,
            "auth_required": True,
        }
        async with listening(recorder, **how) as port:
            covered: dict[str, Any] = {
                "smtp_host": "localhost",
                "smtp_security": SmtpSecurity.STARTTLS,
                "smtp_username": "autotrack",
            }
            good = settings_for(port, **covered, smtp_password=SecretStr("right"))
            await SmtpMailer(good).send(make_letter())
            wrong = settings_for(port, **covered, smtp_password=SecretStr("wrong"))
            with pytest.raises(MailDelayed, match="smtp 535"):
                await SmtpMailer(wrong).send(make_letter())
        assert len(recorder.kept) == 1
        assert seen[0] == (b"autotrack", b"right")

    async def test_tls_from_the_start(self, server_tls: ssl.SSLContext, trusting: None) -> None:
        recorder = Recorder()
        async with listening(recorder, tls=server_tls) as port:
            settings = settings_for(port, smtp_host="localhost", smtp_security=SmtpSecurity.TLS)
            await SmtpMailer(settings).send(make_letter())
        assert len(recorder.kept) == 1

    async def test_a_certificate_nobody_vouches_for_is_not_trusted(
        self, server_tls: ssl.SSLContext
    ) -> None:
        recorder = Recorder()
        async with listening(recorder, tls=server_tls) as port:
            settings = settings_for(port, smtp_host="localhost", smtp_security=SmtpSecurity.TLS)
            with pytest.raises(MailDelayed):
                await SmtpMailer(settings).send(make_letter())
        assert recorder.kept == []

    async def test_a_server_without_starttls_gets_no_mail_in_clear(self) -> None:
        recorder = Recorder()
        async with listening(recorder) as port:
            with pytest.raises((MailDelayed, MailRefused)):
                await SmtpMailer(settings_for(port, smtp_security=SmtpSecurity.STARTTLS)).send(
                    make_letter()
                )
        assert recorder.kept == []
