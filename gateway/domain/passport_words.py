"""What the page behind a passport's link says, and the one that verifies a bundle."""

from typing import Final

from shared.messages import Text

TITLE: Final = Text(fr="Passeport du véhicule", en="Vehicle passport", es="Pasaporte del vehículo")
VERIFY_TITLE: Final = Text(
    fr="Vérifier un passeport", en="Verify a passport", es="Verificar un pasaporte"
)
VERIFY_TEXT: Final = Text(
    fr="Vous avez reçu un passeport AutoTrack par e-mail ? Déposez ici le fichier (zip) ou son passport.json : nous disons si "
    "quelqu’un y a "
    "touché depuis qu’il a été émis. Rien n’est conservé. 32 Mo au plus.",
    en="Somebody sent you an AutoTrack passport? Put the file (zip) or its passport.json here: we say whether anybody has "
    "touched it since it was "
    "issued. Nothing is kept. At most 32 MB.",
    es="¿Has recibido un pasaporte de AutoTrack por correo electrónico? Pon aquí el archivo (zip) o su passport.json: decimos "
    "si alguien lo "
    "ha tocado desde que se "
    "emitió. No se guarda nada. 32 MB como máximo.",
)
FILE: Final = Text(fr="Fichier du passeport", en="The passport’s file", es="Archivo del pasaporte")
VERIFY: Final = Text(fr="Vérifier", en="Verify", es="Verificar")
VERIFY_OTHER: Final = Text(
    fr="Vérifier un autre passeport", en="Verify another passport", es="Verificar otro pasaporte"
)
NO_FILE: Final = Text(
    fr="Choisissez d’abord un fichier.", en="Choose a file first.", es="Elige primero un archivo."
)
UNCHANGED: Final = Text(fr="Intact et signé", en="Untouched and signed", es="Intacto y firmado")
UNCHANGED_OURS: Final = Text(
    fr="Personne n’a changé cet historique depuis que cette installation d’AutoTrack l’a signé. Cela ne prouve pas que ce qui y "
    "est noté est vrai.",
    en="Nobody has changed this history since this AutoTrack installation signed it. That does not prove that what it says is true.",
    es="Nadie ha cambiado este historial desde que esta instalación de AutoTrack lo firmó. Eso no prueba que lo anotado sea cierto.",
)
UNCHANGED_THEIRS: Final = Text(
    fr="Personne n’a changé cet historique depuis sa signature, mais la clé n’est pas la nôtre : comparez-la avec celle que "
    "publie {issuer}.",
    en="Nobody has changed this history since it was signed, but the key is not ours: compare it with the one that {issuer} publishes.",
    es="Nadie ha cambiado este historial desde su firma, pero la clave no es la nuestra: compárala con la que publica {issuer}.",
)
CHANGED: Final = Text(
    fr="Ce passeport a été modifié",
    en="This passport was changed",
    es="Este pasaporte se ha modificado",
)
CHANGED_TEXT: Final = Text(
    fr="Il n’est plus tel qu’il a été émis : ne vous y fiez pas. Ce qui ne va pas :",
    en="It is not as it was issued any more: do not rely on it. What is wrong:",
    es="Ya no está como se emitió: no te fíes de él. Lo que está mal:",
)
PROBLEMS: Final = {
    "version_unknown": Text(
        fr="son format est plus récent que cette installation",
        en="its format is newer than this installation",
        es="su formato es más reciente que esta instalación",
    ),
    "chain_broken": Text(
        fr="une entrée ou plus a changé, à partir de la n° {where}",
        en="one or more entries changed, from number {where} on",
        es="una o más entradas han cambiado, a partir de la n.º {where}",
    ),
    "head_changed": Text(
        fr="les indications sur le véhicule ont changé",
        en="what it says of the car was changed",
        es="los datos del vehículo han cambiado",
    ),
    "count_wrong": Text(
        fr="il manque des entrées, ou il y en a de trop",
        en="entries are missing, or there are more",
        es="faltan o sobran entradas",
    ),
    "last_wrong": Text(
        fr="la dernière empreinte n’est pas celle qui a été signée",
        en="the last hash is not the one that was signed",
        es="la última huella no es la que se firmó",
    ),
    "signature_wrong": Text(
        fr="la signature ne va pas avec ce contenu",
        en="the signature does not belong to this content",
        es="la firma no corresponde a este contenido",
    ),
    "key_id_wrong": Text(
        fr="la clé ne porte pas son propre nom",
        en="the key does not carry its own name",
        es="la clave no lleva su propio nombre",
    ),
    "key_unknown": Text(
        fr="il est signé par une autre clé que la nôtre",
        en="it is signed by a key that is not ours",
        es="está firmado con una clave que no es la nuestra",
    ),
    "paper_missing": Text(
        fr="un justificatif manque ({where})",
        en="a paper is missing ({where})",
        es="falta un justificante ({where})",
    ),
    "paper_unknown": Text(
        fr="un justificatif est de trop ({where})",
        en="there is a paper too many ({where})",
        es="sobra un justificante ({where})",
    ),
    "paper_changed": Text(
        fr="un justificatif a changé ({where})",
        en="a paper was changed ({where})",
        es="un justificante ha cambiado ({where})",
    ),
}
ANY_PROBLEM: Final = Text(
    fr="autre chose ({what})", en="something else ({what})", es="otra cosa ({what})"
)
CAR: Final = Text(fr="Véhicule", en="Car", es="Vehículo")
ISSUER: Final = Text(fr="Émis par", en="Issued by", es="Emitido por")
ISSUED: Final = Text(fr="Émis le", en="Issued on", es="Emitido el")
ENTRIES: Final = Text(fr="Entrées", en="Entries", es="Entradas")
PAPERS: Final = Text(fr="Justificatifs", en="Papers", es="Justificantes")
KEY: Final = Text(fr="Clé", en="Key", es="Clave")
READABLE_UNTIL: Final = Text(
    fr="Ce lien se lit jusqu’au {until}.",
    en="This link can be read until {until}.",
    es="Este enlace se puede leer hasta el {until}.",
)
DOWNLOAD: Final = Text(
    fr="Télécharger le passeport ({size})",
    en="Download the passport ({size})",
    es="Descargar el pasaporte ({size})",
)
HISTORY: Final = Text(fr="Historique", en="History", es="Historial")
NOTHING: Final = Text(
    fr="Rien n’y est noté.", en="Nothing is written down in it.", es="No hay nada anotado."
)
OFFLINE: Final = Text(
    fr="Vérifier hors ligne", en="Verify it offline", es="Verificarlo sin conexión"
)
OFFLINE_TEXT: Final = Text(
    fr="Téléchargez le fichier, puis, dans une copie d’AutoTrack et sans réseau :",
    en="Download the file; then, in a copy of AutoTrack and without a network:",
    es="Descarga el archivo y después, en una copia de AutoTrack y sin red:",
)
OFFLINE_KEY: Final = Text(
    fr="La clé publique est à l’adresse {address}.",
    en="The public key is at {address}.",
    es="La clave pública está en {address}.",
)
KINDS: Final = {
    "reading": Text(
        fr="Relevé du compteur", en="Odometer reading", es="Lectura del cuentakilómetros"
    ),
    "fill": Text(fr="Plein : {title}", en="Fill-up: {title}", es="Repostaje: {title}"),
}
BY_GUEST: Final = Text(
    fr="noté par « {guest} »", en="written down by “{guest}”", es="anotado por «{guest}»"
)
WITH_PAPERS: Final = Text(
    fr="justificatifs : {count}", en="papers: {count}", es="justificantes: {count}"
)
NEWER: Final = Text(fr="Plus récent", en="Newer", es="Más reciente")
OLDER: Final = Text(fr="Plus ancien", en="Older", es="Más antiguo")
PAGE: Final = Text(
    fr="page {page} sur {pages}", en="page {page} of {pages}", es="página {page} de {pages}"
)
ON: Final = Text(fr="le {day}", en="on {day}", es="el {day}")
NOT_ONE: Final = Text(
    fr="Ce fichier n’est pas un passeport AutoTrack, ou il est abîmé.",
    en="This file is no AutoTrack passport, or it is damaged.",
    es="Este archivo no es un pasaporte de AutoTrack, o está dañado.",
)
TOO_LARGE: Final = Text(
    fr="Ce fichier dépasse 32 Mo. Vérifiez-le hors ligne, ou déposez seulement le passport.json qu’il contient.",
    en="This file is larger than 32 MB. Verify it offline, or send only the passport.json in it.",
    es="Este archivo supera 32 MB. Verifícalo sin conexión o envía solo el passport.json que contiene.",
)
