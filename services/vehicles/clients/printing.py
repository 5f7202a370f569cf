"""The program that prints: `python -m services.vehicles.clients.printing FOLDER` reads `order.json` there and writes `out.pdf`.

It opens papers of strangers: it has limits of memory, processor and files from before the first of them, and whatever is asked for by a
page that is not in its own folders is refused. Papers that are PDFs are laid onto empty pages of ours, which name them: a reader who
cannot see them hears what they are, and the whole stays PDF/UA.
"""

import json
import resource
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pikepdf
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from PIL import Image, ImageOps
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from services.vehicles.clients.printer import ANSWER, ORDER, RESULT
from services.vehicles.clients.writing import Writing
from services.vehicles.domain.moving.legible import all_legible

TEMPLATES: Final = Path(__file__).parents[1] / "templates"
MEMORY: Final = 3 * 1024 * 1024 * 1024
"""Of addresses, of which Pango and its fonts reserve many more than they use."""
CPU_SECONDS: Final = 110
LARGEST_FILE: Final = 256 * 1024 * 1024
MOST_PAGES: Final = 20
"""Of one paper; what is behind them is not a receipt."""
MOST_IN_ALL: Final = 300
MOST_PIXELS: Final = 60_000_000
SHOWN_PIXELS: Final = (1654, 2339)
"""A4 at 200 dpi."""
PDF: Final = "application/pdf"
UNREADABLE: Final = (
    pikepdf.PdfError,
    pikepdf.PasswordError,  # no kind of the other
    RuntimeError,
    OSError,
    ValueError,
    SyntaxError,
    Image.DecompressionBombError,
)
_MM: Final = 72 / 25.4
SHEET: Final = (12 * _MM, 14 * _MM, 198 * _MM, 274 * _MM)
"""Where a paper lies on its page, from the left and from below: `print.css` leaves the room."""


def main(folder: Path) -> None:
    confine()
    order = all_legible(json.loads((folder / ORDER).read_text()))
    papers, sheets = _papers(folder, order["papers"])
    html = _environment(order["language"], order["words"]).get_template(f"{order['template']}.html")
    page = html.render(
        language=order["language"], title=order["title"], facts=order["facts"], papers=papers
    )
    document = HTML(string=page, url_fetcher=HouseFetcher(folder))
    plain = folder / "plain.pdf"
    document.write_pdf(plain, pdf_variant="pdf/ua-1", presentational_hints=False)
    _lay_onto(plain, sheets, folder / RESULT)
    there = sum(1 for paper in papers if paper["pages"])
    unshown = [paper["number"] for paper in papers if paper["file"] and not paper["pages"]]
    (folder / ANSWER).write_text(json.dumps({"papers": there, "unshown": unshown}))


def confine() -> None:
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (limit, limit))
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS


class HouseFetcher(URLFetcher):  # type: ignore[misc]  # no type information published
    """Our style sheet, our pictures of papers, and what a page brings along itself; nothing else is asked for, of anybody."""

    def __init__(self, folder: Path) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)
        self._folder = folder

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        kind, _, name = url.partition(":")
        if kind == "data":
            return super().fetch(url, headers)
        if kind == "house" and name == "print.css":
            return URLFetcherResponse(
                url, (TEMPLATES / name).read_bytes(), {"Content-Type": "text/css"}
            )
        if kind == "paper" and name.isidentifier():
            return URLFetcherResponse(
                url, (self._folder / f"{name}.jpg").read_bytes(), {"Content-Type": "image/jpeg"}
            )
        raise ValueError("nobody is asked")


def _papers(
    folder: Path, said: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[tuple[Path, int] | None]]:
    """With the pages of each; and for each page of a paper, in order, where it comes from: a PDF and its page, or a picture."""
    papers: list[dict[str, Any]] = []
    sheets: list[tuple[Path, int] | None] = []
    for paper in said:
        pages: list[dict[str, Any]] = []
        if paper["file"] and len(sheets) < MOST_IN_ALL:
            path = folder / paper["file"]
            found = _pages(path, paper, folder)
            pages = [{"picture": each if isinstance(each, str) else None} for each in found]
            sheets += [None if isinstance(each, str) else (path, each) for each in found]
        papers.append({**paper, "pages": pages})
    return papers, sheets


def _pages(path: Path, paper: dict[str, Any], folder: Path) -> list[int] | list[str]:
    """Numbers of pages of a PDF, or addresses of pictures; none for what cannot be shown."""
    try:
        if paper["media_type"] == PDF:
            with pikepdf.open(path) as pdf:
                pages = pdf.pages[:MOST_PAGES]
                for page in pages:
                    page.as_form_xobject()  # as it will be laid onto ours: a broken one is found here
                return list(range(len(pages)))
        return _pictures(path, paper["number"], folder)
    except UNREADABLE:
        return []


def _pictures(path: Path, number: int, folder: Path) -> list[str]:
    found = []
    with Image.open(path, formats=("JPEG", "PNG", "WEBP", "TIFF")) as image:
        for frame in range(min(getattr(image, "n_frames", 1), MOST_PAGES)):
            image.seek(frame)
            shown = ImageOps.exif_transpose(image).convert("RGB")
            shown.thumbnail(SHOWN_PIXELS)
            name = f"p{number}_{frame}"
            shown.save(folder / f"{name}.jpg", quality=80)
            found.append(f"paper:{name}")
    return found


def _lay_onto(plain: Path, sheets: list[tuple[Path, int] | None], out: Path) -> None:
    """The papers' pages are the last ones. Laid on as an artefact, which the heading above names."""
    with pikepdf.open(plain) as pdf:
        sources: dict[Path, pikepdf.Pdf] = {}
        first = len(pdf.pages) - len(sheets)
        for place, sheet in enumerate(sheets):
            if sheet is None:
                continue
            path, number = sheet
            source = sources.setdefault(path, pikepdf.open(path))
            page = pdf.pages[first + place]
            page.add_overlay(source.pages[number], pikepdf.Rectangle(*SHEET))
            _mark_as_artefact(pdf, page)
        pdf.save(out, deterministic_id=True)
        for source in sources.values():
            source.close()


def _mark_as_artefact(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    page.contents_coalesce()
    operators = list(pikepdf.parse_content_stream(page))
    last = max(place for place, each in enumerate(operators) if str(each.operator) == "Do")
    begin = pikepdf.ContentStreamInstruction([pikepdf.Name("/Artifact")], pikepdf.Operator("BMC"))
    end = pikepdf.ContentStreamInstruction([], pikepdf.Operator("EMC"))
    marked = [*operators[:last], begin, operators[last], end, *operators[last + 1 :]]
    page.obj.Contents = pdf.make_stream(pikepdf.unparse_content_stream(marked))


def _environment(language: str, words: Mapping[str, str]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def say(word: str, /, **facts: Any) -> str:
        return words[word].format(**facts) if facts else words[word]

    environment.globals["say"] = say
    environment.filters.update(Writing(language).filters())
    return environment


if __name__ == "__main__":
    main(Path(sys.argv[1]))
