"""A garage invoice of our own making, as PDF and as a photograph of the printed page."""

import io
import math
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pypdfium2
from PIL import Image, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

VAT = Decimal("0.20")
CENT = Decimal("0.01")
GRAIN = 256
LINES = (
    ("Vidange moteur : huile 5W-30 C3 (4,5 l)", Decimal("4.5"), Decimal("12.90")),
    ("Filtre à huile", Decimal(1), Decimal("14.50")),
    ("Joint de bouchon de vidange", Decimal(1), Decimal("2.10")),
    ("Main d'œuvre : vidange et contrôles", Decimal("0.8"), Decimal("68.00")),
)


@dataclass(frozen=True, slots=True)
class Car:
    make: str
    model: str
    year: int
    plate: str
    vin: str


@dataclass(frozen=True, slots=True)
class Invoice:
    number: str
    day: date
    car: Car
    kilometres: int

    @property
    def net(self) -> Decimal:
        return sum((amount(quantity, price) for _, quantity, price in LINES), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return (self.net * VAT).quantize(CENT)

    @property
    def total(self) -> Decimal:
        return self.net + self.tax


def amount(quantity: Decimal, price: Decimal) -> Decimal:
    return (quantity * price).quantize(CENT)


def as_pdf(invoice: Invoice) -> bytes:
    file = io.BytesIO()
    page = Canvas(file, pagesize=A4, invariant=1)
    page.setTitle(f"Facture {invoice.number}")
    _head(page, invoice)
    _table(page, invoice)
    page.showPage()
    page.save()
    return file.getvalue()


def _head(page: Canvas, invoice: Invoice) -> None:
    left, right = 20 * mm, 125 * mm
    page.setFont("Helvetica-Bold", 17)
    page.drawString(left, 275 * mm, "Garage du Canal")
    page.setFont("Helvetica", 10)
    seller = (
        "14 quai de la Marne, 75019 Paris",
        "Tél. 01 40 00 00 14",
        "SIRET 123 456 789 00011  TVA FR32123456789",
    )
    for place, line in enumerate(seller):
        page.drawString(left, (269 - 5 * place) * mm, line)
    page.setFont("Helvetica-Bold", 14)
    page.drawString(right, 275 * mm, "FACTURE")
    page.setFont("Helvetica", 10.5)
    facts = (f"Facture n° {invoice.number}", f"Date : {invoice.day:%d/%m/%Y}")
    for place, line in enumerate(facts):
        page.drawString(right, (268 - 5.5 * place) * mm, line)
    car = invoice.car
    about = (
        f"Véhicule : {car.make} {car.model} ({car.year})",
        f"Immatriculation : {car.plate}",
        f"VIN : {car.vin}",
        f"Kilométrage : {_thousands(invoice.kilometres)} km",
    )
    page.setFont("Helvetica", 10.5)
    for place, line in enumerate(about):
        page.drawString(left, (240 - 6 * place) * mm, line)


def _table(page: Canvas, invoice: Invoice) -> None:
    columns = (20 * mm, 128 * mm, 158 * mm, 190 * mm)
    height = 205 * mm
    page.setFont("Helvetica-Bold", 10)
    page.drawString(columns[0], height, "Désignation")
    for place, title in zip(columns[1:], ("Qté", "P.U. HT", "Montant HT"), strict=True):
        page.drawRightString(place, height, title)
    page.line(columns[0], height - 2 * mm, columns[3], height - 2 * mm)
    page.setFont("Helvetica", 10)
    for title, quantity, price in LINES:
        height -= 8 * mm
        page.drawString(columns[0], height, title)
        for place, words in zip(
            columns[1:],
            (_number(quantity), _number(price), _number(amount(quantity, price))),
            strict=True,
        ):
            page.drawRightString(place, height, words)
    height -= 5 * mm
    page.line(columns[0], height, columns[3], height)
    sums = (("Total HT", invoice.net), ("TVA 20 %", invoice.tax), ("Total TTC", invoice.total))
    for title, value in sums:
        height -= 7 * mm
        page.setFont("Helvetica-Bold" if title == "Total TTC" else "Helvetica", 11)
        page.drawRightString(columns[2], height, title)
        page.drawRightString(columns[3], height, f"{_number(value)} €")
    page.setFont("Helvetica", 9)
    page.drawString(columns[0], 40 * mm, "Prochaine vidange conseillée : 15 000 km ou 12 mois.")
    page.drawString(
        columns[0], 34 * mm, "Réglée par carte bancaire le jour même. Merci de votre visite."
    )


def _number(value: Decimal) -> str:
    return f"{value:.2f}".replace(".", ",")


def _thousands(value: int) -> str:
    return f"{value:,}".replace(",", " ")


def as_photograph(pdf: bytes) -> bytes:
    """Show the page as a telephone sees it: a little turned, unevenly lit, not quite sharp."""
    document = pypdfium2.PdfDocument(pdf)
    sheet = document[0].render(scale=200 / 72).to_pil().convert("RGB")
    document.close()
    table = Image.new("RGB", (sheet.width + 160, sheet.height + 200), (96, 74, 58))
    table.paste(sheet, (80, 100))
    turned = table.rotate(1.4, Image.Resampling.BICUBIC, fillcolor=(96, 74, 58))
    soft = np.asarray(turned.filter(ImageFilter.GaussianBlur(0.7)), dtype=np.float32)
    height, width, _ = soft.shape
    light = 0.82 + 0.18 * np.cos(np.linspace(0, math.pi / 2, height, dtype=np.float32))
    tile = np.random.default_rng(7).normal(0, 4, (GRAIN, GRAIN)).astype(np.float32)
    grain = np.tile(tile, (height // GRAIN + 1, width // GRAIN + 1))[:height, :width]
    lit = np.clip(soft * light[:, None, None] + grain[:, :, None], 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(lit).save(file, "JPEG", quality=82)
    return file.getvalue()
