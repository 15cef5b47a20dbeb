"""The words of a trace, by language: what each step is called, and how it was reckoned."""

import msgspec

from houseful.kernel.locales import known_locale


class TraceTexts(msgspec.Struct, frozen=True, kw_only=True):
    """Labels, and sentences with `{placeholders}`; English unless translated."""

    gross: str = "Gross box office receipts"
    sold: str = "{count} sold"
    fees: str = "Booking fees"
    fees_how: str = "shared by no deal"
    facility_fees: str = "Facility fees"
    adjusted_gross: str = "Adjusted gross"
    adjusted_gross_how: str = "gross − fees"
    tax: str = "Tax"
    tax_contained: str = "{percent} contained in it"
    tax_of_books: str = "as the books say"
    tax_part_of_books: str = "its part of what the books say"
    net_gross: str = "Net gross (NBOR)"
    net_gross_how: str = "adjusted gross − tax"
    of_net_gross: str = "{percent} of net gross"
    costs_off_the_top: str = "Expenses off the top"
    costs: str = "Expenses of the show"
    costs_how: str = "{what}: the share is reckoned without them"
    share_of_venue: str = "The venue's share: {shape}"
    share_of_promoter: str = "The promoter's share: {shape}"
    flat: str = "flat"
    guarantee: str = "guarantee"
    percentage: str = "percentage"
    versus: str = "versus"
    plus: str = "plus"
    door: str = "door"
    per_ticket: str = "per ticket"
    agreed: str = "as agreed"
    share_how: str = "{percent} of {base}, {amount}"
    then: str = ", then "
    base_gross: str = "gross receipts"
    base_adjusted_gross: str = "adjusted gross"
    base_net_gross: str = "net gross (NBOR)"
    base_net: str = "net gross less expenses"
    base_net_and_profit: str = "net gross less expenses and profit"
    the_percentage: str = "The percentage"
    the_guarantee: str = "The guarantee"
    the_greater: str = "the greater of the two"
    profit: str = "The promoter's profit"
    profit_of_costs: str = "{percent} of the expenses"
    profit_of_both: str = "{percent} of expenses and guarantee"
    split_point: str = "Split point"
    split_point_how: str = "expenses + guarantee + profit"
    over_split_point: str = "Over the split point"
    over_split_point_how: str = "{percent} of {amount}"
    at_least: str = "At least"
    floor: str = "the floor"
    at_most: str = "At most"
    cap: str = "the cap"
    bonus: str = "Bonus"
    bonus_how: str = "{count} sold or more"
    pot: str = "To be shared"
    pot_how: str = "net gross + facility fees"
    promoter: str = "The promoter's part"
    venue: str = "The venue's part"
    venue_how: str = "to be shared − the promoter's part"
    returned_to_venue: str = "The venue gets back"
    returned_to_promoter: str = "The promoter gets back"
    returned_how: str = "show costs it had paid: {what}"
    recouped: str = "Recouped from the promoter"
    recouped_how: str = "the venue had paid it: {what}"
    refunded: str = "Given back to the promoter"
    refunded_how: str = "borne by the venue: {what}"
    deposits: str = "Deposits the venue holds"
    advances: str = "Advances to the promoter"
    paid_before: str = "paid before"
    held: str = "The promoter holds the receipts"
    walk_out: str = "Walk-out"
    due_to_promoter: str = "due to the promoter"
    due_to_venue: str = "due to the venue"

    def named(self, stem: str) -> str:
        """Return the text of a name that is put together, such as `base_net`."""
        text: str = getattr(self, stem)
        return text


_GERMAN = TraceTexts(
    gross="Bruttoeinnahmen aus Tickets",
    sold="{count} verkauft",
    fees="Buchungsgebühren",
    fees_how="werden nicht geteilt",
    facility_fees="Hausgebühren",
    adjusted_gross="Bereinigte Bruttoeinnahmen",
    adjusted_gross_how="Brutto − Gebühren",
    tax="Umsatzsteuer",
    tax_contained="{percent}, darin enthalten",
    tax_of_books="laut den Büchern",
    tax_part_of_books="ihr Teil laut den Büchern",
    net_gross="Nettoeinnahmen (NBOR)",
    net_gross_how="bereinigtes Brutto − Steuer",
    of_net_gross="{percent} der Nettoeinnahmen",
    costs_off_the_top="Kosten, vorab abgezogen",
    costs="Kosten der Veranstaltung",
    costs_how="{what}: der Anteil rechnet sich ohne sie",
    share_of_venue="Anteil des Hauses: {shape}",
    share_of_promoter="Anteil des Veranstalters: {shape}",
    flat="Festbetrag",
    guarantee="Garantie",
    percentage="prozentual",
    versus="Garantie oder Prozente",
    plus="Garantie und Prozente",
    door="Türdeal",
    per_ticket="je Ticket",
    agreed="wie vereinbart",
    share_how="{percent} von: {base}, {amount}",
    then=", dann ",
    base_gross="Bruttoeinnahmen",
    base_adjusted_gross="bereinigte Bruttoeinnahmen",
    base_net_gross="Nettoeinnahmen (NBOR)",
    base_net="Nettoeinnahmen abzüglich Kosten",
    base_net_and_profit="Nettoeinnahmen abzüglich Kosten und Gewinn",
    the_percentage="Die Prozente",
    the_guarantee="Die Garantie",
    the_greater="der höhere der beiden Beträge",
    profit="Gewinn des Veranstalters",
    profit_of_costs="{percent} der Kosten",
    profit_of_both="{percent} von Kosten und Garantie",
    split_point="Teilungspunkt",
    split_point_how="Kosten + Garantie + Gewinn",
    over_split_point="Über dem Teilungspunkt",
    over_split_point_how="{percent} von {amount}",
    at_least="Mindestens",
    floor="die Untergrenze",
    at_most="Höchstens",
    cap="die Obergrenze",
    bonus="Bonus",
    bonus_how="ab {count} verkauften Tickets",
    pot="Zu teilen",
    pot_how="Nettoeinnahmen + Hausgebühren",
    promoter="Teil des Veranstalters",
    venue="Teil des Hauses",
    venue_how="zu teilen − Teil des Veranstalters",
    returned_to_venue="Das Haus erhält zurück",
    returned_to_promoter="Der Veranstalter erhält zurück",
    returned_how="bezahlte Kosten der Veranstaltung: {what}",
    recouped="Vom Veranstalter erstattet",
    recouped_how="vom Haus bezahlt: {what}",
    refunded="Dem Veranstalter erstattet",
    refunded_how="trägt das Haus: {what}",
    deposits="Anzahlungen beim Haus",
    advances="Vorschüsse an den Veranstalter",
    paid_before="zuvor bezahlt",
    held="Der Veranstalter hat die Einnahmen",
    walk_out="Abrechnung des Abends",
    due_to_promoter="an den Veranstalter zu zahlen",
    due_to_venue="an das Haus zu zahlen",
)
_BY_LANGUAGE = {"en": TraceTexts(), "de": _GERMAN}


def trace_texts(locale: str) -> TraceTexts:
    """Return the words in the locale's language, or in English."""
    return _BY_LANGUAGE.get(known_locale(locale).language, _BY_LANGUAGE["en"])
