"""What auth refuses of sessions, proofs and API keys.

AppError
├── LoginRefused          401  wrong address, wrong password, or guessed too often: one answer for all
├── ChallengeOver         401  the sign-in took too long or too many tries: the password must be given again
├── ReauthenticationRequired 403  the session was proven too long ago for this: prove it again
├── ProveOtherwise        409  a code is mailed only to who has no password, passkey or app to prove themselves with
├── SessionOver           401  the refresh token is unknown, expired, or of an ended session
└── TooManyApiKeys        409  one must be deleted first
"""

from shared.errors import AppError
from shared.messages import Text


class LoginRefused(AppError):
    code = "login_refused"
    status = 401
    text = Text(
        fr="Adresse ou mot de passe incorrect. Après plusieurs erreurs, attendez quelques minutes.",
        en="Wrong address or password. After several mistakes, wait a few minutes.",
        es="Dirección o contraseña incorrecta. Tras varios errores, espera unos minutos.",
    )


class TooManyApiKeys(AppError):
    code = "too_many_api_keys"
    status = 409
    text = Text(
        fr="Vous avez déjà {most} clés d'API : supprimez-en une d'abord.",
        en="You already have {most} API keys: delete one first.",
        es="Ya tienes {most} claves de API: elimina una primero.",
    )


class ChallengeOver(AppError):
    code = "challenge_over"
    status = 401
    text = Text(
        fr="Cette connexion a expiré : redonnez votre mot de passe.",
        en="This sign-in has expired: give your password again.",
        es="Este inicio de sesión ha caducado: vuelve a dar tu contraseña.",
    )


class ProveOtherwise(AppError):
    code = "prove_otherwise"
    status = 409
    text = Text(
        fr="Confirmez que c’est vous avec votre mot de passe, votre clé d’accès ou votre application.",
        en="Confirm that it is you with your password, your passkey or your app.",
        es="Confirma que eres tú con tu contraseña, tu llave de acceso o tu aplicación.",
    )


class SessionOver(AppError):
    code = "session_over"
    status = 401
    text = Text(
        fr="Votre session est terminée : connectez-vous de nouveau.",
        en="Your session is over: sign in again.",
        es="Tu sesión ha terminado: vuelve a iniciar sesión.",
    )
