"""Domain page §3: the sums of an invoice."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vehicles.domain.care.amounts import (
    AmountOutOfRange,
    Sums,
    add_up,
    amount_of,
    do_not_add_up,
)
from services.vehicles.domain.care.lines import LineKind, RecordLine
from shared.money import Money, exponent

TWENTY = Decimal(20)


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def line(
    price: str | None = None,
    *,
    quantity: str | None = None,
    total: str | None = None,
    rate: Decimal | None = TWENTY,
    kind: LineKind = LineKind.PART,
    currency: str = "EUR",
) -> RecordLine:
    return RecordLine(
        kind=kind,
        description="Huile 5W30",
        quantity=Decimal(quantity) if quantity else None,
        unit_price=Money.of(price, currency) if price else None,
        total=Money.of(total, currency) if total else None,
        tax_rate=rate,
    )


def sums_of(*lines: RecordLine, prices_include_tax: bool = False, is_refund: bool = False) -> Sums:
    sums = add_up(lines, prices_include_tax=prices_include_tax, is_refund=is_refund)
    assert sums is not None
    return sums


class TestAmountOf:
    @pytest.mark.parametrize(
        ("said", "amount"),
        [
            (line("12.90", quantity="4.5"), "58.05"),
            (line("85.00", quantity="1.2"), "102.00"),
            (line("0.333", quantity="1.5", currency="TND"), None),
            (line("14.20"), "14.20"),
            (line("0.01", quantity="0.5"), "0.01"),
            (line("-0.01", quantity="0.5"), "-0.01"),
            (line("9.99", quantity="2", total="18.00"), "18.00"),
            (line("10.00", kind=LineKind.DISCOUNT), "-10.00"),
            (line("-10.00", kind=LineKind.DISCOUNT), "-10.00"),
            (line(total="5.00", kind=LineKind.DISCOUNT), "-5.00"),
        ],
    )
    def test_quantity_times_price_half_a_cent_up(
        self, said: RecordLine, amount: str | None
    ) -> None:
        expected = eur(amount) if amount else Money.of("0.500", "TND")
        assert amount_of(said) == expected

    def test_nothing_said_is_nothing_known(self) -> None:
        assert amount_of(line(quantity="3")) is None


class TestAddUp:
    def test_oil_filter_and_labour(self) -> None:
        sums = sums_of(
            line("12.90", quantity="4.5"),
            line("14.20"),
            line("85.00", quantity="1.2", kind=LineKind.LABOUR),
        )
        assert (sums.net, sums.tax, sums.total) == (eur("174.25"), eur("34.85"), eur("209.10"))

    def test_three_lines_of_3_33_are_taxed_once(self) -> None:
        sums = sums_of(*[line("3.33")] * 3)
        assert (sums.tax, sums.total) == (eur("2.00"), eur("11.99"))

    def test_prices_with_tax(self) -> None:
        sums = sums_of(line("59.90", rate=Decimal(21)), prices_include_tax=True)
        assert (sums.net, sums.tax, sums.total) == (eur("49.50"), eur("10.40"), eur("59.90"))

    def test_each_rate_is_taxed_by_itself(self) -> None:
        sums = sums_of(
            line("100.00"),
            line("50.00", rate=Decimal("5.50")),
            line("10.00", rate=None),
            line("20.00", rate=Decimal("20.0")),
            line("8.00", kind=LineKind.DISCOUNT),
        )
        told = [(each.rate, each.net, each.tax) for each in sums.taxes]
        assert told == [
            (None, eur("10.00"), eur("0.00")),
            (Decimal("5.5"), eur("50.00"), eur("2.75")),
            (TWENTY, eur("112.00"), eur("22.40")),
        ]
        assert sums.total == eur("197.15")

    def test_a_credit_note_is_negative_however_it_is_printed(self) -> None:
        for price in ("215.00", "-215.00"):
            sums = sums_of(line(price), is_refund=True)
            assert (sums.net, sums.tax, sums.total) == (
                eur("-215.00"), eur("-43.00"), eur("-258.00"),
            )  # fmt: skip

    def test_lines_without_amounts_come_to_nothing(self) -> None:
        assert add_up([], prices_include_tax=False) is None
        assert add_up([line()], prices_include_tax=False) is None

    def test_what_no_invoice_has_is_out_of_range(self) -> None:
        with pytest.raises(AmountOutOfRange):
            add_up([line("99999999999.99", quantity="999999")], prices_include_tax=False)
        with pytest.raises(AmountOutOfRange):
            add_up([line("99999999999.99")] * 2, prices_include_tax=False)


class TestDoNotAddUp:
    @pytest.mark.parametrize(
        ("total", "differs"),
        [
            ("209.10", False),
            ("209.30", False),
            ("208.90", False),
            ("208.89", True),
            ("209.32", True),
            ("190.00", True),
        ],
    )
    def test_a_thousandth_is_what_garages_round_by(self, total: str, *, differs: bool) -> None:
        sums = sums_of(line("174.25"))
        assert do_not_add_up(sums, total=eur(total), tax=None) is differs

    @pytest.mark.parametrize(
        ("total", "differs"), [("12.05", False), ("11.95", False), ("12.06", True)]
    )
    def test_or_five_cents(self, total: str, *, differs: bool) -> None:
        assert do_not_add_up(sums_of(line("10.00")), total=eur(total), tax=None) is differs

    def test_lines_that_name_no_rate_may_be_without_tax(self) -> None:
        sums = sums_of(line("100.00", rate=None))
        assert not do_not_add_up(sums, total=eur("120.00"), tax=eur("20.00"))
        assert not do_not_add_up(sums, total=eur("100.00"), tax=eur("16.67"))
        assert do_not_add_up(sums, total=eur("120.00"), tax=None)

    def test_what_is_not_known_is_not_doubted(self) -> None:
        assert not do_not_add_up(sums_of(line("1.00"), line()), total=eur("900.00"), tax=None)
        assert not do_not_add_up(sums_of(line("1.00")), total=None, tax=None)
        assert not do_not_add_up(None, total=eur("900.00"), tax=None)


CURRENCIES = st.sampled_from(["XOF", "EUR", "TND"])
RATES = st.sampled_from([None, *map(Decimal, ("0", "2.1", "5.5", "8.1", "10", "20", "21", "100"))])


@st.composite
def invoices(draw: st.DrawFn) -> tuple[str, list[RecordLine]]:
    currency = draw(CURRENCIES)

    def some(quantity: Decimal, minor: int, rate: Decimal | None, kind: LineKind) -> RecordLine:
        return RecordLine(kind, "x", quantity, Money(minor, currency), None, rate)

    each = st.builds(
        some,
        st.decimals("0.001", "999.999", places=3),
        st.integers(-10_000, 10**7),
        RATES,
        st.sampled_from(LineKind),
    )
    return currency, draw(st.lists(each, min_size=1, max_size=12))


class TestSumsAreExact:
    @given(invoices(), st.booleans())
    def test_net_and_tax_make_the_total_by_rate_and_in_all(
        self, invoice: tuple[str, list[RecordLine]], prices_include_tax: bool
    ) -> None:
        currency, lines = invoice
        sums = sums_of(*lines, prices_include_tax=prices_include_tax)
        amounts = [amount_of(each) for each in lines]
        said = sum(amount.amount_minor for amount in amounts if amount)
        assert sums.net.amount_minor == sum(each.net.amount_minor for each in sums.taxes)
        assert sums.tax.amount_minor == sum(each.tax.amount_minor for each in sums.taxes)
        assert (sums.total if prices_include_tax else sums.net) == Money(said, currency)
        assert sums.are_whole

    @given(invoices())
    def test_tax_is_off_by_half_a_minor_unit_of_each_rate_at_most(
        self, invoice: tuple[str, list[RecordLine]]
    ) -> None:
        currency, lines = invoice
        half = Decimal("0.5").scaleb(-exponent(currency))
        for each in sums_of(*lines).taxes:
            exact = each.net.amount * (each.rate or 0) / 100
            assert abs(each.tax.amount - exact) <= half

    @given(invoices())
    def test_a_line_is_its_product_rounded_once(
        self, invoice: tuple[str, list[RecordLine]]
    ) -> None:
        currency, lines = invoice
        unit = Decimal(1).scaleb(-exponent(currency))
        for each in lines:
            assert each.quantity is not None
            assert each.unit_price is not None
            exact = (each.quantity * each.unit_price.amount).quantize(unit, ROUND_HALF_UP)
            taken = -abs(exact) if each.kind is LineKind.DISCOUNT else exact
            found = amount_of(each)
            assert found is not None
            assert found.amount == taken

    @given(invoices())
    def test_a_refund_is_never_positive(self, invoice: tuple[str, list[RecordLine]]) -> None:
        _, lines = invoice
        assert sums_of(*lines, is_refund=True).net.amount_minor <= 0

    @given(invoices())
    def test_the_order_of_lines_does_not_matter(
        self, invoice: tuple[str, list[RecordLine]]
    ) -> None:
        _, lines = invoice
        assert sums_of(*lines) == sums_of(*lines[::-1])
