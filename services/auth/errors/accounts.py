"""What auth refuses of accounts, their addresses and their codes.

AppError
├── CodeWrong             400  wrong, expired, used or unknown: one answer for all, so that it tells nothing
├── TooManyTries          429  the budget of tries is spent; a new code does not renew it
├── AccountLocked         403  the password was right, an administrator has locked the account
├── OneselfProtected      409  an administrator cannot lock or demote themselves
├── NotToBeImpersonated   409  administrators and locked accounts
├── AddressUnchanged      409  the new address is the present one
├── RevertTokenWrong      400  unknown, used or expired
├── AddressTaken          409  the old address has an account of its own by now
└── ExportLinkWrong       400  unknown or expired
"""

from shared.errors import AppError, TooMany
from shared.messages import Text


class CodeWrong(AppError):
    code = "code_wrong"
    status = 400
    text = Text(
        fr="Ce code n'est pas valable. Vérifiez-le ou demandez-en un nouveau.",
        en="This code is not valid. Check it or ask for a new one.",
        es="Este código no es válido. Compruébalo o pide uno nuevo.",
    )


class TooManyTries(TooMany):
    code = "too_many_tries"
    text = Text(
        fr="Trop d'essais. Attendez avant de réessayer.",
        en="Too many tries. Wait before you try again.",
        es="Demasiados intentos. Espera antes de volver a intentarlo.",
    )


class AccountLocked(AppError):
    code = "account_locked"
    status = 403
    text = Text(
        fr="Ce compte est bloqué. Écrivez à l'assistance.",
        en="This account is locked. Write to support.",
        es="Esta cuenta está bloqueada. Escribe a la asistencia.",
    )


class OneselfProtected(AppError):
    code = "oneself_protected"
    status = 409
    text = Text(
        fr="Vous ne pouvez ni bloquer votre compte ni changer vos propres rôles.",
        en="You can neither lock your own account nor change your own roles.",
        es="No puedes bloquear tu propia cuenta ni cambiar tus propios roles.",
    )


class NotToBeImpersonated(AppError):
    code = "not_to_be_impersonated"
    status = 409
    text = Text(
        fr="Personne ne peut agir au nom d'un administrateur ni d'un compte bloqué.",
        en="Nobody can act in the name of an administrator or of a locked account.",
        es="Nadie puede actuar en nombre de un administrador ni de una cuenta bloqueada.",
    )


class AddressUnchanged(AppError):
    code = "address_unchanged"
    status = 409
    text = Text(
        fr="C'est déjà l'adresse de votre compte.",
        en="This is already your account's address.",
        es="Ya es la dirección de tu cuenta.",
    )


class RevertTokenWrong(AppError):
    code = "revert_token_wrong"
    status = 400
    text = Text(
        fr="Ce lien n’est plus valable : il sert une fois, pendant 72 heures.",
        en="This link is no longer valid: it works once, for 72 hours.",
        es="Este enlace ya no es válido: sirve una vez, durante 72 horas.",
    )


class AddressTaken(AppError):
    code = "address_taken"
    status = 409
    text = Text(
        fr="Cette adresse a désormais un autre compte. Écrivez à l’assistance.",
        en="This address has another account by now. Write to support.",
        es="Esta dirección ya tiene otra cuenta. Escribe a la asistencia.",
    )


class ExportLinkWrong(AppError):
    code = "export_link_wrong"
    status = 400
    text = Text(
        fr="Ce lien n’est plus valable. Demandez vos données à nouveau.",
        en="This link is no longer valid. Ask for your data again.",
        es="Este enlace ya no es válido. Vuelve a pedir tus datos.",
    )
