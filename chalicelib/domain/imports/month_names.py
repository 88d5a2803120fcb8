"""Names of months in the languages of shops, folded (domain/text.py), with their usual short forms."""

from chalicelib.domain.text import fold

_NAMES = (
    # English, German, French, Spanish, Italian, Portuguese, Dutch, Turkish, Hindi (both scripts)
    "january jan januar jän jänner janvier janv enero ene gennaio gen janeiro januari ocak oca janvari janwari जनवरी",
    "february feb februar février févr fév febrero febbraio fevereiro fev februari şubat sub farvari फरवरी",
    "march mar märz mrz mär mars marzo março marco maart mrt mart maerz मार्च",
    "april apr avril avr abril abr aprile nisan nis अप्रैल",
    "may mai mayo maggio mag maio mei mayıs mayis मई",
    "june jun juni juin junio giugno giu junho haziran haz जून",
    "july jul juli juillet juil julio luglio lug julho temmuz tem julai जुलाई",
    "august aug août aout agosto ago ağustos agustos agu agast अगस्त",
    "september sep sept septembre septiembre settembre set setembro eylül eylul eyl sitambar सितंबर सितम्बर",
    "october oct oktober okt octobre octubre ottobre ott outubro out ekim eki aktubar अक्टूबर",
    "november nov novembre noviembre novembro kasım kasim kas navambar नवंबर नवम्बर",
    "december dec dezember dez décembre diciembre dic dicembre dezembro aralık aralik ara disambar दिसंबर दिसम्बर",
)
MONTHS = {fold(name): number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
