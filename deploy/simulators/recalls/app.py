"""A stand-in for the authorities that publish recalls, each in its own form and with its own columns: RappelConso (FR), KBA (DE),
DVSA (GB), NHTSA (US).

`POST /__fake/fault {"source": "kba", "status": 503}` breaks one (`"garbage": true` answers nonsense); `{}` mends all. The campaigns
are invented.
"""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

CARS = {
    "categorie_produit": "automobiles et moyens de déplacement",
    "sous_categorie_produit": "automobiles, motos, scooters",
    "nature_juridique_rappel": "volontaire (sans arrêté préfectoral)",
}
RAPPELCONSO: list[dict[str, Any]] = [
    CARS
    | {
        "numero_fiche": "2026-03-0001",
        "marque_produit": "CITROËN & DS",
        "modeles_ou_references": "C3",
        "libelle": "Citroën C3",
        "motif_rappel": "Coussin gonflable du conducteur",
        "risques_encourus": "Blessures",
        "conduites_a_tenir_par_le_consommateur": "Ne plus utiliser le véhicule, contacter le réseau",
        "lien_vers_la_fiche_rappel": "https://rappel.example/2026-03-0001",
        "date_publication": "2026-03-02T09:12:00+00:00",
        "date_debut_commercialisation": "2013-01-01",
        "date_date_fin_commercialisation": "2016-12-31",
    },
    CARS
    | {
        "numero_fiche": "2026-04-0002",
        "marque_produit": "Peugeot",
        "modeles_ou_references": None,
        "libelle": "Peugeot, modèles divers",
        "motif_rappel": "Faisceau électrique",
        "date_publication": "2026-04-10",
    },
    CARS
    | {
        "numero_fiche": "2026-05-0003",
        "marque_produit": "RENAULT",
        "modeles_ou_references": "CLIO V\nCAPTUR II",
        "libelle": "Renault Clio V, Captur II",
        "motif_rappel": "Fixation de la ceinture du conducteur",
        "risques_encourus": "Retenue insuffisante en cas de choc",
        "conduites_a_tenir_par_le_consommateur": "Contacter le réseau pour un contrôle gratuit",
        "lien_vers_la_fiche_rappel": "https://rappel.example/2026-05-0003",
        "date_publication": "2026-05-04",
        "date_debut_commercialisation": "2019-06-01",
        "date_date_fin_commercialisation": "2021-03-31",
    },
    CARS
    | {
        "numero_fiche": "2026-06-0004",
        "marque_produit": "RENAULT",
        "modeles_ou_references": None,
        "libelle": "Renault, modèles divers",
        "motif_rappel": "Vis de fixation de la batterie",
        "date_publication": "2026-06-12",
    },
    CARS | {"numero_fiche": "2026-04-0005", "marque_produit": None, "libelle": "Sans marque"},
    {
        "numero_fiche": "2026-04-0006",
        "categorie_produit": "bébés-enfants (hors alimentaire)",
        "marque_produit": "Renault",
        "libelle": "Jouet, voiture miniature",
        "motif_rappel": "Petites pièces",
    },
]
KBA_COLUMNS = (
    "KBA-Referenznummer",
    "Rückrufcode des Herstellers",
    "Veröffentlichungsdatum",
    "Marke",
    "Modell",
    "Mangelbezeichnung",
    "Produktionszeitraum von",
    "Produktionszeitraum bis",
    "Hotline des Herstellers",
    "Rückrufseite des Herstellers",
    "Mangelbeschreibung",
    "Titel der Maßnahme",
    "Beschreibung der Maßnahme",
    "Mögliche Eingrenzung der betroffenen Modelle",
    "Bekannte Vorfälle mit Sach- und/oder Personenschäden",
    "Anzahl potentiell betroffene Fahrzeugteile und Fahrzeugzubehör weltweit",
    "Anzahl potentiell betroffene Fahrzeugteile und Fahrzeugzubehör deutschlandweit",
    "Überwachung der Rückrufaktion durch das KBA",
)
_KBA_REST = "N/A;Austausch;N/A;N/A;N/A;100;überwacht"
KBA = f"""{";".join(KBA_COLUMNS)}
12345;47R1;2026-02-05;VW;GOLF;Bremskraftverstärker;2018;2019;N/A;N/A;Kann ausfallen;{_KBA_REST}
12345;47R1;2026-02-05;VW;GOLF VARIANT;Bremskraftverstärker;2019;2020;N/A;N/A;Kann ausfallen;{_KBA_REST}
"""
DVSA_COLUMNS = (
    "Launch Date,Recalls Number,Make,Recalls Model Information,Concern,Defect,Remedy,Vehicle Numbers,"
    "Manufacturer Ref,Model,VIN Start,VIN End,Build Start,Build End"
)
_CORSA = "10/01/2026,R/2026/001,VAUXHALL,CORSA,SEAT BELT,May not hold,Replace,1200,E001,CORSA"
DVSA = f"""{DVSA_COLUMNS}
{_CORSA},W0L0SDL0864000000,W0L0SDL0864999999,01/01/2006,31/12/2008
{_CORSA},W0L0SDL0874000000,W0L0SDL0874999999,01/01/2006,31/12/2008
"""
NHTSA: list[dict[str, Any]] = [
    {
        "Manufacturer": "Ford Motor Company",
        "NHTSACampaignNumber": "26V001000",
        "parkIt": False,
        "parkOutSide": False,
        "NHTSAActionNumber": None,
        "ReportReceivedDate": "15/01/2026",
        "Component": "FUEL SYSTEM",
        "Summary": "The valve may crack.",
        "Consequence": "Fire",
        "Remedy": "Dealers will replace the valve",
        "Notes": "",
        "ModelYear": year,
        "Make": "FORD",
        "Model": "FOCUS",
    }
    for year in ("2017", "2018")
]


def create_app() -> FastAPI:
    app = FastAPI(title="Recalls simulator", docs_url=None, redoc_url=None, openapi_url=None)
    faults: dict[str, dict[str, Any]] = {}
    feeds: dict[str, Response] = {
        "rappelconso": JSONResponse({"total_count": len(RAPPELCONSO), "results": RAPPELCONSO}),
        "kba": PlainTextResponse(KBA, media_type="text/csv"),
        "dvsa": PlainTextResponse(DVSA, media_type="text/csv"),
        "nhtsa": JSONResponse(
            {"Count": len(NHTSA), "Message": "Results returned successfully", "results": NHTSA}
        ),
    }

    @app.get("/{source}")
    async def feed(source: str) -> Response:
        fault = faults.get(source)
        if source not in feeds:
            return PlainTextResponse("no such feed", status_code=404)
        if fault is None:
            return feeds[source]
        if fault.get("garbage"):
            return PlainTextResponse("<html>moved</html>")
        return PlainTextResponse("no", status_code=int(fault["status"]))

    @app.post("/__fake/fault")
    async def break_one(request: Request) -> dict[str, Any]:
        said: dict[str, Any] = await request.json()
        if not said:
            faults.clear()
        else:
            faults[said["source"]] = said
        return {"faults": sorted(faults)}

    return app
