"""A stand-in for the authorities that publish recalls, each in its own form: RappelConso (FR), KBA (DE), DVSA (GB), NHTSA (US).

`POST /__fake/fault {"source": "kba", "status": 503}` breaks one (`"garbage": true` answers nonsense); `{}` mends all. The campaigns
are invented.
"""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

RAPPELCONSO: list[dict[str, Any]] = [
    {
        "numero_fiche": "2026-03-0001",
        "marque_produit": "CITROËN & DS",
        "modeles_ou_references": "C3",
        "libelle": "Citroën C3",
        "motif_rappel": "Coussin gonflable du conducteur",
        "risques_encourus": "Blessures",
        "conduites_a_tenir_par_le_consommateur": "Ne plus utiliser le véhicule, contacter le réseau",
        "lien_vers_la_fiche_rappel": "https://rappel.example/2026-03-0001",
        "date_publication": "2026-03-02",
        "date_debut_commercialisation": "2013-01-01",
        "date_date_fin_commercialisation": "2016-12-31",
    },
    {
        "numero_fiche": "2026-04-0002",
        "marque_produit": "Peugeot",
        "modeles_ou_references": None,
        "libelle": "Peugeot, modèles divers",
        "motif_rappel": "Faisceau électrique",
        "date_publication": "2026-04-10",
    },
    {"numero_fiche": "2026-04-0003", "marque_produit": None, "libelle": "Jouet"},
]
KBA_COLUMNS = (
    "KBA-Referenznummer",
    "Hersteller",
    "Verkaufsbezeichnung",
    "Baujahr von",
    "Baujahr bis",
    "Mangelbeschreibung",
    "Mangelbeseitigung",
    "Veröffentlichungsdatum",
)
KBA = f"""{";".join(KBA_COLUMNS)}
012345;VW;Golf, Golf Variant;2018;2020;Bremskraftverstärker;Austausch;05.02.2026
"""
DVSA = """Launch Date,Recalls Number,Make,Concern,Defect,Remedy,Model,VIN Start,VIN End,Build Start,Build End
10/01/2026,R/2026/001,VAUXHALL,Seat belt,May not hold,Replace,CORSA,W0L0SDL0864000000,W0L0SDL0864999999,01/01/2006,31/12/2008
10/01/2026,R/2026/001,VAUXHALL,Seat belt,May not hold,Replace,CORSA,W0L0SDL0874000000,W0L0SDL0874999999,01/01/2006,31/12/2008
"""
NHTSA: list[dict[str, Any]] = [
    {
        "NHTSACampaignNumber": "26V001000",
        "Make": "FORD",
        "Model": "FOCUS",
        "ModelYear": year,
        "Component": "FUEL SYSTEM",
        "Consequence": "Fire",
        "Remedy": "Dealers will replace the valve",
        "ReportReceivedDate": "15/01/2026",
    }
    for year in ("2017", "2018")
]


def create_app() -> FastAPI:
    app = FastAPI(title="Recalls simulator", docs_url=None, redoc_url=None, openapi_url=None)
    faults: dict[str, dict[str, Any]] = {}
    feeds: dict[str, Response] = {
        "rappelconso": JSONResponse({"total_count": 3, "results": RAPPELCONSO}),
        "kba": PlainTextResponse(KBA, media_type="text/csv"),
        "dvsa": PlainTextResponse(DVSA, media_type="text/csv"),
        "nhtsa": JSONResponse({"Count": len(NHTSA), "results": NHTSA}),
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
