"""What the pages behind the links of mails say."""

from dataclasses import dataclass

from shared.messages import Text


@dataclass(frozen=True, slots=True)
class Words:
    title: Text
    text: Text
    button: Text
    done_title: Text
    done_text: Text


LANGUAGES = Text(fr="Langue", en="Language", es="Idioma")
PASSWORD = Text(fr="Mot de passe", en="Password", es="Contraseña")
NEW_PASSWORD = Text(fr="Nouveau mot de passe", en="New password", es="Contraseña nueva")
ONCE_MORE = Text(fr="Encore une fois", en="Once more", es="Otra vez")
EMAIL = Text(fr="Adresse e-mail", en="E-mail address", es="Correo electrónico")
CODE = Text(
    fr="Code de votre application, si vous en utilisez une",
    en="Code of your app, if you use one",
    es="Código de tu aplicación, si usas una",
)
DIFFERENT = Text(
    fr="Les deux mots de passe ne sont pas identiques.",
    en="The two passwords are not the same.",
    es="Las dos contraseñas no son iguales.",
)
LINK_DEAD = Text(
    fr="Ce lien n’est plus valable",
    en="This link is no longer valid",
    es="Este enlace ya no es válido",
)
LINK_UNREADABLE = Text(
    fr="L’adresse est incomplète : scannez le code de nouveau, ou rouvrez le lien que vous avez reçu.",
    en="The address is not complete: scan the code again, or open the link you were given once more.",
    es="La dirección está incompleta: vuelve a escanear el código o a abrir el enlace que recibiste.",
)
TRY_LATER = Text(
    fr="AutoTrack ne répond pas pour le moment. Réessayez dans quelques minutes.",
    en="AutoTrack does not answer at the moment. Try again in a few minutes.",
    es="AutoTrack no responde en este momento. Vuelve a intentarlo en unos minutos.",
)
DEAD_BECAUSE = Text(
    fr="Il a déjà servi, un autre l’a remplacé, ou plus d’une heure a passé.",
    en="It was used already, another took its place, or more than an hour has passed.",
    es="Ya se ha usado, otro lo ha sustituido o ha pasado más de una hora.",
)
NO_PASSWORD = Text(
    fr="Pas encore de mot de passe, ou oublié ?",
    en="No password yet, or forgotten?",
    es="¿Aún no tienes contraseña, o la has olvidado?",
)
ASK_AGAIN = Text(fr="Demander un nouveau lien", en="Ask for a new link", es="Pedir un enlace nuevo")

FORGOT = Words(
    title=Text(
        fr="Choisir un nouveau mot de passe",
        en="Choose a new password",
        es="Elegir una contraseña nueva",
    ),
    text=Text(
        fr="Donnez l’adresse de votre compte : nous y envoyons un lien, valable une heure. Le nouveau mot de passe fermera toutes les "
        "sessions ouvertes.",
        en="Give the address of your account: we send a link to it, good for an hour. The new password will end every open session.",
        es="Da la dirección de tu cuenta: te enviamos un enlace, válido durante una hora. La contraseña nueva cerrará todas las "
        "sesiones abiertas.",
    ),
    button=Text(fr="Recevoir le lien", en="Send me the link", es="Recibir el enlace"),
    done_title=Text(fr="Regardez votre courrier", en="Look at your mail", es="Mira tu correo"),
    done_text=Text(
        fr="Si cette adresse a un compte, un message y arrive dans la minute. Regardez aussi dans les indésirables.",
        en="If this address has an account, a message arrives within a minute. Look into the junk folder, too.",
        es="Si esta dirección tiene una cuenta, llegará un mensaje en un minuto. Mira también en el correo no deseado.",
    ),
)
RESET = Words(
    title=FORGOT.title,
    text=Text(
        fr="Au moins 8 caractères. Quelques mots sans rapport entre eux font un bon mot de passe.",
        en="At least 8 characters. A few unrelated words make a good password.",
        es="Al menos 8 caracteres. Unas cuantas palabras sin relación hacen una buena contraseña.",
    ),
    button=Text(
        fr="Enregistrer ce mot de passe", en="Save this password", es="Guardar esta contraseña"
    ),
    done_title=Text(
        fr="Votre mot de passe est changé",
        en="Your password is changed",
        es="Tu contraseña ha cambiado",
    ),
    done_text=Text(
        fr="Toutes les sessions ouvertes sont fermées. Connectez-vous avec le nouveau mot de passe dans votre application.",
        en="Every open session has ended. Sign in with the new password in your app.",
        es="Se han cerrado todas las sesiones abiertas. Accede con la contraseña nueva en tu aplicación.",
    ),
)
REVERT = Words(
    title=Text(
        fr="Annuler le changement d’adresse",
        en="Undo the change of address",
        es="Deshacer el cambio de dirección",
    ),
    text=Text(
        fr="Votre compte AutoTrack reviendra à cette adresse, toutes ses sessions seront fermées et son mot de passe ne servira plus. "
        "Nous vous enverrons un lien pour en choisir un nouveau.",
        en="Your AutoTrack account will go back to this address, all its sessions will end and its password will stop working. We will "
        "send you a link to choose a new one.",
        es="Tu cuenta de AutoTrack volverá a esta dirección, se cerrarán todas sus sesiones y su contraseña dejará de servir. Te "
        "enviaremos un enlace para elegir una nueva.",
    ),
    button=Text(fr="Annuler le changement", en="Undo the change", es="Deshacer el cambio"),
    done_title=Text(
        fr="Votre compte est de nouveau à cette adresse",
        en="Your account is back at this address",
        es="Tu cuenta vuelve a estar en esta dirección",
    ),
    done_text=Text(
        fr="Toutes les sessions sont fermées. Regardez votre courrier : un lien vous permet de choisir un nouveau mot de passe.",
        en="Every session has ended. Look at your mail: a link lets you choose a new password.",
        es="Se han cerrado todas las sesiones. Mira tu correo: un enlace te permite elegir una contraseña nueva.",
    ),
)
EXPORT = Words(
    title=Text(fr="Récupérer vos données", en="Get your data", es="Descargar tus datos"),
    text=Text(
        fr="Une archive ZIP contient tout ce qu’AutoTrack conserve à votre sujet. Donnez le mot de passe de votre compte pour la "
        "télécharger.",
        en="A ZIP archive holds everything AutoTrack keeps about you. Give the password of your account to download it.",
        es="Un archivo ZIP contiene todo lo que AutoTrack guarda sobre ti. Da la contraseña de tu cuenta para descargarlo.",
    ),
    button=Text(fr="Télécharger", en="Download", es="Descargar"),
    done_title=Text(fr="", en="", es=""),
    done_text=Text(fr="", en="", es=""),
)
