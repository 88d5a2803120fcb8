"""The built-in templates in French."""

from chalicelib.domain.templates.builtin.making import Words

WORDS = {
    "birthday": Words(
        "Joyeux anniversaire, {{ first_name }} !",
        (
            "Bonjour {{ first_name }},",
            (
                "Toute l'équipe de {{ shop_name }} vous souhaite un très joyeux anniversaire. "
                "Que cette nouvelle année soit lumineuse et pleine de joie."
            ),
            "Bien chaleureusement,\n{{ shop_name }}",
        ),
        "Joyeux anniversaire, {{ first_name }} ! {{ shop_name }} vous souhaite une année lumineuse et pleine de joie.",
        ("Joyeux anniversaire, {{ first_name }} !", "Avec les meilleurs vœux de {{ shop_name }}."),
    ),
    "follow_up": Words(
        "Merci de votre visite",
        (
            "Bonjour {{ first_name }},",
            (
                "Merci de votre visite. Si une question vous est venue, ou si vous souhaitez revoir un bijou, "
                "répondez simplement à ce message. Nous vous aiderons avec plaisir."
            ),
            "Bien cordialement,\n{{ shop_name }}",
        ),
        "Bonjour {{ first_name }}, merci de votre visite chez {{ shop_name }}. "
        "Une question, l'envie de revoir un bijou ? Nous vous aiderons avec plaisir.",
    ),
    "new_arrival": Words(
        "Nouveautés chez {{ shop_name }}",
        (
            "Bonjour {{ first_name }},",
            (
                "De nouveaux bijoux sont arrivés et nous aimerions vous les montrer. Passez quand vous le souhaitez, "
                "ou répondez à ce message et nous vous en mettrons de côté."
            ),
            "À bientôt,\n{{ shop_name }}",
        ),
        "Bonjour {{ first_name }}, de nouveaux bijoux sont arrivés chez {{ shop_name }}. "
        "Nous aimerions vous les montrer.",
    ),
    "appointment_confirmation": Words(
        "Votre rendez-vous du {{ date }}",
        (
            "Bonjour {{ first_name }},",
            (
                "Votre rendez-vous du {{ date }} est confirmé. Si ce jour ne vous convient plus, "
                "dites-le-nous et nous en trouverons un autre."
            ),
            "Au plaisir de vous accueillir,\n{{ shop_name }}",
        ),
        "Bonjour {{ first_name }}, votre rendez-vous du {{ date }} chez {{ shop_name }} est confirmé. À bientôt !",
        ("Rendez-vous confirmé", "{{ first_name }}, nous vous attendons le {{ date }} chez {{ shop_name }}."),
    ),
    "staff_digest": Words(
        "Vos tâches du {{ date }}",
        ("Bonjour {{ first_name }},", "Voici ce qui vous attend :", "{{ text }}"),
        "Bonjour {{ first_name }}, vos tâches du {{ date }} : {{ text }}",
    ),
}
