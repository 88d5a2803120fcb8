"""The built-in templates in English."""

from chalicelib.domain.templates.builtin.making import Words

WORDS = {
    "birthday": Words(
        "Happy birthday, {{ first_name }}!",
        (
            "Dear {{ first_name }},",
            "All of us at {{ shop_name }} wish you a very happy birthday. May your new year be bright and full of joy.",
            "Warm wishes,\n{{ shop_name }}",
        ),
        "Happy birthday, {{ first_name }}! All of us at {{ shop_name }} wish you a bright and joyful year.",
        ("Happy birthday, {{ first_name }}!", "Warm wishes from all of us at {{ shop_name }}."),
    ),
    "follow_up": Words(
        "Thank you for your visit",
        (
            "Dear {{ first_name }},",
            (
                "Thank you for visiting us. If a question has come up since, or you would like to see a piece again, "
                "simply reply to this message. We are glad to help."
            ),
            "Kind regards,\n{{ shop_name }}",
        ),
        "Dear {{ first_name }}, thank you for visiting {{ shop_name }}. "
        "If you have a question or would like to see a piece again, we are glad to help.",
    ),
    "new_arrival": Words(
        "New pieces at {{ shop_name }}",
        (
            "Dear {{ first_name }},",
            (
                "New pieces have arrived that we would love to show you. Come by whenever it suits you, "
                "or reply to this message and we will keep some aside for you."
            ),
            "See you soon,\n{{ shop_name }}",
        ),
        "Dear {{ first_name }}, new pieces have arrived at {{ shop_name }}. We would love to show them to you.",
    ),
    "appointment_confirmation": Words(
        "Your appointment on {{ date }}",
        (
            "Dear {{ first_name }},",
            (
                "Your appointment with us on {{ date }} is confirmed. If the day no longer suits you, "
                "please let us know and we will find another."
            ),
            "We look forward to seeing you,\n{{ shop_name }}",
        ),
        "Dear {{ first_name }}, your appointment at {{ shop_name }} on {{ date }} is confirmed. See you then!",
        ("Appointment confirmed", "{{ first_name }}, we look forward to seeing you at {{ shop_name }} on {{ date }}."),
    ),
    "staff_digest": Words(
        "Your tasks for {{ date }}",
        ("Hello {{ first_name }},", "This is waiting for you:", "{{ text }}"),
        "Hello {{ first_name }}, your tasks for {{ date }}: {{ text }}",
    ),
}
