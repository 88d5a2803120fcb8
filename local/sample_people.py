"""The people of the sample store. All of them are made up; their numbers and addresses belong to nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MUMBAI, JAIPUR = "Mumbai", "Jaipur"
LOCATIONS = (
    {"name": "Kala Ghoda", "city": MUMBAI, "sender_email": "mumbai@store.example.com"},
    {"name": "Johari Bazaar", "city": JAIPUR, "sender_email": "jaipur@store.example.com"},
)


@dataclass(frozen=True)
class Person:
    """A customer in one line; empty texts are left out of the request."""

    title: str
    given: str
    family: str
    phone: str
    email: str
    birthday: str
    anniversary: str
    street: str
    city: str
    postal_code: str
    country: str
    source: str
    tags: tuple[str, ...] = ()
    language: str = "en"
    home: str = MUMBAI
    company: str = ""
    occupation: str = ""

    def request(self, home_location: str) -> dict[str, Any]:
        """The body that makes this customer."""
        address = {"kind": "home", "line1": self.street, "city": self.city, "postal_code": self.postal_code}
        body = {
            "title": self.title,
            "given_name": self.given,
            "family_name": self.family,
            "company": self.company,
            "occupation": self.occupation,
            "phones": [{"number": self.phone, "label": "mobile"}] if self.phone else [],
            "emails": [{"address": self.email}] if self.email else [],
            "birthday": self.birthday,
            "anniversary": self.anniversary,
            "addresses": [{**address, "country": self.country}] if self.street else [],
            "source": self.source,
            "tags": list(self.tags),
            "language": self.language,
            "home_location": home_location,
        }
        return {name: value for name, value in body.items() if value not in ("", [])}


_P = Person
PEOPLE = (
    _P("Ms", "Asha", "Rao", "+91 98765 43210", "asha.rao@example.com", "1990-03-15", "2016-11-20", "14 Carter Road", "Mumbai", "400050", "IN", "walk_in", ("Wedding", "VIP"), occupation="Architect"),
    _P("Mr", "Arjun", "Mehta", "98200 11223", "arjun.mehta@example.com", "1985-07-02", "2012-02-14", "22 Pali Hill", "Mumbai", "400050", "IN", "referral", ("Diamond", "VIP"), occupation="Surgeon"),
    _P("Mrs", "Meenakshi", "Iyer", "98200 44556", "meenakshi.iyer@example.com", "1962-01-28", "1986-05-30", "8 Matunga Circle", "Mumbai", "400019", "IN", "walk_in", ("Temple jewellery", "Gold")),
    _P("Mr", "Farhan", "Qureshi", "+91 98200 77889", "farhan.q@example.com", "--11-09", "", "31 Mohammed Ali Road", "Mumbai", "400003", "IN", "inquiry", ("Silver",), language="ur"),
    _P("Ms", "अनन्या", "शर्मा", "98110 23456", "ananya.sharma@example.com", "1996-02-29", "", "5 MI Road", "Jaipur", "302001", "IN", "online", ("Kundan", "Wedding"), "hi", JAIPUR),
    _P("Mr", "विक्रम", "सिंह राठौड़", "+91 94140 12345", "vikram.rathore@example.com", "1978-10-12", "2004-12-01", "2 Civil Lines", "Jaipur", "302006", "IN", "walk_in", ("Polki", "VIP"), "hi", JAIPUR),
    _P("Mrs", "Kamala", "Rathore", "94140 54321", "", "--10-12", "2004-12-01", "2 Civil Lines", "Jaipur", "302006", "IN", "referral", ("Kundan",), "hi", JAIPUR),
    _P("Ms", "Zoya", "Khan", "+91 99300 10101", "zoya.khan@example.com", "1999-12-31", "", "7 Hill Road", "Mumbai", "400050", "IN", "online", ("Minimal", "Silver")),
    _P("Dr", "Sanjay", "Kulkarni", "98230 67890", "dr.kulkarni@example.com", "1971-08-15", "1998-06-11", "40 FC Road", "Pune", "411004", "IN", "appointment", ("Diamond",), "mr", occupation="Cardiologist"),
    _P("Mrs", "लता", "देशपांडे", "98230 11122", "lata.d@example.com", "1958-09-28", "1980-12-12", "11 Sadashiv Peth", "Pune", "411030", "IN", "walk_in", ("Gold",), "mr"),
    _P("Mr", "Karthik", "Subramanian", "+91 98400 33445", "karthik.s@example.com", "1988-04-14", "2015-09-06", "19 Cathedral Road", "Chennai", "600086", "IN", "online", ("Temple jewellery",), "ta"),
    _P("Ms", "தமிழ்செல்வி", "முருகன்", "98400 99887", "selvi.m@example.com", "1993-01-14", "", "3 Mylapore Tank Street", "Chennai", "600004", "IN", "inquiry", ("Gold",), "ta"),
    _P("Mr", "Subhash", "Chatterjee", "98300 21212", "s.chatterjee@example.com", "1955-05-07", "1983-03-02", "27 Ballygunge Place", "Kolkata", "700019", "IN", "referral", ("Collector", "Gold"), "bn"),
    _P("Mrs", "অনিন্দিতা", "সেন", "+91 98300 65656", "anindita.sen@example.com", "1982-10-05", "2009-11-22", "6 Lake Gardens", "Kolkata", "700045", "IN", "online", ("Pearl",), "bn"),
    _P("Mr", "Gurpreet", "Singh Gill", "98140 78787", "gurpreet.gill@example.com", "1980-04-13", "2008-01-19", "16 Model Town", "Ludhiana", "141002", "IN", "walk_in", ("Wedding", "Gold"), "pa", JAIPUR),
    _P("Ms", "ਹਰਲੀਨ", "ਕੌਰ", "+91 98140 34343", "harleen.kaur@example.com", "--02-29", "", "9 Sector 17", "Chandigarh", "160017", "IN", "online", ("Minimal",), "pa", JAIPUR),
    _P("Mr", "Mathew", "Kurian", "98470 15151", "mathew.kurian@example.com", "1976-06-29", "2003-01-27", "12 MG Road", "Kochi", "682016", "IN", "referral", ("Wedding",), "ml"),
    _P("Mrs", "Aleyamma", "Thomas", "98470 26262", "", "1949-12-25", "1971-05-10", "4 Fort Cochin", "Kochi", "682001", "IN", "walk_in", ("Gold", "Collector"), "ml"),
    _P("Ms", "Naina", "Patel", "98250 37373", "naina.patel@example.com", "2001-08-19", "", "33 CG Road", "Ahmedabad", "380009", "IN", "online", ("Minimal", "Diamond"), "gu"),
    _P("Mr", "Bhavesh", "Shah", "+91 98250 48484", "bhavesh@shahdiamonds.example.com", "1969-11-01", "1994-02-10", "18 Ring Road", "Surat", "395002", "IN", "referral", ("Trade",), "gu", company="Shah Diamonds"),
    _P("", "", "", "+91 22 2204 1234", "accounts@ghoda-hotel.example.com", "", "", "1 Apollo Bunder", "Mumbai", "400001", "IN", "inquiry", ("Corporate",), company="Kala Ghoda Hotel"),
    _P("", "", "", "", "gifts@aravalli.example.com", "", "", "25 Tonk Road", "Jaipur", "302018", "IN", "online", ("Corporate",), home=JAIPUR, company="Aravalli Textiles"),
    _P("Mr", "James", "Whitfield", "+44 7700 900123", "james.whitfield@example.co.uk", "1974-02-08", "2001-07-14", "18 Regent Terrace", "Edinburgh", "EH7 5BS", "GB", "walk_in", ("Visitor", "Diamond")),
    _P("Ms", "Siobhán", "Ó Briain", "+353 85 123 4567", "siobhan@example.ie", "1991-03-17", "", "3 Merrion Row", "Dublin", "D02 KW80", "IE", "online", ("Visitor",)),
    _P("Mme", "Anaïs", "Lefèvre", "+33 6 39 98 01 23", "anais.lefevre@example.fr", "1987-05-23", "2014-08-30", "12 rue des Martyrs", "Paris", "75009", "FR", "referral", ("Pearl", "Visitor"), "fr"),
    _P("Herr", "Jürgen", "Groß", "+49 1512 3456789", "juergen.gross@example.de", "1965-10-03", "1990-10-03", "Lindenstraße 7", "Köln", "50674", "DE", "online", ("Collector",), "de"),
    _P("Sra", "Lucía", "Fernández Núñez", "+34 612 34 56 78", "lucia.fn@example.es", "1994-12-13", "", "Calle Mayor 21", "Madrid", "28013", "ES", "inquiry", ("Visitor",), "es"),
    _P("", "Владимир", "Орлов", "+7 912 345-67-89", "v.orlov@example.com", "1968-04-12", "1995-06-24", "Невский проспект 40", "Санкт-Петербург", "191025", "RU", "walk_in", ("Collector", "Diamond"), "ru"),
    _P("", "Ελένη", "Παπαδοπούλου", "+30 691 234 5678", "eleni.p@example.gr", "1989-08-15", "2017-09-02", "Ερμού 15", "Αθήνα", "105 63", "GR", "online", ("Gold",), "el"),
    _P("", "فاطمة", "الزهراني", "+966 50 123 4567", "fatima.z@example.com", "1992-06-06", "2018-01-12", "King Fahd Road 88", "Riyadh", "12271", "SA", "referral", ("VIP", "Wedding"), "ar"),
    _P("Mr", "Omar", "Al Mansoori", "+971 50 123 4567", "omar.am@example.ae", "1983-12-02", "", "Villa 9, Jumeirah 2", "Dubai", "00000", "AE", "appointment", ("VIP", "Diamond"), "ar"),
    _P("", "נועה", "לוי", "+972 50-123-4567", "noa.levi@example.com", "1995-09-20", "", "Rothschild 45", "Tel Aviv", "6688312", "IL", "online", ("Minimal",), "he"),
    _P("", "美咲", "田中", "+81 90-1234-5678", "misaki.tanaka@example.jp", "1990-11-11", "2019-04-29", "銀座 4-5-6", "東京", "104-0061", "JP", "walk_in", ("Pearl", "Visitor"), "ja"),
    _P("", "伟", "王", "+86 138 1234 5678", "wei.wang@example.cn", "1981-01-26", "2008-08-08", "南京西路 1266", "上海", "200040", "CN", "referral", ("Jade",), "zh"),
    _P("", "서연", "김", "+82 10-1234-5678", "seoyeon.kim@example.kr", "1998-10-09", "", "명동길 14", "서울", "04536", "KR", "online", ("Minimal",), "ko"),
    _P("", "สมหญิง", "ใจดี", "+66 81 234 5678", "somying@example.com", "1984-12-05", "2011-11-11", "99 Sukhumvit Road", "Bangkok", "10110", "TH", "walk_in", ("Ruby", "Visitor"), "th"),
    _P("Ms", "Nguyễn", "Thị Hoa", "+84 91 234 56 78", "hoa.nguyen@example.com", "1997-02-16", "", "27 Hàng Bạc", "Hà Nội", "100000", "VN", "online", ("Silver",), "vi"),
    _P("Ms", "Olivia", "Johnson-Smith", "+1 202 555 0143", "olivia.js@example.com", "1986-07-04", "2013-06-15", "1600 Wisconsin Avenue", "Washington", "20007", "US", "online", ("Diamond", "Visitor")),
    _P("Dr", "Chinedu", "Okafor", "+234 802 123 4567", "chinedu.okafor@example.com", "1979-10-01", "2006-12-27", "15 Bourdillon Road", "Lagos", "101233", "NG", "appointment", ("Wedding", "Gold")),
    _P("Ms", "Íris", "Þórðardóttir", "+354 611 2345", "iris@example.is", "2000-06-17", "", "Laugavegur 30", "Reykjavík", "101", "IS", "online", ("Minimal", "Silver"), "is"),
)
