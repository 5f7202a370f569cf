"""What auth refuses of passwords.

AppError
├── PasswordWeak          422
│   ├── PasswordTooShort
│   ├── PasswordTooLong
│   ├── PasswordTooCommon      among the first to be guessed
│   └── PasswordAboutYou       made of the person's name or address
├── PasswordsDiffer       422  password_confirm is another text
├── PasswordWrong         400  the present password, asked again, was not right
├── ResetTokenWrong       400  unknown, used or expired
└── HashingBusy           503  too many passwords are being checked
"""

from shared.errors import AppError, Unavailable
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


class PasswordWrong(AppError):
    code = "password_wrong"
    status = 400
    text = Text(
        fr="Le mot de passe actuel n'est pas le bon. Après plusieurs erreurs, attendez quelques minutes.",
        en="The present password is not right. After several mistakes, wait a few minutes.",
        es="La contraseña actual no es correcta. Tras varios errores, espera unos minutos.",
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
