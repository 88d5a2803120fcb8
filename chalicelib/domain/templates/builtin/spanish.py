"""The built-in templates in Spanish."""

from chalicelib.domain.templates.builtin.making import Words

WORDS = {
    "birthday": Words(
        "¡Feliz cumpleaños, {{ first_name }}!",
        (
            "Hola, {{ first_name }}:",
            (
                "Todo el equipo de {{ shop_name }} le desea un muy feliz cumpleaños. "
                "Que este nuevo año esté lleno de luz y de alegría."
            ),
            "Con nuestros mejores deseos,\n{{ shop_name }}",
        ),
        "¡Feliz cumpleaños, {{ first_name }}! En {{ shop_name }} le deseamos un año lleno de luz y de alegría.",
        ("¡Feliz cumpleaños, {{ first_name }}!", "Con los mejores deseos de {{ shop_name }}."),
    ),
    "follow_up": Words(
        "Gracias por su visita",
        (
            "Hola, {{ first_name }}:",
            (
                "Gracias por su visita. Si le ha surgido alguna pregunta o desea volver a ver una pieza, "
                "responda a este mensaje. Le ayudaremos con mucho gusto."
            ),
            "Un cordial saludo,\n{{ shop_name }}",
        ),
        "Hola, {{ first_name }}: gracias por visitar {{ shop_name }}. "
        "Si tiene alguna pregunta o desea volver a ver una pieza, le ayudaremos con mucho gusto.",
    ),
    "new_arrival": Words(
        "Novedades en {{ shop_name }}",
        (
            "Hola, {{ first_name }}:",
            (
                "Han llegado piezas nuevas que nos encantaría enseñarle. Venga cuando le convenga, "
                "o responda a este mensaje y le reservaremos algunas."
            ),
            "Hasta pronto,\n{{ shop_name }}",
        ),
        "Hola, {{ first_name }}: han llegado piezas nuevas a {{ shop_name }}. Nos encantaría enseñárselas.",
    ),
    "appointment_confirmation": Words(
        "Su cita del {{ date }}",
        (
            "Hola, {{ first_name }}:",
            (
                "Su cita con nosotros del {{ date }} está confirmada. Si ese día ya no le conviene, "
                "avísenos y encontraremos otro."
            ),
            "Será un placer recibirle,\n{{ shop_name }}",
        ),
        "Hola, {{ first_name }}: su cita del {{ date }} en {{ shop_name }} está confirmada. ¡Hasta entonces!",
        ("Cita confirmada", "{{ first_name }}, le esperamos el {{ date }} en {{ shop_name }}."),
    ),
    "staff_digest": Words(
        "Sus tareas del {{ date }}",
        ("Hola, {{ first_name }}:", "Esto es lo que tiene pendiente:", "{{ text }}"),
        "Hola, {{ first_name }}: sus tareas del {{ date }}: {{ text }}",
    ),
}
