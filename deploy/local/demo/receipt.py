"""The ticket of a pump, of our own making, as a telephone sees it."""

import io
from decimal import Decimal

from PIL import Image, ImageDraw, ImageFont

CENT = Decimal("0.01")
PAPER, INK = 250, 30


def as_photograph(litres: Decimal, price: Decimal) -> bytes:
    """`price` of one litre, in euros."""
    lines = (
        "STATION DU CANAL",
        "Pompe 3   SP95-E10",
        f"{_number(litres)} L x {_number(price)} EUR",
        f"TOTAL TTC {_number(total(litres, price))} EUR",
    )
    ticket = Image.new("L", (420, 60 + 44 * len(lines)), PAPER)
    pen = ImageDraw.Draw(ticket)
    for place, line in enumerate(lines):
        pen.text((30, 30 + 44 * place), line, INK, ImageFont.load_default(26))
    file = io.BytesIO()
    turned = ticket.rotate(-2, Image.Resampling.BICUBIC, expand=True, fillcolor=96)
    turned.save(file, "JPEG", quality=85)
    return file.getvalue()


def total(litres: Decimal, price: Decimal) -> Decimal:
    return (litres * price).quantize(CENT)


def _number(value: Decimal) -> str:
    return f"{value:.2f}".replace(".", ",")
