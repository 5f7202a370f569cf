"""`make env`: writes deploy/.env, what docker compose needs, with fresh secrets; never changes one that is there."""

import json
import sys

from deploy.local.machine import ROOT, environment, new_password, say, write_private
from deploy.local.secrets_file import new_secrets
from deploy.simulators.oidc.client import CLIENT_ID, CLIENT_SECRET

FILE = ROOT / "deploy" / ".env"
PROVIDER = {
    "name": "demo",
    "title": "Démo",
    "issuer": "http://oidc.localhost:12114",
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
}
"""The simulator's consent page as a button of the sign-in page, as `make up` has it; production refuses it."""
DEMO = {
    "COMPOSE_PROFILES": "demo",
    "AUTOTRACK_ENVIRONMENT": "development",
    "CLOCK_URL": "http://simulators:12113",
    "STRIPE_API_BASE": "http://simulators:12111",
    "SMTP_HOST": "simulators",
    "SMTP_PORT": "1025",
    "SMTP_SECURITY": "none",
    "OIDC_PROVIDERS": json.dumps([PROVIDER]),
    "RECALLS_FR_URL": "http://simulators:12115/rappelconso",
    "RECALLS_DE_URL": "http://simulators:12115/kba",
    "RECALLS_GB_URL": "http://simulators:12115/dvsa",
    "RECALLS_US_URL": "http://simulators:12115/nhtsa",
}
OWN = {
    "PUBLIC_URL": "https://",
    "STRIPE_API_KEY": "",
    "STRIPE_WEBHOOK_SECRET": "",
    "SMTP_HOST": "",
    "SMTP_PORT": "587",
    "SMTP_SECURITY": "starttls",
    "SMTP_USERNAME": "",
    "SMTP_PASSWORD": "",
    "MAIL_FROM": "",
    "OIDC_PROVIDERS": "",
    "OPENAI_BASE_URL": "",
    "OPENAI_API_KEY": "",
    "RECALLS_FR_URL": "",
    "RECALLS_DE_URL": "",
    "RECALLS_GB_URL": "",
    "RECALLS_US_URL": "",
}
ABOUT = {
    "demo": "A house to look at: payments, mail and time are simulated. FOR=production make env writes the other kind.",
    "production": "Fill in what is empty: compose says which one it misses.",
}


def content(kind: str) -> str:
    secrets = new_secrets() | {
        "POSTGRES_PASSWORD": new_password(),
        "BROKER_PASSWORD": new_password(),
    }
    project = {"COMPOSE_PROJECT_NAME": "autotrack"}
    values = project | secrets | (DEMO if kind == "demo" else OWN)
    lines = [
        f"{name}='{value}'" if "-----" in value or '"' in value else f"{name}={value}"
        for name, value in values.items()
    ]
    return "\n".join(
        [
            f"# {ABOUT[kind]}",
            "# Secrets: keep this file to yourself, and a copy of it safe.",
            *lines,
            "",
        ]
    )


def main() -> int:
    kind = environment().get("FOR") or "demo"
    if kind not in ABOUT:
        sys.stderr.write(f"FOR is {' or '.join(ABOUT)}\n")
        return 1
    if FILE.exists():
        say(f"{FILE.relative_to(ROOT)} is there already and stays as it is.")
        return 0
    write_private(FILE, content(kind))
    say(f"Wrote {FILE.relative_to(ROOT)} ({kind}). {ABOUT[kind]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
