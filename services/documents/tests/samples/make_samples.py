"""Makes our own samples: a French garage invoice as PDF with a text layer, and a photograph of it on a table.

    python -m services.documents.tests.samples.make_samples

Everybody and everything on it is invented. The same run gives the same bytes (reportlab's `invariant`, a fixed seed).
"""

import json
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

HERE = Path(__file__).parent
LINES = (
    ("Vidange huile moteur 5W30", Decimal(1), Decimal("79.00")),
    ("Filtre à huile", Decimal(1), Decimal("14.25")),
    ("Joint de bouchon de vidange", Decimal(1), Decimal("2.50")),
    ("Main d'oeuvre atelier", Decimal("0.75"), Decimal("66.00")),
    ("Contrôle 20 points", Decimal(1), Decimal("13.00")),
)
FACTS = {
    "vendor": "Garage des Trois Tilleuls",
    "invoice_number": "F2026-1187",
    "date": "2026-11-12",
    "plate": "FX-482-KL",
    "vin": "VF3LCYHZPKS123456",
    "mileage": "58240",
    "mileage_unit": "km",
    "total_net": "158.25",
    "tax": "31.65",
    "total": "189.90",
    "currency": "EUR",
    "next_due_date": "2027-11-12",
    "next_due_mileage": "73240",
}


def french(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


def invoice() -> bytes:
    out = BytesIO()
    page = Canvas(out, pagesize=A4, invariant=1)
    page.setTitle("Facture F2026-1187")
    _head(page)
    y = _table(page, 178 * mm)
    _totals(page, y - 8 * mm)
    page.setFont("Helvetica", 10)
    page.drawString(20 * mm, 62 * mm, "Prochaine vidange : 12/11/2027 ou 73 240 km.")
    page.setFont("Helvetica", 7.5)
    small = "Garage des Trois Tilleuls - SARL au capital de 8 000 € - SIRET 912 345 678 00017 - TVA FR40912345678"
    page.drawString(20 * mm, 20 * mm, small)
    page.drawString(
        20 * mm,
        16 * mm,
        "Paiement comptant. Pénalités de retard : 3 fois le taux légal. Indemnité forfaitaire : 40,00 €.",
    )
    page.showPage()
    page.save()
    return out.getvalue()


def _head(page: Canvas) -> None:
    page.setFont("Helvetica-Bold", 17)
    page.drawString(20 * mm, 274 * mm, "Garage des Trois Tilleuls")
    page.setFont("Helvetica", 10)
    for row, text in enumerate(("8 rue des Artisans", "44190 Clisson", "Tél. 02 40 00 00 00")):
        page.drawString(20 * mm, (267 - 5 * row) * mm, text)
    page.setFont("Helvetica-Bold", 15)
    page.drawRightString(190 * mm, 274 * mm, "FACTURE")
    page.setFont("Helvetica", 10)
    for row, text in enumerate(("N° F2026-1187", "Date : 12/11/2026", "Échéance : 12/11/2026")):
        page.drawRightString(190 * mm, (267 - 5 * row) * mm, text)
    for row, text in enumerate(("Mme Camille Vernet", "17 allée des Mûriers", "44190 Clisson")):
        page.drawString(125 * mm, (236 - 5 * row) * mm, text)
    car = (
        "Véhicule : Peugeot 308",
        "Immatriculation : FX-482-KL",
        "N° de série : VF3LCYHZPKS123456",
        "Kilométrage : 58 240 km",
        "1ère mise en circulation : 18/03/2019",
    )
    for row, text in enumerate(car):
        page.drawString(20 * mm, (236 - 5.5 * row) * mm, text)


COLUMNS = (22 * mm, 112 * mm, 138 * mm, 158 * mm, 188 * mm)


def _table(page: Canvas, top: float) -> float:
    page.setFont("Helvetica-Bold", 10)
    titles = ("Désignation", "Qté", "P.U. HT", "TVA", "Montant HT")
    page.drawString(COLUMNS[0], top, titles[0])
    for x, title in zip(COLUMNS[1:], titles[1:], strict=True):
        page.drawRightString(x, top, title)
    page.line(20 * mm, top - 2.5 * mm, 190 * mm, top - 2.5 * mm)
    page.setFont("Helvetica", 10)
    y: float = top - 8 * mm
    for name, quantity, price in LINES:
        page.drawString(COLUMNS[0], y, name)
        count = f"{quantity.normalize():f}".replace(".", ",")
        for x, text in zip(
            COLUMNS[1:], (count, french(price), "20 %", french(quantity * price)), strict=True
        ):
            page.drawRightString(x, y, text)
        y -= 6.5 * mm
    page.line(20 * mm, y + 3 * mm, 190 * mm, y + 3 * mm)
    return y


def _totals(page: Canvas, top: float) -> None:
    net = sum((quantity * price for _, quantity, price in LINES), Decimal(0))
    tax = net * Decimal("0.2")
    rows = (
        ("Total HT", net, "Helvetica"),
        ("TVA 20 %", tax, "Helvetica"),
        ("Total TTC", net + tax, "Helvetica-Bold"),
    )
    for row, (label, amount, font) in enumerate(rows):
        page.setFont(font, 11)
        page.drawString(130 * mm, top - row * 7 * mm, label)
        page.drawRightString(188 * mm, top - row * 7 * mm, f"{french(amount)} €")


def photograph(pdf: bytes) -> bytes:
    """The page on a table, a little askew, with a soft shadow, warm light and grain."""
    random = np.random.default_rng(482)
    document = pdfium.PdfDocument(pdf)
    sheet = document[0].render(scale=165 / 72).to_pil().convert("RGB")
    document.close()
    width, height = sheet.size
    wide, tall = round(width * 1.16), round(height * 1.13)
    grain = random.normal(0, 1, (tall // 4, wide // 40, 1)).repeat(3, axis=2) * 9 + np.array(
        [92, 71, 54]
    )
    table = Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8)).resize((wide, tall))
    corners = ((0.055, 0.07), (0.93, 0.045), (0.955, 0.95), (0.04, 0.935))
    quad = np.array([(x * wide, y * tall) for x, y in corners])
    mapping = _mapping(quad, width, height)
    laid = sheet.transform(
        (wide, tall), Image.Transform.PERSPECTIVE, mapping, Image.Resampling.BICUBIC
    )
    mask = Image.new("L", sheet.size, 255).transform(
        (wide, tall), Image.Transform.PERSPECTIVE, mapping
    )
    table.paste(laid, (0, 0), mask)
    light = np.asarray(table.filter(ImageFilter.GaussianBlur(0.6)), dtype=np.float32)
    ys, xs = np.mgrid[0:tall, 0:wide].astype(np.float32)
    slope = 0.7 * xs / wide + 0.3 * ys / tall
    shade = (1.0 - 0.22 * slope) * (1 - 0.2 / (1 + np.exp((0.62 - slope) * 50)))
    light *= shade[:, :, None] * np.array([1.0, 0.96, 0.88], dtype=np.float32)
    light += random.normal(0, 4.5, light.shape)
    out = BytesIO()
    Image.fromarray(np.clip(light, 0, 255).astype(np.uint8)).save(out, "JPEG", quality=72)
    return out.getvalue()


def _mapping(quad: NDArray[np.float64], width: int, height: int) -> tuple[float, ...]:
    rows, known = [], []
    for (x, y), (u, v) in zip(
        quad, ((0, 0), (width, 0), (width, height), (0, height)), strict=True
    ):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        known += [u, v]
    return tuple(
        float(c) for c in np.linalg.solve(np.array(rows), np.array(known, dtype=np.float64))
    )


def main() -> None:
    pdf = invoice()
    (HERE / "garage_facture.pdf").write_bytes(pdf)
    (HERE / "garage_facture.jpg").write_bytes(photograph(pdf))
    lines = [
        {"description": name, "quantity": str(q), "unit_price": str(p), "amount": f"{q * p:.2f}"}
        for name, q, p in LINES
    ]
    truth = {"document_type": "invoice", "fields": FACTS, "lines": lines}
    text = json.dumps(truth, ensure_ascii=False, indent=2) + "\n"
    (HERE / "garage_facture.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
