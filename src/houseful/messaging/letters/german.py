"""The messages in German."""

from houseful.messaging.letters.german_hire import HIRE
from houseful.messaging.letters.german_sessions import SESSIONS
from houseful.messaging.letters.words import Labels, Language, Wording

GERMAN = Language(
    labels=Labels(
        greeting="Guten Tag {name},",
        event="Veranstaltung",
        date="Datum",
        previous_date="Bisher",
        doors="Einlass",
        starts="Beginn",
        venue="Ort",
        tickets="Tickets",
        returned="Zurückgenommen",
        row="Reihe",
        seat="Platz",
        order="Bestellung",
        paid="Bezahlt",
        refund="Erstattung",
        reason="Grund",
        shop="Ihr Shop",
        office="Ihr Büro",
        link="Falls der Knopf nicht geht, öffnen Sie diese Adresse:",
        why_order="Sie erhalten diese Nachricht, weil Sie bei {organization} bestellt haben.",
        why_account="Sie erhalten diese Nachricht wegen Ihres Kontos für {email}.",
        why_signer="Sie erhalten diese Nachricht, weil {organization} um Ihre Unterschrift bittet.",
        why_holder="Sie erhalten diese Nachricht, weil Sie bei {organization} einen Raum angefragt"
        " haben.",
        spaces="Räume",
        place="Ihr Platz",
        rank="Nummer {rank} in der Reihe",
        backup="hinter einer festen Buchung",
        until="Bis",
        undated="wird bekannt gegeben",
        session="Termin",
        attendee="Für",
        check_in_code="Code zum Einchecken",
        instructor="Mit",
        free_until="Kostenlos stornierbar bis",
        visit_of="Bezahlt mit einem Besuch von",
        kept="Einbehalten",
        bonus="Bonus dazu",
        to_wallet=" auf Ihr Guthaben",
        why_booking="Sie erhalten diese Nachricht, weil Sie bei {organization} gebucht haben.",
    ),
    wordings={
        **HIRE,
        **SESSIONS,
        "order_paid": Wording(
            subject="Ihre Tickets für {event}",
            heading="Ihre Tickets sind da",
            opening="Vielen Dank für Ihre Bestellung. Ihre Tickets für {event} hängen als PDF an:"
            " zeigen Sie sie am Einlass, auf Papier oder auf dem Bildschirm.",
            button="Bestellung ansehen",
            closing="Jeder Code öffnet die Tür ein Mal; bitte teilen oder veröffentlichen Sie ihn"
            " nicht.",
        ),
        "tickets_refunded": Wording(
            subject="Ihre Erstattung für {event}",
            heading="Ihr Geld ist auf dem Weg zurück",
            opening="Die unten genannten Tickets für {event} wurden zurückgenommen. Sie erhalten"
            " {amount} auf dem Weg, auf dem Sie bezahlt haben; das kann einige Tage dauern.",
            button="Bestellung ansehen",
            closing="Die Codes dieser Tickets öffnen die Tür nicht mehr.",
        ),
        "tickets_returned": Wording(
            subject="Ihre Tickets für {event} wurden zurückgenommen",
            heading="Ihre Tickets wurden zurückgenommen",
            opening="Die unten genannten Tickets für {event} wurden zurückgenommen. Sie hatten"
            " nichts gekostet, es ist also kein Geld zu erstatten.",
            button="Bestellung ansehen",
            closing="Die Codes dieser Tickets öffnen die Tür nicht mehr.",
        ),
        "payment_returned": Wording(
            subject="Ihre Zahlung für {event} wird erstattet",
            heading="Ihre Zahlung ist auf dem Weg zurück",
            opening="Es tut uns leid: Der Betrag, der für Ihre Bestellung {order} für {event}"
            " ankam, war nicht der fällige; die Bestellung ist damit nicht bezahlt.\n\nSie"
            " erhalten {amount}, alles, was ankam, auf dem Weg zurück, auf dem Sie bezahlt haben."
            " Das kann einige Tage dauern.",
            button="Bestellung ansehen",
        ),
        "order_canceled": Wording(
            subject="Ihre Bestellung {order} wurde storniert",
            heading="Ihre Bestellung wurde storniert",
            opening="Ihre Bestellung für {event} wurde storniert, bevor sie bezahlt war. Sollte"
            " eine Zahlung noch unterwegs sein, erhalten Sie sie vollständig zurück.",
            button="Programm ansehen",
        ),
        "order_unavailable": Wording(
            subject="Ihre Zahlung für {event} wird erstattet",
            heading="Ihre Zahlung kam zu spät",
            opening="Es tut uns leid: Ihre Zahlung für {event} kam an, als die Bestellung nicht"
            " mehr erfüllt werden konnte: Ihre Zeit war abgelaufen, und die Plätze waren vergeben"
            " oder wurden zu diesem Preis nicht mehr verkauft.\n\nSie erhalten {amount}, alles,"
            " was Sie bezahlt haben, auf dem Weg zurück, auf dem Sie bezahlt haben. Das kann"
            " einige Tage dauern.",
            button="Programm ansehen",
        ),
        "seats_offered": Wording(
            subject="Andere Plätze für {event} sind für Sie reserviert",
            heading="Andere Plätze sind für Sie reserviert",
            opening="Ihre Plätze für {event} waren vergeben, als Ihre Zahlung für die Bestellung"
            " {order} ankam. Wir haben ebenso gute gefunden und halten sie bis {until} für Sie"
            " frei. Sie sind eine neue Bestellung; Ihre Zahlung erhalten Sie in jedem Fall zurück.",
            button="Plätze ansehen",
        ),
        "event_postponed": Wording(
            subject="{event} wird verschoben",
            heading="Ein neuer Termin wird gesucht",
            opening="{event} kann nicht wie geplant stattfinden. Es gibt noch keinen neuen Termin;"
            " wir schreiben Ihnen, sobald es einen gibt.\n\nIhre Tickets bleiben gültig. Sie"
            " müssen nichts tun.",
            button="Bestellung ansehen",
        ),
        "event_rescheduled": Wording(
            subject="{event} hat einen neuen Termin",
            heading="Der Termin hat sich geändert",
            opening="{event} findet jetzt am {day} um {time} Uhr statt.\n\nIhre Tickets gelten für"
            " den neuen Termin. Sie hängen noch einmal an, mit dem neuen Datum: bitte verwenden Sie"
            " diese.",
            button="Bestellung ansehen",
        ),
        "tickets_renewed": Wording(
            subject="Ihre neuen Tickets für {event}",
            heading="Bitte verwenden Sie diese Tickets",
            opening="Wir mussten die Codes der Tickets für {event} ersetzen. Mit denen, die Sie"
            " haben, kommt niemand mehr hinein.\n\nIhre neuen Tickets hängen als PDF an: zeigen Sie"
            " diese am Einlass, auf Papier oder auf einem Bildschirm. Sonst ändert sich nichts.",
            button="Bestellung ansehen",
        ),
        "event_cancelled": Wording(
            subject="{event} ist abgesagt",
            heading="Es tut uns leid: diese Veranstaltung ist abgesagt",
            opening="{event} findet nicht statt, und Ihre Tickets können nicht mehr verwendet"
            " werden.\n\n{organization} schreibt Ihnen wegen Ihres Geldes. Sie müssen jetzt nichts"
            " tun.",
            button="Bestellung ansehen",
        ),
        "password_reset": Wording(
            subject="Ein neues Passwort wählen",
            heading="Ein neues Passwort wählen",
            opening="Jemand hat ein neues Passwort für {email} verlangt. Wenn Sie es waren, wählen"
            " Sie es jetzt: der Link gilt ein Mal, zwei Stunden lang.",
            button="Neues Passwort wählen",
            closing="Wenn Sie es nicht waren, tun Sie nichts. Ihr Passwort bleibt, wie es ist.",
        ),
        "invitation": Wording(
            subject="{organization} lädt Sie ein",
            heading="Willkommen bei {organization}",
            opening="Sie wurden bei {organization} aufgenommen. Wählen Sie ein Passwort, dann"
            " können Sie sich mit {email} anmelden. Der Link gilt ein Mal, zwei Wochen lang.",
            button="Einladung annehmen",
            closing="Wenn Sie das nicht erwartet haben, tun Sie nichts: ohne Passwort kann sich"
            " niemand anmelden.",
        ),
        "member_added": Wording(
            subject="Sie gehören jetzt zu {organization}",
            heading="Sie gehören jetzt zu {organization}",
            opening="Sie wurden bei {organization} als {role} aufgenommen. Melden Sie sich an wie"
            " immer.",
            button="Büro öffnen",
        ),
        "signature_requested": Wording(
            subject="Bitte unterschreiben: {contract}",
            heading="{contract}",
            opening="{organization} bittet Sie, diesen Vertrag zu lesen und zu unterschreiben."
            " Beides geht auf jedem Gerät, ohne etwas zu installieren.",
            button="Lesen und unterschreiben",
            closing="Der Link gehört nur Ihnen: Wer ihn hat, kann in Ihrem Namen unterschreiben."
            " Wenn Sie nicht unterschreiben wollen, sagen Sie es dort, mit dem Grund.",
        ),
        "signature_reminded": Wording(
            subject="Noch zu unterschreiben: {contract}",
            heading="{contract}",
            opening="Dieser Vertrag mit {organization} wartet noch auf Ihre Unterschrift.",
            button="Lesen und unterschreiben",
            closing="Der Link gehört nur Ihnen: Wer ihn hat, kann in Ihrem Namen unterschreiben.",
        ),
        "organization_opened": Wording(
            subject="Willkommen: {organization} ist eröffnet",
            heading="{organization} ist eröffnet",
            opening="Bis zum ersten Verkauf sind es drei Schritte: legen Sie Ihr Haus mit seinen"
            " Räumen an, dann eine Veranstaltung mit ihren Preisen, und veröffentlichen Sie sie."
            " Das Büro führt Sie hindurch.",
            button="Büro öffnen",
        ),
    },
)
