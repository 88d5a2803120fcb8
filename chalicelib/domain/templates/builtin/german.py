"""The built-in templates in German."""

from chalicelib.domain.templates.builtin.making import Words

WORDS = {
    "birthday": Words(
        "Alles Gute zum Geburtstag, {{ first_name }}!",
        (
            "Guten Tag {{ first_name }},",
            (
                "das ganze Team von {{ shop_name }} gratuliert Ihnen herzlich zum Geburtstag. "
                "Wir wünschen Ihnen ein glänzendes neues Lebensjahr voller Freude."
            ),
            "Herzliche Grüße\n{{ shop_name }}",
        ),
        "Alles Gute zum Geburtstag, {{ first_name }}! {{ shop_name }} wünscht Ihnen ein glänzendes Jahr voller Freude.",
        ("Alles Gute zum Geburtstag, {{ first_name }}!", "Herzliche Glückwünsche von {{ shop_name }}."),
    ),
    "follow_up": Words(
        "Danke für Ihren Besuch",
        (
            "Guten Tag {{ first_name }},",
            (
                "vielen Dank für Ihren Besuch. Wenn Sie noch eine Frage haben oder ein Schmuckstück noch einmal sehen "
                "möchten, antworten Sie einfach auf diese Nachricht. Wir helfen Ihnen gern."
            ),
            "Freundliche Grüße\n{{ shop_name }}",
        ),
        "Guten Tag {{ first_name }}, vielen Dank für Ihren Besuch bei {{ shop_name }}. "
        "Wenn Sie noch eine Frage haben, helfen wir Ihnen gern.",
    ),
    "new_arrival": Words(
        "Neue Schmuckstücke bei {{ shop_name }}",
        (
            "Guten Tag {{ first_name }},",
            (
                "bei uns sind neue Schmuckstücke eingetroffen, die wir Ihnen gern zeigen. Kommen Sie vorbei, "
                "wann es Ihnen passt, oder antworten Sie auf diese Nachricht, und wir legen etwas für Sie zurück."
            ),
            "Bis bald\n{{ shop_name }}",
        ),
        "Guten Tag {{ first_name }}, bei {{ shop_name }} sind neue Schmuckstücke eingetroffen. "
        "Wir zeigen sie Ihnen gern.",
    ),
    "appointment_confirmation": Words(
        "Ihr Termin am {{ date }}",
        (
            "Guten Tag {{ first_name }},",
            (
                "Ihr Termin bei uns am {{ date }} ist bestätigt. Wenn Ihnen der Tag nicht mehr passt, "
                "sagen Sie uns bitte Bescheid. Wir finden einen anderen."
            ),
            "Wir freuen uns auf Sie\n{{ shop_name }}",
        ),
        "Guten Tag {{ first_name }}, Ihr Termin bei {{ shop_name }} am {{ date }} ist bestätigt. Bis dann!",
        ("Termin bestätigt", "{{ first_name }}, wir freuen uns am {{ date }} auf Sie. {{ shop_name }}"),
    ),
    "staff_digest": Words(
        "Ihre Aufgaben am {{ date }}",
        ("Hallo {{ first_name }},", "das wartet auf Sie:", "{{ text }}"),
        "Hallo {{ first_name }}, Ihre Aufgaben am {{ date }}: {{ text }}",
    ),
}
