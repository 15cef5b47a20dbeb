"""The messages about sessions in German."""

from collections.abc import Mapping

from houseful.messaging.letters.words import Wording

SESSIONS: Mapping[str, Wording] = {
    "session_booked": Wording(
        subject="Gebucht: {session}, {day}",
        heading="Ihr Platz ist bestätigt",
        opening="Sie haben einen Platz in {session} am {day} um {time}. Auf der Seite Ihrer Buchung"
        " steht der Code, mit dem Sie einchecken.",
        button="Buchung ansehen",
        closing="Wenn Sie nicht kommen können, geben Sie Ihren Platz dort bitte zurück: vielleicht"
        " wartet jemand darauf.",
    ),
    "session_promoted": Wording(
        subject="Sie haben einen Platz: {session}, {day}",
        heading="Ein Platz wurde frei, und er gehört Ihnen",
        opening="Sie haben auf {session} am {day} um {time} gewartet. Wie gewünscht wurde der frei"
        " gewordene Platz gleich für Sie gebucht.",
        button="Buchung ansehen",
        closing="Wenn Sie nicht mehr kommen können, geben Sie ihn dort bitte zurück.",
    ),
    "session_reminder": Wording(
        subject="Bald: {session}, {day} um {time}",
        heading="Bis bald",
        opening="{session} ist am {day} um {time}. Halten Sie den Code Ihrer Buchung bereit, wenn"
        " Sie kommen.",
        button="Code anzeigen",
    ),
    "session_moved": Wording(
        subject="{session} ist jetzt am {day} um {time}",
        heading="Ihr Termin wurde verlegt",
        opening="{session} ist jetzt am {day} um {time}; wo, steht unten. Ihr Platz ist mit"
        " verlegt.",
        button="Buchung ansehen",
        closing="Wenn das nicht passt, schreiben Sie uns, oder geben Sie Ihren Platz auf der Seite"
        " zurück.",
    ),
    "session_offered": Wording(
        subject="Ein Platz für Sie: {session}, {day}",
        heading="Ein Platz ist frei geworden",
        opening="Sie haben auf {session} am {day} um {time} gewartet. Ein Platz wird für Sie, und"
        " nur für Sie, gehalten bis {until}.",
        button="Platz nehmen",
        closing="Wenn Sie ihn bis dahin nicht nehmen, geht er an den Nächsten auf der Liste.",
    ),
    "session_offer_lapsed": Wording(
        subject="Ihr Angebot ist abgelaufen: {session}, {day}",
        heading="Der Platz ging an den Nächsten auf der Liste",
        opening="Der Platz in {session} am {day} um {time} wurde für Sie gehalten, so lange es"
        " ging. Sie können sich wieder auf die Warteliste setzen.",
        button="Termin ansehen",
    ),
    "session_passed_over": Wording(
        subject="Nicht gebucht: {session}, {day}",
        heading="Der Platz konnte nicht für Sie gebucht werden",
        opening="Ein Platz in {session} am {day} um {time} wurde frei. Sie wollten gleich gebucht"
        " werden, aber Karte und Guthaben reichten nicht; der Platz ging an den Nächsten.",
        button="Termin ansehen",
    ),
    "session_passed_over_owing": Wording(
        subject="Nicht gebucht: {session}, {day}",
        heading="Der Platz konnte nicht für Sie gebucht werden",
        opening="Ein Platz in {session} am {day} um {time} wurde frei, und Sie waren an der Reihe."
        " Frühere Termine sind noch nicht bezahlt; der Platz ging an den Nächsten. Sobald sie"
        " bezahlt sind, können Sie wieder buchen.",
        button="Termin ansehen",
    ),
    "session_hold_lapsed": Wording(
        subject="Nicht rechtzeitig bezahlt: {session}, {day}",
        heading="Ihr Platz wurde nicht rechtzeitig bezahlt",
        opening="Der Platz in {session} am {day} um {time} war für Sie gehalten und ist nun wieder"
        " frei. Was von Mehrfachkarte oder Guthaben verwendet war, ist zurück. Wenn Sie noch kommen"
        " möchten, buchen Sie bitte noch einmal.",
        button="Termin ansehen",
    ),
    "session_late_payment": Wording(
        subject="Ihre Zahlung kommt zurück: {session}, {day}",
        heading="Ihre Zahlung kam zu spät",
        opening="{amount} für {session} am {day} um {time} kamen erst an, als Ihr Platz wieder frei"
        " für andere war, und es war keiner mehr da. Sie bekommen alles zurück, wie Sie gezahlt"
        " haben.",
        button="Termin ansehen",
    ),
    "session_cancelled": Wording(
        subject="Abgesagt: {session}, {day}",
        heading="Sie haben Ihren Platz zurückgegeben",
        opening="Ihre Buchung von {session} am {day} um {time} ist storniert.",
        button="Zum Kursplan",
    ),
    "session_called_off": Wording(
        subject="Fällt aus: {session}, {day}",
        heading="Es tut uns leid: Ihr Termin findet nicht statt",
        opening="Wir mussten Ihre Buchung von {session} am {day} um {time} absagen. Alles, womit"
        " Sie bezahlt haben, kommt zurück: Geld auf dem Weg, auf dem es kam, ein Besuch auf"
        " seine Karte.",
        button="Zum Kursplan",
    ),
    "session_wait_ended": Wording(
        subject="Fällt aus: {session}, {day}",
        heading="Der Termin, auf den Sie warten, findet nicht statt",
        opening="{session} am {day} um {time} fällt aus. Sie stehen damit nicht mehr auf der"
        " Warteliste. Andere Termine finden Sie im Kursplan.",
        button="Zum Termin",
    ),
    "session_refund_refused": Wording(
        subject="Ihre Erstattung verzögert sich: {session}",
        heading="Ihre Karte hat das Geld nicht angenommen",
        opening="Wir haben {amount} für {session} am {day} auf Ihre Karte erstattet; die Bank hat"
        " das abgelehnt. Sie müssen nichts tun: Wir kümmern uns darum und schreiben Ihnen, sobald"
        " das Geld wieder unterwegs ist.",
        button="Zur Buchung",
    ),
    "pass_refund_refused": Wording(
        subject="Ihre Erstattung verzögert sich: {pass}",
        heading="Ihre Karte hat das Geld nicht angenommen",
        opening="Wir haben {amount} für {pass} auf Ihre Karte erstattet; die Bank hat das"
        " abgelehnt. Sie müssen nichts tun: Wir kümmern uns darum, dass Sie das Geld bekommen.",
        button="Zum Kursplan",
    ),
    "session_refund_approved": Wording(
        subject="Ihre Erstattung: {session}",
        heading="Ihr Geld ist auf dem Weg zurück",
        opening="Sie haben für {session} am {day} um Erstattung gebeten. Sie erhalten"
        " {amount}{target}; auf einer Kreditkarte kann es einige Tage dauern.",
        button="Buchung ansehen",
    ),
    "session_refund_rejected": Wording(
        subject="Zu Ihrer Erstattung: {session}",
        heading="Wir können das Geld nicht erstatten",
        opening="Sie haben für {session} am {day} um Erstattung gebeten. Wir haben es geprüft und"
        " können dem nicht nachkommen. Der Grund steht unten.",
        button="Buchung ansehen",
    ),
    "session_due": Wording(
        subject="Zu bezahlen: {session}, {day}",
        heading="{amount} zu bezahlen",
        opening="{session} am {day} ist noch zu bezahlen: Karte und Guthaben reichten nicht.",
        button="{amount} bezahlen",
        closing="Geld, das Sie auf Ihr Guthaben laden, bezahlt es auch von selbst.",
    ),
    "session_due_again": Wording(
        subject="Noch zu bezahlen: {session}, {day}",
        heading="{amount} noch zu bezahlen",
        opening="Wir erinnern Sie daran, dass {session} am {day} noch nicht bezahlt ist.",
        button="{amount} bezahlen",
        closing="Wenn etwas nicht stimmt, antworten Sie bitte auf diese Nachricht.",
    ),
    "session_settled": Wording(
        subject="Erledigt: {session}, {day}",
        heading="Es ist nichts mehr offen",
        opening="Was für {session} am {day} offen war, ist erledigt. Vielen Dank.",
        button="Buchung ansehen",
    ),
    "standing_begun": Wording(
        subject="Ihr fester Platz in {session}",
        heading="Sie haben einen festen Platz",
        opening="Sie haben einen Platz in jedem Termin von {session}, der nicht ausgebucht ist,"
        " auch in denen, die später angekündigt werden. Sie zahlen jeden, wenn er vorbei ist, und"
        " können einzelne absagen.",
        button="Zum Kursplan",
    ),
    "standing_paused": Wording(
        subject="Ihr fester Platz in {session} ruht",
        heading="Ihr fester Platz ruht",
        opening="Bis es weitergeht, können andere Ihren Platz in allen Terminen von {session}"
        " haben. Was schon zu nah war, um es umsonst abzusagen, bleibt gebucht.",
        button="Zum Kursplan",
    ),
    "standing_resumed": Wording(
        subject="Ihr fester Platz in {session} ist wieder da",
        heading="Ihr fester Platz ist wieder da",
        opening="Sie haben wieder einen Platz in jedem Termin von {session}, der nicht ausgebucht"
        " ist, außer in denen, die Sie einzeln abgesagt haben.",
        button="Zum Kursplan",
    ),
    "standing_ended": Wording(
        subject="Ihr fester Platz in {session} ist beendet",
        heading="Ihr fester Platz ist beendet",
        opening="Ihr Platz in allen Terminen von {session} ist zurückgegeben. Was schon zu nah war,"
        " um es umsonst abzusagen, bleibt gebucht.",
        button="Zum Kursplan",
    ),
    "pass_sold": Wording(
        subject="Ihre Karte: {pass}",
        heading="Ihre Karte ist bereit",
        opening="Sie haben {pass} für {amount} gekauft. Sie wird von selbst für jeden Termin"
        " verwendet, zu dem sie passt.",
        button="Zum Kursplan",
    ),
    "wallet_topped_up": Wording(
        subject="{amount} sind auf Ihrem Guthaben",
        heading="Ihr Guthaben ist aufgeladen",
        opening="{amount} sind auf Ihrem Guthaben eingegangen. Es wird beim Buchen von selbst"
        " verwendet.",
        button="Zum Kursplan",
    ),
    "customer_account": Wording(
        subject="Ihr Konto bei {organization}",
        heading="Ihre Buchungen an einem Ort",
        opening="Jemand, hoffentlich Sie, hat bei {organization} um ein Konto für {email} gebeten,"
        " oder möchte Buchungen behalten, die mit dieser Adresse gemacht wurden. Der Link gilt zwei"
        " Tage.",
        button="Mein Konto öffnen",
        closing="Wenn Sie es nicht waren, tun Sie nichts. Wer diesen Link hat, sieht, was mit Ihrer"
        " Adresse gebucht wurde; geben Sie ihn bitte nicht weiter.",
    ),
}
