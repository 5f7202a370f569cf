from services.auth.api import (
    account,
    audit,
    email,
    keys,
    passwords,
    preferences,
    registration,
    revocations,
    second_factor,
    sessions,
    users,
)

routers = [
    registration.router,
    sessions.router,
    passwords.router,
    account.router,
    email.router,
    second_factor.router,
    audit.router,
    preferences.router,
    users.router,
    keys.router,
    revocations.router,
]
