"""What the page behind an unsubscribe link says, in the languages it speaks.

Purposes and channels stand by themselves, in brackets or after a colon, so that no language has to inflect them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

FALLBACK = "en"
RIGHT_TO_LEFT = frozenset(("ar",))
_PURPOSES = ("birthday", "promotions", "care", "occasions", "service")
_CHANNELS = ("email", "sms", "whatsapp", "push", "call")


@dataclass(frozen=True)
class Words:
    """One language; `{purpose}` and `{channel}` are filled in. Purposes and channels in the order above."""

    title: str
    ask: str
    only: str
    everything: str
    not_yet: str
    only_done: str
    everything_done: str
    again: str
    unknown: str
    purposes: tuple[str, ...]
    channels: tuple[str, ...]

    def fill(self, text: str, channel: str, purpose: str) -> str:
        """The text about this channel and purpose."""
        named = {"channel": self.channels[_CHANNELS.index(channel)], "purpose": self.purposes[_PURPOSES.index(purpose)]}
        return text.format(**named)


WORDS = {
    "en": Words(
        title="Stop messages",
        ask="Which messages do you no longer want?",
        only="Stop only these: {purpose} ({channel})",
        everything="Stop all messages ({channel})",
        not_yet="Nothing changes until you press a button.",
        only_done="Done. You will get no more of these: {purpose} ({channel}).",
        everything_done="Done. You will get no more messages from us ({channel}).",
        again="If you change your mind, just tell us.",
        unknown="This link does not work. Please use the link in your latest message, or tell us to stop.",
        purposes=("birthday wishes", "offers", "care tips", "special occasions", "service"),
        channels=("email", "SMS", "WhatsApp", "app notification", "phone call"),
    ),
    "de": Words(
        title="Nachrichten abbestellen",
        ask="Welche Nachrichten möchten Sie nicht mehr erhalten?",
        only="Nur diese beenden: {purpose} ({channel})",
        everything="Alle Nachrichten beenden ({channel})",
        not_yet="Solange Sie keine Taste drücken, ändert sich nichts.",
        only_done="Erledigt. Das erhalten Sie nicht mehr: {purpose} ({channel}).",
        everything_done="Erledigt. Sie erhalten keine Nachrichten mehr von uns ({channel}).",
        again="Wenn Sie es sich anders überlegen, sagen Sie uns einfach Bescheid.",
        unknown="Dieser Link funktioniert nicht. Nehmen Sie den aus der neuesten Nachricht, oder sagen Sie es uns.",
        purposes=("Geburtstagsgrüße", "Angebote", "Pflegetipps", "besondere Anlässe", "Service"),
        channels=("E-Mail", "SMS", "WhatsApp", "App-Mitteilung", "Anruf"),
    ),
    "fr": Words(
        title="Ne plus recevoir de messages",
        ask="Quels messages ne souhaitez-vous plus recevoir ?",
        only="Arrêter seulement : {purpose} ({channel})",
        everything="Arrêter tous les messages ({channel})",
        not_yet="Rien ne change tant que vous n'appuyez pas sur un bouton.",
        only_done="C'est fait. Vous ne recevrez plus : {purpose} ({channel}).",
        everything_done="C'est fait. Vous ne recevrez plus de messages de notre part ({channel}).",
        again="Si vous changez d'avis, dites-le-nous.",
        unknown="Ce lien ne fonctionne pas. Utilisez celui de votre dernier message, ou dites-nous d'arrêter.",
        purposes=("vœux d'anniversaire", "offres", "conseils d'entretien", "grandes occasions", "service"),
        channels=("e-mail", "SMS", "WhatsApp", "notification", "appel"),
    ),
    "es": Words(
        title="Dejar de recibir mensajes",
        ask="¿Qué mensajes ya no desea recibir?",
        only="Detener solo estos: {purpose} ({channel})",
        everything="Detener todos los mensajes ({channel})",
        not_yet="Nada cambia hasta que pulse un botón.",
        only_done="Hecho. Ya no recibirá: {purpose} ({channel}).",
        everything_done="Hecho. Ya no recibirá mensajes nuestros ({channel}).",
        again="Si cambia de opinión, díganoslo.",
        unknown="Este enlace no funciona. Use el de su último mensaje o pídanos que paremos.",
        purposes=(
            "felicitaciones de cumpleaños",
            "ofertas",
            "consejos de cuidado",
            "ocasiones especiales",
            "servicio",
        ),
        channels=("correo electrónico", "SMS", "WhatsApp", "notificación", "llamada"),
    ),
    "hi": Words(
        title="संदेश बंद करें",
        ask="आप कौन से संदेश अब नहीं चाहते?",
        only="केवल ये बंद करें: {purpose} ({channel})",
        everything="सभी संदेश बंद करें ({channel})",
        not_yet="जब तक आप कोई बटन नहीं दबाते, कुछ नहीं बदलेगा।",
        only_done="हो गया। ये अब आपको नहीं भेजे जाएँगे: {purpose} ({channel})।",
        everything_done="हो गया। अब हम आपको कोई संदेश नहीं भेजेंगे ({channel})।",
        again="यदि आपका मन बदले, तो हमें बता दें।",
        unknown="यह लिंक काम नहीं करता। कृपया अपने नवीनतम संदेश का लिंक खोलें, या हमें बंद करने के लिए कहें।",
        purposes=("जन्मदिन की शुभकामनाएँ", "ऑफ़र", "देखभाल के सुझाव", "विशेष अवसर", "सेवा"),
        channels=("ईमेल", "SMS", "WhatsApp", "ऐप सूचना", "फ़ोन कॉल"),
    ),
    "ar": Words(
        title="إيقاف الرسائل",
        ask="ما الرسائل التي لم تعد ترغب في تلقيها؟",
        only="إيقاف هذه فقط: {purpose} ({channel})",
        everything="إيقاف جميع الرسائل ({channel})",
        not_yet="لن يتغير شيء حتى تضغط على أحد الزرين.",
        only_done="تم. لن تصلك هذه الرسائل بعد الآن: {purpose} ({channel}).",
        everything_done="تم. لن تصلك رسائل منا بعد الآن ({channel}).",
        again="إذا غيّرت رأيك فما عليك إلا أن تخبرنا.",
        unknown="هذا الرابط لا يعمل. استخدم الرابط الموجود في أحدث رسالة، أو اطلب منا التوقف.",
        purposes=("تهاني عيد الميلاد", "العروض", "نصائح العناية", "المناسبات الخاصة", "الخدمة"),
        channels=("البريد الإلكتروني", "الرسائل النصية", "واتساب", "إشعار التطبيق", "مكالمة هاتفية"),
    ),
}


def language_of(wanted: Sequence[str]) -> str:
    """The first of the wanted languages, or of their bases, that the page speaks."""
    bases = (language.partition("-")[0].lower() for language in wanted)
    return next((language for language in bases if language in WORDS), FALLBACK)
