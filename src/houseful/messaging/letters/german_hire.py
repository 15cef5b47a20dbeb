"""The messages about holds and bookings of spaces in German."""

from collections.abc import Mapping

from houseful.messaging.letters.words import Wording

HIRE: Mapping[str, Wording] = {
    "inquiry_received": Wording(
        subject="Ihre Anfrage ist angekommen: {booking}",
        heading="Ihre Anfrage ist angekommen",
        opening="Danke für Ihre Anfrage bei {organization} zu {booking}. Wir sehen nach, was"
        " frei ist, und schreiben Ihnen. Bis dahin ist nichts reserviert.",
    ),
    "hold_placed": Wording(
        subject="Wir halten den Termin: {booking}",
        heading="Der Termin ist für Sie vorgemerkt",
        opening="{organization} hält die unten genannten Räume für {booking}: Sie sind {rank}."
        " Eine Option ist noch keine Buchung; sie gilt bis {until}, wenn Sie nicht vorher"
        " bestätigen.",
    ),
    "hold_moved_up": Wording(
        subject="Sie sind aufgerückt: {booking}",
        heading="Sie sind aufgerückt",
        opening="Jemand vor Ihnen ist zurückgetreten. Für {booking} sind Sie jetzt {rank}.",
    ),
    "hold_moved_back": Wording(
        subject="Ihr Platz hat sich geändert: {booking}",
        heading="Ihr Platz hat sich geändert",
        opening="{organization} hat eine andere Option vor Ihre gesetzt. Für {booking} sind Sie"
        " jetzt {rank}. Bitte fragen Sie uns, wenn Sie dazu Fragen haben.",
    ),
    "hold_expiring": Wording(
        subject="Ihre Option endet bald: {booking}",
        heading="Ihre Option endet bald",
        opening="Die Option für {booking} verfällt am {until}. Bitte sagen Sie uns vorher, ob"
        " Sie den Termin möchten oder mehr Zeit brauchen.",
    ),
    "hold_challenged": Wording(
        subject="Bitte entscheiden Sie bis {until}: {booking}",
        heading="Jemand anderes will unterschreiben",
        opening="Jemand hinter Ihnen möchte denselben Termin wie {booking} und ist bereit zu"
        " unterschreiben. Sie kommen zuerst: Bestätigen Sie bis {until}, und der Termin gehört"
        " Ihnen. Sonst verfällt Ihre Option.",
        closing="Wenn Sie den Termin nicht mehr brauchen, sagen Sie es uns bitte, damit andere"
        " ihn haben können.",
    ),
    "hold_released": Wording(
        subject="Nicht mehr gehalten: {booking}",
        heading="Der Termin wird nicht mehr gehalten",
        opening="Die Option für {booking} ist beendet; die Räume sind für andere frei. Wenn Sie"
        " den Termin noch möchten, schreiben Sie uns: vielleicht ist er noch zu haben.",
    ),
    "booking_declined": Wording(
        subject="Das können wir nicht anbieten: {booking}",
        heading="Es tut uns leid",
        opening="{organization} kann Ihnen die unten genannten Räume für {booking} nicht"
        " anbieten. Vielleicht geht ein anderer Termin: bitte schreiben Sie uns.",
    ),
    "challenge_won": Wording(
        subject="Sie können bestätigen: {booking}",
        heading="Der Weg ist frei",
        opening="Alle vor Ihnen haben Platz gemacht. Bestätigen Sie {booking} bis {until};"
        " sonst verfällt auch Ihre Option.",
    ),
    "challenge_lost": Wording(
        subject="Der Termin ist vergeben: {booking}",
        heading="Jemand vor Ihnen hat bestätigt",
        opening="Jemand vor Ihnen hat rechtzeitig bestätigt. Ihre Option für {booking} bleibt"
        " dahinter bestehen, falls dort abgesagt wird.",
    ),
    "booking_confirmed": Wording(
        subject="Bestätigt: {booking}",
        heading="Es findet statt",
        opening="{organization} bestätigt {booking}. Die unten genannten Räume gehören Ihnen.",
    ),
    "booking_cancelled": Wording(
        subject="Abgesagt: {booking}",
        heading="Diese Buchung ist abgesagt",
        opening="{booking} findet nicht statt, und die Räume sind für andere frei.",
    ),
    "deposit_returned": Wording(
        subject="Sie erhalten {amount} zurück: {booking}",
        heading="Sie erhalten Geld zurück",
        opening="{organization} erstattet Ihnen {amount} von „{deposit}“ für {booking}.",
    ),
    "office_offer_expired": Wording(
        subject="Das Angebot ist abgelaufen: {booking}",
        heading="Niemand hat das Angebot beantwortet",
        opening="Das Angebot für {booking} ist abgelaufen, und die Räume sind für andere frei.",
        button="Zur Buchung",
    ),
    "office_contract_declined": Wording(
        subject="Abgelehnt: {contract}",
        heading="Der Vertrag wurde abgelehnt",
        opening="„{contract}“ wird so nicht unterschrieben.",
        button="Zum Vertrag",
    ),
    "office_contract_expired": Wording(
        subject="Nicht rechtzeitig unterschrieben: {contract}",
        heading="Der Vertrag ist abgelaufen",
        opening="„{contract}“ wurde nicht rechtzeitig unterschrieben.",
        button="Zum Vertrag",
    ),
}
