"""The refusals of what comes from elsewhere and what leaves.

AppError
├── InvalidInput
│   ├── UploadMalformed         no form with a file in it
│   ├── FileNotTaken            the file cannot be read at all: `reason` says why
│   ├── FormatUnknown           no reader knows it, and no column mapping fits it
│   ├── FormatUnfit             not one of those the file fits
│   ├── AnswerUnknown           nobody asked that, or that is no answer
│   ├── CarUnknown              no such car in the file
│   └── MappingUnfit            columns the file does not have
├── PayloadTooLarge
│   └── FileTooLarge            more than 20 MB
└── Conflict
    ├── ImportBusy              a worker has it
    ├── ImportOpen              something is still asked
    ├── ImportSettled           applied or undone already
    ├── NotApplied              there is nothing to undo
    ├── UndoTooLate             thirty days are over
    └── TooManyImports          apply or delete some first
"""

from shared.errors import Conflict, InvalidInput, PayloadTooLarge
from shared.messages import Text


class UploadMalformed(InvalidInput):
    code = "upload_malformed"
    text = Text(
        fr="Envoyez un formulaire (multipart/form-data) avec un fichier.",
        en="Send a form (multipart/form-data) with a file.",
        es="Envía un formulario (multipart/form-data) con un archivo.",
    )


class FileTooLarge(PayloadTooLarge):
    code = "file_too_large"
    text = Text(
        fr="Les fichiers dépassent {limit_mb} Mo.",
        en="The files are larger than {limit_mb} MB.",
        es="Los archivos superan {limit_mb} MB.",
    )


class FileNotTaken(InvalidInput):
    """`reason` is a word a program can tell apart; each has a sentence of its own."""

    code = "file_not_taken"
    text = Text(
        fr="Ce fichier est illisible.",
        en="This file cannot be read.",
        es="Este archivo no se puede leer.",
    )

    def __init__(self, reason: str, *, line: int = 0) -> None:
        super().__init__(pointer="/file", reason=reason, line=line or None)
        self.text = REASONS.get(reason, self.text)  # type: ignore[misc]  # one class for all that may be wrong with a file


REASONS = {
    "empty": Text(
        fr="Ce fichier est vide.", en="This file is empty.", es="Este archivo está vacío."
    ),
    "too_large": Text(
        fr="Le contenu dépasse 20 Mo.",
        en="The content is larger than 20 MB.",
        es="El contenido supera 20 MB.",
    ),
    "not_text": Text(
        fr="Ce n'est pas un fichier texte.",
        en="This is not a text file.",
        es="Esto no es un archivo de texto.",
    ),
    "workbook": Text(
        fr="C'est un classeur : enregistrez la feuille en CSV.",
        en="This is a workbook: save the sheet as CSV.",
        es="Es un libro de cálculo: guarda la hoja como CSV.",
    ),
    "wrong_encoding": Text(
        fr="L'encodage annoncé par ce fichier n'est pas le sien.",
        en="This file is not in the encoding it says.",
        es="Este archivo no tiene la codificación que indica.",
    ),
    "too_many_rows": Text(
        fr="Ce fichier a plus de 200 000 lignes.",
        en="This file has more than 200,000 rows.",
        es="Este archivo tiene más de 200.000 filas.",
    ),
    "too_many_cells": Text(
        fr="Une ligne a plus de 256 cellules.",
        en="A row has more than 256 cells.",
        es="Una fila tiene más de 256 celdas.",
    ),
    "cell_too_long": Text(
        fr="Une cellule dépasse 64 Kio.",
        en="A cell is longer than 64 KiB.",
        es="Una celda supera 64 KiB.",
    ),
    "zip_broken": Text(
        fr="Cette archive est abîmée.",
        en="This archive is damaged.",
        es="Este archivo comprimido está dañado.",
    ),
    "zip_bomb": Text(
        fr="Cette archive se déplie en bien trop de données.",
        en="This archive unpacks to far too much.",
        es="Este archivo comprimido se expande demasiado.",
    ),
    "zip_path": Text(
        fr="Cette archive veut écrire hors de son dossier.",
        en="This archive reaches outside its folder.",
        es="Este archivo comprimido sale de su carpeta.",
    ),
    "zip_too_many": Text(
        fr="Cette archive contient trop de fichiers (20 au plus).",
        en="This archive holds too many files (at most 20).",
        es="Este archivo comprimido tiene demasiados archivos (20 como máximo).",
    ),
    "zip_nothing_readable": Text(
        fr="Cette archive ne contient ni CSV, ni JSON, ni SQL.",
        en="This archive holds neither CSV nor JSON nor SQL.",
        es="Este archivo comprimido no contiene ni CSV, ni JSON, ni SQL.",
    ),
    "markup": Text(
        fr="C'est une page web ou du XML, pas un export.",
        en="This is a web page or XML, not an export.",
        es="Es una página web o XML, no una exportación.",
    ),
    "password_required": Text(
        fr="Ce fichier est protégé : exportez-le sans mot de passe.",
        en="This file is protected: export it without a password.",
        es="Este archivo está protegido: expórtalo sin contraseña.",
    ),
    "json_broken": Text(
        fr="Ce JSON est coupé ou abîmé.",
        en="This JSON is cut off or damaged.",
        es="Este JSON está cortado o dañado.",
    ),
    "json_too_deep": Text(
        fr="Ce JSON est trop profond.",
        en="This JSON is nested too deeply.",
        es="Este JSON es demasiado profundo.",
    ),
}
"""Of what cannot be taken in (`domain/moving/intake.py`)."""


class FormatUnknown(InvalidInput):
    code = "format_unknown"
    text = Text(
        fr="Ce format n'est pas reconnu. Envoyez un CSV et dites ce que contiennent ses colonnes.",
        en="This format is not recognised. Send a CSV and say what its columns hold.",
        es="No se reconoce este formato. Envía un CSV e indica qué contienen sus columnas.",
    )


class FormatUnfit(InvalidInput):
    code = "format_unfit"
    text = Text(
        fr="Le fichier n'a pas ce format ; possibles : {allowed}.",
        en="The file is not of this format; possible: {allowed}.",
        es="El archivo no tiene este formato; posibles: {allowed}.",
    )


class AnswerUnknown(InvalidInput):
    code = "answer_unknown"
    text = Text(
        fr="Ce n'est pas une réponse à ce qui est demandé ; possibles : {allowed}.",
        en="This does not answer what is asked; possible: {allowed}.",
        es="Esto no responde a lo que se pregunta; posibles: {allowed}.",
    )


class CarUnknown(InvalidInput):
    code = "car_unknown"
    text = Text(
        fr="Le fichier ne contient pas ce véhicule.",
        en="The file holds no such car.",
        es="El archivo no contiene ese vehículo.",
    )


class MappingUnfit(InvalidInput):
    code = "mapping_unfit"
    text = Text(
        fr="Le fichier n'a pas cette colonne ; il a : {allowed}.",
        en="The file has no such column; it has: {allowed}.",
        es="El archivo no tiene esa columna; tiene: {allowed}.",
    )


class ImportBusy(Conflict):
    code = "import_busy"
    text = Text(
        fr="Cet import est en cours de traitement.",
        en="This import is being worked on.",
        es="Esta importación está en proceso.",
    )


class ImportOpen(Conflict):
    code = "import_open"
    text = Text(
        fr="Répondez d'abord à ce qui est demandé.",
        en="First answer what is asked.",
        es="Responde primero a lo que se pregunta.",
    )


class ImportSettled(Conflict):
    code = "import_settled"
    text = Text(
        fr="Cet import est déjà fait ou annulé.",
        en="This import is applied or undone already.",
        es="Esta importación ya está aplicada o deshecha.",
    )


class NotApplied(Conflict):
    code = "import_not_applied"
    text = Text(
        fr="Cet import n'a pas été fait : il n'y a rien à annuler.",
        en="This import was not applied: there is nothing to undo.",
        es="Esta importación no se aplicó: no hay nada que deshacer.",
    )


class UndoTooLate(Conflict):
    code = "undo_too_late"
    text = Text(
        fr="Un import peut être annulé pendant trente jours.",
        en="An import can be undone for thirty days.",
        es="Una importación se puede deshacer durante treinta días.",
    )


class TooManyImports(Conflict):
    code = "too_many_imports"
    text = Text(
        fr="Terminez ou supprimez d'abord d'autres imports ({limit} au plus).",
        en="First apply or delete other imports (at most {limit}).",
        es="Aplica o elimina primero otras importaciones ({limit} como máximo).",
    )
