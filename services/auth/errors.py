"""What auth refuses.

AppError
├── PasswordWeak          422
│   ├── PasswordTooShort
│   ├── PasswordTooLong
│   ├── PasswordTooCommon      among the first to be guessed
│   └── PasswordAboutYou       made of the person's name or address
├── PasswordsDiffer       422  password_confirm is another text
├── CodeWrong             400  wrong, expired, used or unknown: one answer for all, so that it tells nothing
├── TooManyTries          429  the budget of tries is spent; a new code does not renew it
├── LoginRefused          401  wrong address, wrong password, or guessed too often: one answer for all
├── AccountLocked         403  the password was right, an administrator has locked the account
├── PasswordWrong         400  the present password, asked again, was not right
├── OneselfProtected      409  an administrator cannot lock or demote themselves
├── NotToBeImpersonated   409  administrators and locked accounts
├── TooManyApiKeys        409  one must be deleted first
├── AddressUnchanged      409  the new address is the present one
├── FactorWrong           400  the code of the app, or the recovery code, is wrong or was used
├── FactorExists          409  an authenticator app is confirmed already
├── PasskeyRefused        400  not signed by a passkey of ours, for us, now, by somebody the device has verified
├── TooManyPasskeys       409
├── LastWayIn             409  without it nobody could sign in any more
├── ProviderUnknown       404  no such provider is configured
├── ReturnRefused         422  not one of the configured return addresses
├── ProviderFailed        502  the provider could not be reached, or said what we cannot believe
├── VisitOver             400  the sign-in with a provider is unknown, expired, used, or begun by somebody else
├── AddressMissing        409  the provider gives no e-mail address
├── SignInFirst           409  the address has an account that wants its owner's own sign-in before it is linked
├── IdentityTaken         409  this identity belongs to another account
├── ChallengeOver         401  the sign-in took too long or too many tries: the password must be given again
├── ReauthenticationRequired 403  the session was proven too long ago for this: prove it again
├── ProveOtherwise        409  a code is mailed only to who has no password, passkey or app to prove themselves with
├── RevertTokenWrong      400  unknown, used or expired
├── AddressTaken          409  the old address has an account of its own by now
├── ExportLinkWrong       400  unknown or expired
├── SessionOver           401  the refresh token is unknown, expired, or of an ended session
├── ResetTokenWrong       400  unknown, used or expired
└── HashingBusy           503  too many passwords are being checked
"""

from shared.errors import AppError, TooMany, Unavailable
from shared.messages import Text


class PasswordWeak(AppError):
    code = "password_weak"
    status = 422
    text = Text(
        fr="Choisissez un autre mot de passe.",
        en="Choose another password.",
        es="Elige otra contraseña.",
    )


class PasswordTooShort(PasswordWeak):
    code = "password_too_short"
    text = Text(
        fr="Choisissez un mot de passe d'au moins 8 caractères.",
        en="Choose a password of at least 8 characters.",
        es="Elige una contraseña de al menos 8 caracteres.",
    )


class PasswordTooLong(PasswordWeak):
    code = "password_too_long"
    text = Text(
        fr="Choisissez un mot de passe d'au plus 256 caractères.",
        en="Choose a password of at most 256 characters.",
        es="Elige una contraseña de 256 caracteres como máximo.",
    )


class PasswordTooCommon(PasswordWeak):
    code = "password_too_common"
    text = Text(
        fr="Ce mot de passe figure parmi ceux que l'on devine en premier ; choisissez-en un autre, quelques mots sans rapport par exemple.",
        en="This password is among the first to be guessed; choose another, a few unrelated words for instance.",
        es="Esta contraseña es de las primeras que se adivinan; elige otra, por ejemplo unas palabras sin relación.",
    )


class PasswordAboutYou(PasswordWeak):
    code = "password_about_you"
    text = Text(
        fr="Ce mot de passe ressemble trop à votre nom, à votre adresse ou à AutoTrack.",
        en="This password is too close to your name, your address or AutoTrack.",
        es="Esta contraseña se parece demasiado a tu nombre, tu dirección o AutoTrack.",
    )


class PasswordsDiffer(AppError):
    code = "passwords_differ"
    status = 422
    text = Text(
        fr="Les deux mots de passe ne sont pas identiques.",
        en="The two passwords are not the same.",
        es="Las dos contraseñas no son iguales.",
    )


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


class LoginRefused(AppError):
    code = "login_refused"
    status = 401
    text = Text(
        fr="Adresse ou mot de passe incorrect. Après plusieurs erreurs, attendez quelques minutes.",
        en="Wrong address or password. After several mistakes, wait a few minutes.",
        es="Dirección o contraseña incorrecta. Tras varios errores, espera unos minutos.",
    )


class AccountLocked(AppError):
    code = "account_locked"
    status = 403
    text = Text(
        fr="Ce compte est bloqué. Écrivez à l'assistance.",
        en="This account is locked. Write to support.",
        es="Esta cuenta está bloqueada. Escribe a la asistencia.",
    )


class PasswordWrong(AppError):
    code = "password_wrong"
    status = 400
    text = Text(
        fr="Le mot de passe actuel n'est pas le bon. Après plusieurs erreurs, attendez quelques minutes.",
        en="The present password is not right. After several mistakes, wait a few minutes.",
        es="La contraseña actual no es correcta. Tras varios errores, espera unos minutos.",
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


class TooManyApiKeys(AppError):
    code = "too_many_api_keys"
    status = 409
    text = Text(
        fr="Vous avez déjà {most} clés d'API : supprimez-en une d'abord.",
        en="You already have {most} API keys: delete one first.",
        es="Ya tienes {most} claves de API: elimina una primero.",
    )


class AddressUnchanged(AppError):
    code = "address_unchanged"
    status = 409
    text = Text(
        fr="C'est déjà l'adresse de votre compte.",
        en="This is already your account's address.",
        es="Ya es la dirección de tu cuenta.",
    )


class FactorWrong(AppError):
    code = "factor_wrong"
    status = 400
    text = Text(
        fr="Ce code n'est pas valable ; chaque code ne sert qu'une fois.",
        en="This code is not valid; each code works once.",
        es="Este código no es válido; cada código sirve una sola vez.",
    )


class FactorExists(AppError):
    code = "factor_exists"
    status = 409
    text = Text(
        fr="Une application d'authentification est déjà activée.",
        en="An authenticator app is active already.",
        es="Ya hay una aplicación de autenticación activada.",
    )


class ChallengeOver(AppError):
    code = "challenge_over"
    status = 401
    text = Text(
        fr="Cette connexion a expiré : redonnez votre mot de passe.",
        en="This sign-in has expired: give your password again.",
        es="Este inicio de sesión ha caducado: vuelve a dar tu contraseña.",
    )


class ReauthenticationRequired(AppError):
    code = "reauthentication_required"
    status = 403
    text = Text(
        fr="Confirmez d’abord que c’est vous, avec votre mot de passe, votre clé d’accès ou un code.",
        en="Confirm that it is you first, with your password, your passkey or a code.",
        es="Confirma primero que eres tú, con tu contraseña, tu llave de acceso o un código.",
    )


class ProveOtherwise(AppError):
    code = "prove_otherwise"
    status = 409
    text = Text(
        fr="Confirmez que c’est vous avec votre mot de passe, votre clé d’accès ou votre application.",
        en="Confirm that it is you with your password, your passkey or your app.",
        es="Confirma que eres tú con tu contraseña, tu llave de acceso o tu aplicación.",
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


class SessionOver(AppError):
    code = "session_over"
    status = 401
    text = Text(
        fr="Votre session est terminée : connectez-vous de nouveau.",
        en="Your session is over: sign in again.",
        es="Tu sesión ha terminado: vuelve a iniciar sesión.",
    )


class ResetTokenWrong(AppError):
    code = "reset_token_wrong"
    status = 400
    text = Text(
        fr="Ce lien n'est plus valable. Demandez-en un nouveau.",
        en="This link is no longer valid. Ask for a new one.",
        es="Este enlace ya no es válido. Pide uno nuevo.",
    )


class HashingBusy(Unavailable):
    code = "hashing_busy"
    text = Text(
        fr="Beaucoup de connexions en ce moment : réessayez dans quelques secondes.",
        en="Many sign-ins at the moment: try again in a few seconds.",
        es="Hay muchos inicios de sesión en este momento: vuelve a intentarlo en unos segundos.",
    )


class PasskeyRefused(AppError):
    code = "passkey_refused"
    status = 400
    text = Text(
        fr="Cette clé d'accès n'a pas pu être vérifiée. Recommencez.",
        en="This passkey could not be verified. Start again.",
        es="No se ha podido verificar esta llave de acceso. Vuelve a empezar.",
    )


class TooManyPasskeys(AppError):
    code = "too_many_passkeys"
    status = 409
    text = Text(
        fr="Vous avez déjà 20 clés d'accès : retirez-en une d'abord.",
        en="You have 20 passkeys already: remove one first.",
        es="Ya tienes 20 llaves de acceso: retira una primero.",
    )


class LastWayIn(AppError):
    code = "last_way_in"
    status = 409
    text = Text(
        fr="C'est votre seul moyen de connexion : choisissez d'abord un mot de passe ou ajoutez une clé d'accès.",
        en="This is your only way to sign in: choose a password or add a passkey first.",
        es="Es tu único modo de entrar: elige antes una contraseña o añade una llave de acceso.",
    )


class ProviderUnknown(AppError):
    code = "provider_unknown"
    status = 404
    text = Text(
        fr="La connexion avec ce fournisseur n'est pas proposée ici.",
        en="Signing in with this provider is not offered here.",
        es="Aquí no se ofrece iniciar sesión con este proveedor.",
    )


class ReturnRefused(AppError):
    code = "return_refused"
    status = 422
    text = Text(
        fr="Cette adresse de retour n'est pas autorisée.",
        en="This return address is not allowed.",
        es="Esta dirección de retorno no está permitida.",
    )


class ProviderFailed(AppError):
    code = "provider_failed"
    status = 502
    text = Text(
        fr="Le fournisseur de connexion n'a pas répondu comme prévu. Réessayez, ou connectez-vous autrement.",
        en="The sign-in provider did not answer as expected. Try again, or sign in another way.",
        es="El proveedor de inicio de sesión no ha respondido como se esperaba. Vuelve a intentarlo o entra de otro modo.",
    )


class VisitOver(AppError):
    code = "visit_over"
    status = 400
    text = Text(
        fr="Cette connexion a expiré ou a déjà servi : recommencez.",
        en="This sign-in has expired or was used already: start again.",
        es="Este inicio de sesión ha caducado o ya se ha usado: vuelve a empezar.",
    )


class AddressMissing(AppError):
    code = "address_missing"
    status = 409
    text = Text(
        fr="Le fournisseur ne donne pas d'adresse e-mail : inscrivez-vous avec une adresse.",
        en="The provider gives no e-mail address: register with an address.",
        es="El proveedor no da ninguna dirección de correo: regístrate con una dirección.",
    )


class SignInFirst(AppError):
    code = "sign_in_first"
    status = 409
    text = Text(
        fr="Cette adresse a déjà un compte : connectez-vous, puis reliez le fournisseur dans les réglages.",
        en="This address has an account already: sign in, then link the provider in the settings.",
        es="Esta dirección ya tiene una cuenta: inicia sesión y vincula el proveedor en los ajustes.",
    )


class IdentityTaken(AppError):
    code = "identity_taken"
    status = 409
    text = Text(
        fr="Cette identité est déjà reliée à un autre compte.",
        en="This identity is linked to another account already.",
        es="Esta identidad ya está vinculada a otra cuenta.",
    )
