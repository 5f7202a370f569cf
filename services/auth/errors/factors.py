"""What auth refuses of second factors, passkeys and providers.

AppError
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
└── IdentityTaken         409  this identity belongs to another account
"""

from shared.errors import AppError
from shared.messages import Text


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
