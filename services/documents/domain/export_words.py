"""The letter that comes with a person's data, in their language."""

from collections.abc import Mapping
from datetime import datetime

from shared.contracts.base import Language
from shared.messages import Text

SERVICES: dict[str, Text] = {
    "auth": Text(
        fr="votre compte, vos réglages, vos sessions et le journal de sécurité",
        en="your account, settings, sessions and security log",
        es="tu cuenta, tus ajustes, tus sesiones y el registro de seguridad",
    ),
    "vehicles": Text(
        fr="vos véhicules, leurs kilométrages, entretiens, échéances et rappels",
        en="your vehicles, their mileage, maintenance, plans and reminders",
        es="tus vehículos, su kilometraje, mantenimientos, planes y recordatorios",
    ),
    "billing": Text(
        fr="votre abonnement et son histoire",
        en="your subscription and its history",
        es="tu suscripción y su historia",
    ),
    "documents": Text(
        fr="vos documents, ce qui y a été lu, et les fichiers eux-mêmes (dossier files)",
        en="your documents, what was read in them, and the files themselves (folder files)",
        es="tus documentos, lo que se leyó en ellos y los propios archivos (carpeta files)",
    ),
    "ai": Text(
        fr="vos conversations avec l’assistant et son usage",
        en="your conversations with the assistant and its use",
        es="tus conversaciones con el asistente y su uso",
    ),
    "notifications": Text(
        fr="vos notifications, vos préférences et l’historique des envois",
        en="your notifications, preferences and what was sent to you",
        es="tus notificaciones, preferencias y lo que se te envió",
    ),
}
_LETTER = Text(
    fr="""AutoTrack : vos données

Ce fichier a été préparé le {day} à votre demande. Il contient tout ce qu’AutoTrack conserve à votre sujet.

{services}

Chaque fichier .json est une liste : un élément par ligne de nos bases, les dates en temps universel (UTC), les distances en
mètres, les montants en centimes. manifest.json compte les éléments et donne l’empreinte SHA-256 de chaque document.

N’y figurent pas : votre mot de passe, vos codes et vos jetons, dont nous ne gardons que des empreintes.

Ces données sont personnelles : gardez ce fichier en lieu sûr.
""",
    en="""AutoTrack: your data

This file was made on {day} because you asked for it. It holds everything AutoTrack keeps about you.

{services}

Each .json file is a list: one element for each row of our databases, dates in universal time (UTC), distances in metres,
amounts in minor units (cents). manifest.json counts the elements and gives the SHA-256 of each document.

Not included: your password, codes and tokens, of which we keep nothing but digests.

This is personal: keep the file in a safe place.
""",
    es="""AutoTrack: tus datos

Este archivo se preparó el {day} porque lo pediste. Contiene todo lo que AutoTrack guarda sobre ti.

{services}

Cada archivo .json es una lista: un elemento por cada fila de nuestras bases, las fechas en tiempo universal (UTC), las
distancias en metros, los importes en céntimos. manifest.json cuenta los elementos y da la huella SHA-256 de cada documento.

No se incluyen: tu contraseña, tus códigos y tus claves, de los que solo guardamos huellas.

Son datos personales: guarda este archivo en un lugar seguro.
""",
)


def readme(language: Language, *, made_at: datetime, tables: Mapping[str, int]) -> str:
    lines = []
    for service, words in SERVICES.items():
        lines.append(f"{service}/  {words.into(language)}")
        lines += [
            f"    {name.partition('/')[2]}: {count}"
            for name, count in sorted(tables.items())
            if name.startswith(f"{service}/")
        ]
    return _LETTER.into(language, day=f"{made_at:%Y-%m-%d}", services="\n".join(lines))
