"""What columns of customer lists are called, in the languages of shops, folded (domain/text.py)."""

import re

from chalicelib.domain.text import folded_key

# English, German, French, Spanish, Italian, Portuguese, Dutch, Turkish, Hindi in Latin letters.
NAMES: dict[str, str] = {
    "title": "title|salutation|prefix|honorific|anrede|titel|civilité|tratamiento|titolo|tratamento|aanhef|unvan",
    "given_name": "given name|first name|firstname|fname|forename|christian name|vorname|rufname|prénom|nombre|"
    "nombre de pila|nome proprio|primeiro nome|voornaam|ad|adı|isim|pehla naam|naam",
    "family_name": "family name|last name|lastname|lname|surname|nachname|familienname|zuname|nom de famille|"
    "apellido|apellidos|cognome|sobrenome|apelido|achternaam|familienaam|soyad|soyadı|soyisim|upnaam|kulnaam",
    "full_name": "name|full name|fullname|customer name|client name|customer|client|contact|contact name|display name|"
    "complete name|kunde|kundenname|name des kunden|vollständiger name|ansprechpartner|nom|nom complet|"
    "nom et prénom|nom du client|cliente|nombre completo|nombre y apellidos|nombre del cliente|nominativo|"
    "nome e cognome|nome completo|nome|naam klant|volledige naam|klant|müşteri|müşteri adı|ad soyad|adı soyadı|"
    "grahak|poora naam|grahak ka naam",
    "nickname": "nickname|nick name|preferred name|goes by|known as|spitzname|surnom|apodo|soprannome|roepnaam|"
    "takma ad",
    "company": "company|company name|organisation|organization|business|business name|firm|account name|firma|"
    "firmenname|unternehmen|société|entreprise|raison sociale|empresa|razón social|azienda|ragione sociale|ditta|"
    "bedrijf|bedrijfsnaam|şirket|firma adı|dukaan|vyapar",
    "phone": "phone|phone number|phone no|telephone|telephone number|tel|tel no|mobile|mobile number|mobile no|"
    "mobile phone|cell|cell phone|cellphone|primary phone|contact number|contact no|home phone|work phone|"
    "telefon|telefonnummer|rufnummer|handy|handynummer|mobil|mobiltelefon|mobilnummer|téléphone|téléphone mobile|"
    "portable|numéro de téléphone|gsm|teléfono|móvil|celular|número de teléfono|telefono|cellulare|numero di telefono|"
    "telefone|telemóvel|telefoonnummer|telefoon|mobiel|cep telefonu|cep|whatsapp|whatsapp number|phone 1|mobile 1|"
    "telefon privat|telefon geschäftlich|phone 2|mobile 2|other phone|secondary phone|alternate phone|doorbhash|"
    "tél fixe|téléphone fixe|fixe|festnetz|festnetznummer",
    "email": "email|e mail|email address|e mail address|mail|mail address|mailadresse|e mail adresse|emailadresse|"
    "courriel|adresse e mail|adresse mail|adresse électronique|correo|correo electrónico|email 1|posta elettronica|"
    "indirizzo email|indirizzo e mail|endereço de email|e mailadres|e posta|eposta|primary email|email 2|other email|"
    "secondary email|work email|personal email",
    "birthday": "birthday|birth day|birth date|birthdate|date of birth|dob|d o b|born|"
    "geburtstag|geburtsdatum|geb datum|"
    "geb|geboren|geboren am|date de naissance|naissance|anniversaire de naissance|ddn|fecha de nacimiento|nacimiento|"
    "cumpleaños|fecha nac|data di nascita|nato il|compleanno|data de nascimento|nascimento|geboortedatum|"
    "verjaardag|doğum tarihi|doğum günü|janm tithi|janmdin|janam tithi|"
    "né le|née le|né e le",
    "anniversary": "anniversary|wedding anniversary|anniversary date|wedding date|anniv|wedding anniv|hochzeitstag|"
    "hochzeit|hochzeitsdatum|anniversaire de mariage|date de mariage|mariage|aniversario de boda|"
    "fecha de boda|anniversario|anniversario di matrimonio|matrimonio|aniversário de casamento|casamento|"
    "trouwdag|trouwdatum|evlilik yıldönümü|shaadi ki salgirah|vivah tithi",
    "gender": "gender|sex|geschlecht|sexe|genre|sexo|género|sesso|genere|gênero|geslacht|cinsiyet|ling",
    "occupation": "occupation|profession|job|job title|job position|position|beruf|métier|fonction|profesión|ocupación|"
    "professione|lavoro|profissão|beroep|meslek|vyavsay",
    "language": "language|preferred language|lang|locale|sprache|langue|idioma|lingua|língua|taal|dil|bhasha",
    "time_zone": "time zone|timezone|tz|zeitzone|fuseau horaire|zona horaria|fuso orario|"
    "fuso horário|tijdzone|saat dilimi",
    "preferred_channel": "preferred channel|contact preference|preferred contact|preferred contact method|"
    "contact by|bevorzugter kanal|kontaktweg|moyen de contact|canal preferido|canale preferito",
    "external_id": "external id|customer id|customer number|customer no|customer code|client id|"
    "client number|client no|cust no|cust id|"
    "client no|id|id no|"
    "account number|account no|kundennummer|kundennr|kunden nr|kdnr|kd nr|kunden id|numéro client|numéro de client|"
    "n client|code client|número de cliente|id cliente|código de cliente|codice cliente|numero cliente|"
    "código do cliente|klantnummer|klant id|müşteri no|müşteri numarası|grahak sankhya|reference|ref",
    "tags": "tags|tag|labels|label|groups|customer group|customer groups|segment|segments|categories|schlagworte|"
    "schlagwörter|kundengruppe|gruppen|étiquettes|groupes|etiquetas|grupos|etichette|gruppi|labels klant|etiketler",
    "home_line1": "address|address 1|address1|address line 1|street|street address|street 1|address line|line 1|"
    "street address 1|straße|strasse|str|adresse|anschrift|straße und hausnummer|straße hausnummer|adresse 1|rue|"
    "dirección|direccion 1|calle|domicilio|indirizzo|via|endereço|rua|adres|straat|straat en huisnummer|adres 1|pata",
    "home_line2": "address 2|address2|address line 2|street 2|street2|line 2|street address 2|apartment|apt|suite|unit|"
    "adresszusatz|zusatz|adresse 2|complément|complément d adresse|dirección 2|indirizzo 2|complemento|adres 2",
    "home_city": "city|town|city town|suburb|ort|stadt|wohnort|ville|commune|localité|ciudad|población|localidad|città|"
    "comune|cidade|plaats|woonplaats|stad|şehir|ilçe|shahar|nagar",
    "home_region": "state|province|region|county|state province|province code|state code|bundesland|land kanton|kanton|"
    "région|département|provincia|estado|regione|provincia sigla|provincie|il|rajya|pradesh",
    "home_postal_code": "postal code|postcode|post code|zip|zip code|zipcode|pin|pin code|pincode|plz|postleitzahl|"
    "code postal|cp|código postal|cap|codice postale|cep código|posta kodu|postkodu|postal",
    "home_country": "country|country code|country region|land|staat|pays|país|pais|paese|nazione|ülke|desh",
    "consents.email.promotions": "newsletter|email opt in|email marketing|accepts marketing|accepts email marketing|"
    "marketing opt in|marketing consent|email consent|email subscription status|subscribed|mailing list|"
    "newsletter abonniert|werbung erlaubt|werbeeinwilligung|accepte la newsletter|consentement|acepta publicidad|"
    "lettre d'info|lettre d'information|infolettre|"
    "boletín|iscritto newsletter|consenso marketing|aceita marketing|nieuwsbrief|bülten",
    "consents.sms.promotions": "sms opt in|sms marketing|accepts sms marketing|sms consent|sms erlaubt|text opt in",
    "consents.whatsapp.promotions": "whatsapp opt in|whatsapp marketing|accepts whatsapp marketing|whatsapp consent",
    "allow_duplicate": "allow duplicate",
    "is_company": "is company|is a company|company type|ist firma",
}
KINDS: dict[str, str] = {
    "billing": "billing|bill to|invoice|invoicing|rechnung|rechnungs|facturation|facturación|fatturazione|cobrança",
    "shipping": "shipping|ship to|delivery|liefer|lieferung|livraison|envío|entrega|spedizione|consegna|levering",
    "home": "home|default|default address|mailing|postal|private|privat|domicile|personal",
}
TARGETS = {folded_key(name): target for target, names in NAMES.items() for name in names.split("|")}
KIND_WORDS = {folded_key(word): kind for kind, words in KINDS.items() for word in words.split("|")}
_HUMP = re.compile(r"(?<=[a-zäöüß])(?=[A-Z])")


def target_named(column: str) -> str | None:
    """What a column of this name says; None when the name says nothing."""
    name = folded_key(_HUMP.sub(" ", column))
    found = TARGETS.get(name) or TARGETS.get(name.replace(" ", ""))
    return found or _part_of_address(name)


def _part_of_address(name: str) -> str | None:
    """`Billing City`, `Default Address Zip`: the kind of address in front of its part."""
    words = name.split()
    for length in (2, 1):
        kind = KIND_WORDS.get(" ".join(words[:length]))
        part = TARGETS.get(" ".join(words[length:]), "") if kind else ""
        if part.startswith("home_"):
            return f"{kind}_{part.removeprefix('home_')}"
    return None
