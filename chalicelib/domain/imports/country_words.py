"""Countries as people write them: ISO 3166-1 alpha-3 codes, and names beside those of the time zone database."""

_PAIRS = """
AND AD ARE AE AFG AF ATG AG AIA AI ALB AL ARM AM AGO AO ATA AQ ARG AR ASM AS AUT AT AUS AU ABW AW ALA AX AZE AZ
BIH BA BRB BB BGD BD BEL BE BFA BF BGR BG BHR BH BDI BI BEN BJ BLM BL BMU BM BRN BN BOL BO BES BQ BRA BR BHS BS
BTN BT BVT BV BWA BW BLR BY BLZ BZ CAN CA CCK CC COD CD CAF CF COG CG CHE CH CIV CI COK CK CHL CL CMR CM CHN CN
COL CO CRI CR CUB CU CPV CV CUW CW CXR CX CYP CY CZE CZ DEU DE DJI DJ DNK DK DMA DM DOM DO DZA DZ ECU EC EST EE
EGY EG ESH EH ERI ER ESP ES ETH ET FIN FI FJI FJ FLK FK FSM FM FRO FO FRA FR GAB GA GBR GB GRD GD GEO GE GUF GF
GGY GG GHA GH GIB GI GRL GL GMB GM GIN GN GLP GP GNQ GQ GRC GR SGS GS GTM GT GUM GU GNB GW GUY GY HKG HK HMD HM
HND HN HRV HR HTI HT HUN HU IDN ID IRL IE ISR IL IMN IM IND IN IOT IO IRQ IQ IRN IR ISL IS ITA IT JEY JE JAM JM
JOR JO JPN JP KEN KE KGZ KG KHM KH KIR KI COM KM KNA KN PRK KP KOR KR KWT KW CYM KY KAZ KZ LAO LA LBN LB LCA LC
LIE LI LKA LK LBR LR LSO LS LTU LT LUX LU LVA LV LBY LY MAR MA MCO MC MDA MD MNE ME MAF MF MDG MG MHL MH MKD MK
MLI ML MMR MM MNG MN MAC MO MNP MP MTQ MQ MRT MR MSR MS MLT MT MUS MU MDV MV MWI MW MEX MX MYS MY MOZ MZ NAM NA
NCL NC NER NE NFK NF NGA NG NIC NI NLD NL NOR NO NPL NP NRU NR NIU NU NZL NZ OMN OM PAN PA PER PE PYF PF PNG PG
PHL PH PAK PK POL PL SPM PM PCN PN PRI PR PSE PS PRT PT PLW PW PRY PY QAT QA REU RE ROU RO SRB RS RUS RU RWA RW
SAU SA SLB SB SYC SC SDN SD SWE SE SGP SG SHN SH SVN SI SJM SJ SVK SK SLE SL SMR SM SEN SN SOM SO SUR SR SSD SS
STP ST SLV SV SXM SX SYR SY SWZ SZ TCA TC TCD TD ATF TF TGO TG THA TH TJK TJ TKL TK TLS TL TKM TM TUN TN TON TO
TUR TR TTO TT TUV TV TWN TW TZA TZ UKR UA UGA UG UMI UM USA US URY UY UZB UZ VAT VA VCT VC VEN VE VGB VG VIR VI
VNM VN VUT VU WLF WF WSM WS YEM YE MYT YT ZAF ZA ZMB ZM ZWE ZW
"""
ALPHA_3 = dict(zip(_PAIRS.split()[::2], _PAIRS.split()[1::2], strict=True))
# English by-names, then German, French, Spanish, Italian, Portuguese, Dutch, and the country's own, where they differ.
ALIASES = {
    "AE": "uae|u a e|united arab emirates|emirates|dubai|vereinigte arabische emirate|émirats arabes unis",
    "AT": "österreich|oesterreich|autriche|oostenrijk",
    "AU": "australien|australie|austrália",
    "BE": "belgien|belgique|bélgica|belgio|belgië",
    "BG": "bulgarien|bulgarie|bulgarije",
    "BR": "brasil|brasilien|brésil|brasile|brazilië",
    "CA": "kanada|canadá",
    "CH": "schweiz|suisse|suiza|svizzera|suíça|zwitserland|svizra",
    "CN": "chine|cina|p r china|people s republic of china|中国",
    "CZ": "czechia|czech republic|tschechien|tschechische republik|tchéquie|česko",
    "DE": "deutschland|allemagne|alemania|germania|alemanha|duitsland|brd",
    "DK": "dänemark|danemark|dinamarca|danimarca|denemarken|danmark",
    "EG": "ägypten|égypte|egipto|egitto",
    "ES": "spanien|espagne|españa|spagna|espanha|spanje",
    "FI": "finnland|finlande|finlandia|suomi",
    "FR": "frankreich|francia|frança|frankrijk",
    "GB": "uk|u k|united kingdom|great britain|england|scotland|wales|northern ireland|britain|vereinigtes königreich|"
    "großbritannien|royaume uni|reino unido|regno unito|verenigd koninkrijk",
    "GR": "griechenland|grèce|grecia|grécia|griekenland|ελλάδα",
    "HK": "hong kong|hongkong",
    "HR": "kroatien|croatie|croacia|croazia|hrvatska",
    "HU": "ungarn|hongrie|hungría|ungheria|magyarország",
    "IE": "irland|irlande|irlanda|ierland|republic of ireland|éire",
    "IL": "israël|israele",
    "IN": "indien|inde|índia|bharat|भारत|hindustan",
    "IT": "italien|italie|italia|itália|italië",
    "JP": "japon|japón|giappone|japão|日本",
    "KR": "south korea|korea|korea republic of|republic of korea|südkorea|corée du sud|corea del sur|한국",
    "KW": "koweït",
    "LI": "liechtenstein",
    "LU": "luxemburg|luxembourg|lussemburgo",
    "MA": "maroc|marokko|marruecos|marocco",
    "MX": "mexiko|mexique|méxico|messico",
    "NL": "the netherlands|holland|niederlande|pays bas|países bajos|paesi bassi|nederland",
    "NO": "norwegen|norvège|noruega|norvegia|noorwegen|norge",
    "NZ": "neuseeland|nouvelle zélande|nueva zelanda",
    "PL": "polen|pologne|polonia|polska",
    "PT": "portogallo",
    "RO": "rumänien|roumanie|rumanía|românia",
    "RU": "russian federation|russland|russie|rusia|россия",
    "SA": "ksa|k s a|kingdom of saudi arabia|saudi arabien|arabie saoudite",
    "SE": "schweden|suède|suecia|svezia|suécia|zweden|sverige",
    "SG": "singapur|singapour",
    "SI": "slowenien|slovénie",
    "SK": "slowakei|slovaquie|slovensko",
    "TH": "thailande|tailandia",
    "TR": "turkey|türkei|turquie|turquía|turchia|türkiye",
    "TW": "taiwan",
    "UA": "ukraine|ucrania|україна",
    "US": "usa|u s a|u s|united states|united states of america|america|vereinigte staaten|états unis|estados unidos|"
    "stati uniti|verenigde staten",
    "VN": "vietnam|viet nam",
    "ZA": "südafrika|afrique du sud|sudáfrica|sudafrica",
}
