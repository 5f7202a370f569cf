"""Every mail in every language: complete, in that language, safe, and light."""

import re
from datetime import UTC, datetime
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from services.notifications.clients.renderer import TEMPLATES, Reader, TemplateRenderer, lower_first
from services.notifications.domain.kinds import Kind
from services.notifications.domain.links import Sites, url_of
from services.notifications.domain.message import Message
from services.notifications.domain.news import News
from services.notifications.tests.factories import make_every_news
from shared.contracts.auth import ResetReason
from shared.contracts.base import Language

NEWS = make_every_news()
PAGES, HOUSE = "https://app.autotrack.example", "https://autotrack.example"
RENDERER = TemplateRenderer(f"{PAGES}/settings/notifications")


def facts_of(news: News) -> dict[str, Any]:
    url = url_of(
        news.kind,
        sites=Sites(HOUSE, PAGES),
        about=news.about,
        language=Language.FR,
        facts=news.facts,
        secret=news.secret,
    )
    return {**news.facts, "secret": news.secret, "minutes": 10, "url": url}


@cache
def rendered(name: str, language: Language, *, timezone: str = "Europe/Paris") -> Message:
    news = NEWS[name]
    return RENDERER.render(news.kind, Reader(language, timezone, "Chloé"), facts_of(news))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", NEWS)
class TestEveryMail:
    def test_it_is_complete(self, name: str, language: Language) -> None:
        mail = rendered(name, language)
        assert 5 <= len(mail.subject) <= 78
        assert mail.summary
        assert "Chloé" in mail.text
        for words in (mail.subject, mail.summary, mail.text, mail.html):
            assert not re.search(r"\bNone\b|\{\{|\{%|undefined|\{[a-z_]+\}", words)
            assert "  " not in words.replace("    042917", "") or words is mail.html
        assert f'<html lang="{language}"' in mail.html
        assert "prefers-color-scheme: dark" in mail.html
        assert "max-width: 480px" in mail.html
        assert len(mail.html) < 15_000

    def test_text_and_html_say_the_same(self, name: str, language: Language) -> None:
        mail = rendered(name, language)
        body = re.sub(r"<style.*?</style>", "", mail.html, flags=re.DOTALL)
        shown = _words(re.sub(r"<[^>]+>", " ", body))
        for line in mail.text.splitlines():
            said = re.sub(r"https://.*|^\d\. |^-- $", "", line)
            assert _words(said) in shown, line

    def test_it_fetches_nothing_and_its_links_are_whole(
        self, name: str, language: Language
    ) -> None:
        mail = rendered(name, language)
        assert "<img" not in mail.html
        assert "@import" not in mail.html
        assert "url(" not in mail.html
        for link in re.findall(r'href="([^"]*)"', mail.html):
            assert link.startswith("https://"), link

    def test_a_button_has_its_room_on_the_cell_where_every_client_lays_it_out(
        self, name: str, language: Language
    ) -> None:
        html = rendered(name, language).html
        for cell, link in re.findall(r'class="press".*?(<td[^>]*>)(<a [^>]*>)', html, re.DOTALL):
            assert "padding: 13px 26px" in cell
            assert 'bgcolor="#0f6b5c"' in cell
            assert "padding" not in link

    def test_what_it_says_begins_like_a_sentence(self, name: str, language: Language) -> None:
        mail = rendered(name, language)
        written = NEWS[name].facts.get("file_name") or "-"
        for words in (mail.subject, mail.summary):
            assert not words[:1].islower() or words.startswith(written), words

    def test_the_inbox_line_is_one_line(self, name: str, language: Language) -> None:
        news = NEWS[name]
        title, body = RENDERER.summarise(
            news.kind, Reader(language, "Europe/Paris"), facts_of(news)
        )
        assert title
        assert body
        assert "\n" not in title + body


@pytest.mark.parametrize("language", Language)
def test_a_password_that_is_gone_is_never_said_to_stay(language: Language) -> None:
    asked = rendered("password_reset_asked", language).text
    [stays] = [line for line in asked.splitlines() if line.startswith(_STAYS[language])]
    told = set()
    for reason in set(ResetReason) - {ResetReason.ASKED}:
        text = rendered(f"password_reset_{reason}", language).text
        assert stays not in text
        told.add(text)
    assert len(told | {asked}) == len(ResetReason), "each says why"


_STAYS = {Language.FR: "Ce n’était pas vous", Language.EN: "Was it not", Language.ES: "¿No has"}


def _words(text: str) -> str:
    """Without spaces and colons, which a table has no need of."""
    return re.sub(r"[\s:]", "", unescape(text))


def test_every_kind_is_rendered_above() -> None:
    assert {news.kind for news in NEWS.values()} == set(Kind)


@pytest.mark.parametrize("language", Language)
def test_templates_are_those_of_the_kinds(language: Language) -> None:
    names = {path.name for path in Path(TEMPLATES / language).iterdir()}
    wanted = {f"{name}.{end}" for name in [*Kind, "layout"] for end in ("html", "txt")}
    assert names == wanted


class TestLanguages:
    def test_no_two_languages_share_a_subject(self) -> None:
        for name in NEWS:
            subjects = {rendered(name, language).subject for language in Language}
            assert len(subjects) == len(Language), name

    @pytest.mark.parametrize(
        ("language", "total", "day"),
        [
            (Language.FR, "1\u00a0189,90\u00a0€", "12 novembre 2026"),
            (Language.EN, "€1,189.90", "12 November 2026"),
            (Language.ES, "1.189,90\u00a0€", "12 de noviembre de 2026"),
        ],
    )
    def test_money_and_days_are_written_as_there(
        self, language: Language, total: str, day: str
    ) -> None:
        mail = rendered("draft_ready", language)
        assert total in mail.text
        assert total in mail.html.replace("&nbsp;", "\u00a0")
        assert day in mail.text

    @pytest.mark.parametrize(
        ("minor", "currency", "written"),
        [
            (85_750, "TND", "85,750\u00a0TND"),
            (85_750, "IQD", "85,750\u00a0IQD"),
            (59_000, "XOF", "59\u00a0000\u00a0F\u00a0CFA"),
            (500, "JPY", "500\u00a0JPY"),
            (135_495, "CHF", "1\u00a0354,95\u00a0CHF"),
            (-25_800, "EUR", "-258,00\u00a0€"),
        ],
    )
    def test_money_has_the_decimals_of_its_currency(
        self, minor: int, currency: str, written: str
    ) -> None:
        total = {"amount_minor": minor, "currency": currency}
        facts = facts_of(NEWS["draft_ready"]) | {"total": total}
        mail = RENDERER.render(Kind.DRAFT_READY, Reader(Language.FR, "UTC", "Chloé"), facts)
        assert written in mail.text

    def test_moments_are_told_in_the_persons_zone(self) -> None:
        assert "22 novembre 2026, 10:00" in rendered("new_device", Language.FR).text
        there = rendered("new_device", Language.FR, timezone="America/Guadeloupe")
        assert "22 novembre 2026, 05:00" in there.text
        nowhere = rendered("new_device", Language.FR, timezone="../../etc/passwd")
        assert "22 novembre 2026, 10:00" in nowhere.text

    def test_an_appointment_says_whose_time_it_is_only_where_it_matters(self) -> None:
        here = rendered("booking_day_before", Language.FR).text
        assert "Rendez-vous : dimanche 29 novembre 2026, 10:00\n" in here.replace("\xa0", " ")
        assert "UTC" not in here
        there = rendered("booking_day_before", Language.FR, timezone="America/Guadeloupe").text
        there = there.replace("\xa0", " ")
        assert (
            "Rendez-vous : dimanche 29 novembre 2026, 10:00 (UTC+01:00), heure du garage" in there
        )
        assert "À votre heure locale : dimanche 29 novembre 2026, 05:00" in there

    def test_distances_are_told_in_the_cars_unit(self) -> None:
        assert "75\u00a0000\u00a0km" in rendered("reminder_due", Language.FR).text
        assert "46,603\u00a0mi" in rendered("reminder_by_distance", Language.EN).text

    def test_whoever_chose_miles_reads_miles_and_whoever_chose_kilometres_kilometres(self) -> None:
        for name, unit, written in (
            ("reminder_due", "mi", "46,603\u00a0mi"),
            ("reminder_by_distance", "km", "75,000\u00a0km"),
        ):
            reader = Reader(Language.EN, "UTC", "Chloé", unit)
            assert written in RENDERER.render(Kind.REMINDER_DUE, reader, facts_of(NEWS[name])).text

    def test_a_title_without_the_language_falls_back_to_another(self) -> None:
        facts = {**facts_of(NEWS["reminder_due"]), "titles": {"fr": "Vidange"}}
        mail = RENDERER.render(Kind.REMINDER_DUE, Reader(Language.EN, "UTC"), facts)
        assert mail.subject == "Vidange: Peugeot 208"


class TestWithoutAWebApplication:
    """A link leads to a page of the gateway, or is not there."""

    RENDERER = TemplateRenderer(None)

    @pytest.mark.parametrize("language", Language)
    @pytest.mark.parametrize("name", NEWS)
    def test_no_link_leads_nowhere(self, name: str, language: Language) -> None:
        news = NEWS[name]
        url = url_of(
            news.kind,
            sites=Sites(HOUSE, None),
            about=news.about,
            language=language,
            facts=news.facts,
            secret=news.secret,
        )
        facts = {**news.facts, "secret": news.secret, "minutes": 10, "url": url}
        mail = self.RENDERER.render(news.kind, Reader(language, "Europe/Paris", "Chloé"), facts)
        pages = ("/reset-password?", "/forgot-password?", "/revert-email?", "/export?")
        for link in (
            *re.findall(r'href="([^"]*)"', mail.html),
            *re.findall(r"https://\S+", mail.text),
        ):
            known = link.startswith(tuple(HOUSE + page for page in pages))
            assert known or link == "https://pay.example.org/in_1", link
        assert "None" not in mail.text + mail.html
        assert not re.search(r":\s*$", mail.text.strip()), "a label without its link"


class TestFrench:
    @pytest.mark.parametrize("name", NEWS)
    def test_its_typography_is_french(self, name: str) -> None:
        """Curly apostrophes, and no break before the high punctuation marks."""
        mail = rendered(name, Language.FR)
        body = unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", mail.html, flags=re.DOTALL))
        for words in (mail.subject, mail.summary, mail.text, body):
            plain = re.sub(r"https://\S+", "", words)
            assert not re.search(r"[^\W\d]'[^\W\d]", plain), plain
            assert not re.search(r"[^\s] [;!?»]", plain), plain
            assert not re.search(r"[\w)»] :", plain), plain


class TestLimits:
    def test_a_meter_of_hours(self) -> None:
        assert "4\u00a0120,5\u00a0h" in rendered("hours_judged", Language.FR).text

    def test_a_long_subject_is_cut_at_78(self) -> None:
        facts = {**facts_of(NEWS["reminder_due"]), "titles": {"fr": "V" * 200}}
        mail = RENDERER.render(Kind.REMINDER_DUE, Reader(Language.FR, "UTC"), facts)
        assert len(mail.subject) == 78
        assert mail.subject.endswith("…")

    def test_a_day_with_a_moment_keeps_its_date(self) -> None:
        cancelling = rendered("subscription_cancelling", Language.FR)
        assert datetime(2026, 12, 23, tzinfo=UTC).strftime("%d décembre %Y") in cancelling.text

    @pytest.mark.parametrize(
        ("title", "inside"), [("Vidange", "vidange"), ("ABS", "ABS"), ("", ""), ("É", "é")]
    )
    def test_a_title_inside_a_sentence(self, title: str, inside: str) -> None:
        assert lower_first(title) == inside
