"""An address as a picture that telephones read."""

import io

import segno


def qr_of(address: str) -> str:
    """SVG, dark on light whatever is behind it; readable with a seventh of it covered (level M)."""
    out = io.BytesIO()
    segno.make_qr(address, error="m").save(
        out, kind="svg", scale=4, border=4, light="#fff", xmldecl=False, svgclass=None
    )
    return out.getvalue().decode().strip()
