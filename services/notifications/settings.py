from email.utils import parseaddr
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from services.notifications.domain.links import Sites
from shared.settings import Environment, ServiceSettings


class SmtpSecurity(StrEnum):
    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class Settings(ServiceSettings):
    service: Literal["notifications"] = Field(default="notifications", description="This program.")
    smtp_host: str = Field(default="127.0.0.1", description="The mail server mails are handed to.")
    smtp_port: int = Field(default=1025, ge=1, le=65535, description="Its port.")
    smtp_security: SmtpSecurity = Field(
        default=SmtpSecurity.NONE,
        description="none, starttls (usually port 587) or tls (usually port 465).",
    )
    smtp_username: str = Field(default="", description="Empty: the server asks for no sign-in.")
    smtp_password: SecretStr = Field(
        default=SecretStr(""), description="The password that goes with the user name."
    )
    smtp_timeout: float = Field(
        default=15, gt=0, le=60, description="Seconds a mail server may take for one answer."
    )
    mail_from: str = Field(
        default="AutoTrack <no-reply@autotrack.local>", description="Sender of every mail."
    )
    mail_reply_to: str = Field(default="", description="Where replies go; empty: nowhere.")
    web_url: str = Field(
        default="",
        description="The web application's pages, for the buttons in mails; empty: those mails have none.",
    )

    @model_validator(mode="after")
    def _keep_credentials_covered(self) -> Self:
        if (
            self.environment is Environment.PRODUCTION
            and self.smtp_username
            and self.smtp_security is SmtpSecurity.NONE
        ):
            raise ValueError(
                "AUTOTRACK_SMTP_PASSWORD would travel in clear: set AUTOTRACK_SMTP_SECURITY"
            )
        return self

    @property
    def sender(self) -> str:
        """The address of `mail_from`."""
        return parseaddr(self.mail_from)[1]

    @property
    def sites(self) -> Sites:
        return Sites(self.public_url.rstrip("/"), self.web_url.rstrip("/") or None)
