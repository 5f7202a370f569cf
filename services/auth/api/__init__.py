from services.auth.api import (
    account,
    keys,
    passwords,
    preferences,
    registration,
    revocations,
    sessions,
)

routers = [
    registration.router,
    sessions.router,
    passwords.router,
    account.router,
    preferences.router,
    keys.router,
    revocations.router,
]
