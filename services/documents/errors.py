"""What documents refuses.

AppError
├── FileRefused                422  the file cannot be taken in
│   ├── FileEmpty              422
│   ├── FileDamaged            422  it opens badly or not at all
│   ├── TooManyPages           422
│   ├── PictureTooLarge        422  more points than anybody's camera makes
│   └── PageNotRendered        422  drawing it would take longer than anybody's page may
├── FileTypeUnsupported        415  by its content, whatever its name says
├── FileTooLarge               413
├── AlreadyUploaded            409  the same bytes, with the id of the document that has them
├── PasswordWrong              422
├── NotLocked                  409  a password for a document that needs none
├── BeingRead                  409
├── PasswordNeeded             409  give the password first
├── FieldValueInvalid          422  a correction that is no value of its kind
├── FieldUnknown               404
├── UploadMalformed            400  a multipart body that cannot be taken apart
├── ReaderBusy                 429  this owner's files have had their share of the machine for now
├── StorageFull                507  the disk takes no more
└── OcrFailed                  503  the recogniser is missing, too slow or broken: worth another try
"""

from shared.errors import (
    AppError,
    BadRequest,
    Conflict,
    NotFound,
    PayloadTooLarge,
    TooMany,
    Unavailable,
    UnsupportedMediaType,
)
from shared.messages import Text


class FileRefused(AppError):
    code = "file_refused"
    status = 422
    text = Text(
        fr="Ce fichier ne peut pas être accepté.",
        en="This file cannot be accepted.",
        es="Este archivo no se puede aceptar.",
    )


class FileEmpty(FileRefused):
    code = "file_empty"
    text = Text(
        fr="Le fichier est vide. Choisissez-en un autre.",
        en="The file is empty. Choose another one.",
        es="El archivo está vacío. Elige otro.",
    )


class FileDamaged(FileRefused):
    code = "file_damaged"
    text = Text(
        fr="Le fichier est endommagé ou incomplet. Enregistrez-le ou photographiez-le de nouveau.",
        en="The file is damaged or incomplete. Save it or photograph it again.",
        es="El archivo está dañado o incompleto. Guárdalo o fotografíalo de nuevo.",
    )


class TooManyPages(FileRefused):
    code = "too_many_pages"
    text = Text(
        fr="Le document a {pages} pages ; {limit} au plus sont acceptées.",
        en="The document has {pages} pages; at most {limit} are accepted.",
        es="El documento tiene {pages} páginas; se aceptan {limit} como máximo.",
    )


class PictureTooLarge(FileRefused):
    code = "picture_too_large"
    text = Text(
        fr="L'image compte trop de points ({limit} au plus). Réduisez-la.",
        en="The picture has too many pixels (at most {limit}). Make it smaller.",
        es="La imagen tiene demasiados píxeles ({limit} como máximo). Redúcela.",
    )


class PageNotRendered(FileRefused):
    code = "page_not_rendered"
    text = Text(
        fr="Cette page n'a pas pu être affichée : son dessin est trop complexe. Enregistrez-la plus simplement, par exemple comme image.",
        en="This page could not be rendered: it is too complex to draw. Save it in a simpler form, as a picture for instance.",
        es="Esta página no se ha podido mostrar: su dibujo es demasiado complejo. Guárdala de forma más sencilla, por ejemplo como imagen.",
    )


class FileTypeUnsupported(UnsupportedMediaType):
    code = "file_type_unsupported"
    text = Text(
        fr="Le contenu du fichier n'est pas un PDF, une image (JPEG, PNG, WebP, HEIC, TIFF) ni une facture XML.",
        en="The file's content is not a PDF, a picture (JPEG, PNG, WebP, HEIC, TIFF) or an XML invoice.",
        es="El contenido del archivo no es un PDF, una imagen (JPEG, PNG, WebP, HEIC, TIFF) ni una factura XML.",
    )


class FileTooLarge(PayloadTooLarge):
    code = "file_too_large"
    text = Text(
        fr="Le fichier dépasse {limit_mb} Mo.",
        en="The file is larger than {limit_mb} MB.",
        es="El archivo supera los {limit_mb} MB.",
    )


class AlreadyUploaded(Conflict):
    code = "already_uploaded"
    text = Text(
        fr="Vous avez déjà envoyé ce fichier.",
        en="You have already uploaded this file.",
        es="Ya has subido este archivo.",
    )


class PasswordWrong(AppError):
    code = "password_wrong"
    status = 422
    text = Text(
        fr="Ce mot de passe n'ouvre pas le document.",
        en="This password does not open the document.",
        es="Esta contraseña no abre el documento.",
    )


class NotLocked(Conflict):
    code = "not_locked"
    text = Text(
        fr="Ce document n'est pas protégé par un mot de passe.",
        en="This document is not protected by a password.",
        es="Este documento no está protegido con contraseña.",
    )


class BeingRead(Conflict):
    code = "being_read"
    text = Text(
        fr="Ce document est en cours de lecture.",
        en="This document is being read.",
        es="Este documento se está leyendo.",
    )


class FieldValueInvalid(AppError):
    code = "field_value_invalid"
    status = 422
    text = Text(
        fr="Cette valeur ne convient pas au champ « {field} ».",
        en="This value does not fit the field “{field}”.",
        es="Este valor no es adecuado para el campo «{field}».",
    )


class FieldUnknown(NotFound):
    code = "field_unknown"
    text = Text(
        fr="Aucun document de ce type n'a de champ « {field} ».",
        en="No document of this type has a field “{field}”.",
        es="Ningún documento de este tipo tiene un campo «{field}».",
    )


class UploadMalformed(BadRequest):
    code = "upload_malformed"
    text = Text(
        fr="L'envoi doit être un formulaire multipart avec un seul champ « file ».",
        en="The upload must be a multipart form with exactly one field “file”.",
        es="El envío debe ser un formulario multipart con un solo campo «file».",
    )


class OcrFailed(Unavailable):
    code = "ocr_failed"
    text = Text(
        fr="La lecture du document a échoué. Réessayez dans un instant.",
        en="Reading the document failed. Try again in a moment.",
        es="La lectura del documento ha fallado. Inténtalo de nuevo en un momento.",
    )


class ReaderBusy(TooMany):
    """`Retry-After` says when."""

    code = "reader_busy"
    text = Text(
        fr="Vos fichiers demandent en ce moment trop de calcul. Réessayez un peu plus tard.",
        en="Your files take too much computing at the moment. Try again a little later.",
        es="Tus archivos exigen demasiado cálculo en este momento. Inténtalo de nuevo un poco más tarde.",
    )


class StorageFull(AppError):
    code = "storage_full"
    status = 507
    text = Text(
        fr="Il n'y a plus de place pour enregistrer ce fichier en ce moment. Rien n'a été conservé ; réessayez plus tard.",
        en="There is no room to store this file at the moment. Nothing was kept; try again later.",
        es="En este momento no queda espacio para guardar este archivo. No se ha guardado nada; inténtalo más tarde.",
    )


class PasswordNeeded(Conflict):
    code = "password_required"
    text = Text(
        fr="Ce document est protégé : donnez d'abord son mot de passe.",
        en="This document is locked: give its password first.",
        es="Este documento está protegido: indica primero su contraseña.",
    )
