"""The words that people, streets and notes of the measured store are made of; families of names share beginnings."""

from dataclasses import dataclass


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@dataclass(frozen=True)
class Community:
    """People who share a script: names, cities, and how their numbers begin."""

    share: int
    country: str
    calling_code: str
    first_digits: str
    digits: int
    given: tuple[str, ...]
    family: tuple[str, ...]
    cities: tuple[str, ...]


_INDIAN = Community(
    60,
    "IN",
    "91",
    "9",
    10,
    _words(
        """Aarav Aanya Aditi Aditya Ajay Akash Akshay Amit Amita Amrita Anand Ananya Anika Anil Anita Anjali Ankita
        Anushka Aparna Arjun Arti Arun Asha Ashok Ayesha Bhavna Chandra Deepa Deepak Devika Dhruv Divya Farah Gauri
        Geeta Gopal Harish Hema Imran Isha Ishaan Jaya Kabir Kamal Karan Kavita Kiran Krishna Lakshmi Lalita Madhav
        Mahesh Manish Meera Mohan Mohit Nandini Neha Nikhil Nisha Pooja Pradeep Pranav Prashant Pratik Preeti Priya
        Priyanka Radha Rahul Raj Rajesh Rakesh Ravi Rekha Ritu Rohan Rohit Sachin Sameer Sandeep Sanjay Sarita Shalini
        Shanti Shreya Sneha Sonia Sunil Sunita Suresh Swati Tanvi Usha Varun Vidya Vijay Vikram Vinod Vivek Zoya"""
    ),
    _words(
        """Agarwal Ahuja Bajaj Banerjee Bhat Bhatia Bose Chatterjee Chauhan Chopra Choudhary Das Desai Deshmukh Dutta
        Gandhi Ghosh Gill Goel Gupta Iyengar Iyer Jain Joshi Kapoor Kapur Kaur Khan Khanna Kohli Kulkarni Kumar
        Lal Malhotra Mehra Mehta Menon Mishra Mukherjee Nair Naidu Narayan Pandey Patel Patil Pillai Prasad Raman Rao
        Reddy Roy Saxena Sen Sethi Shah Shaikh Sharma Shenoy Shetty Shukla Singh Sinha Srinivasan Subramaniam
        Tiwari Trivedi Varma Verma Yadav"""
    ),
    ("Mumbai", "Delhi", "Pune", "Bengaluru", "Chennai", "Jaipur", "Hyderabad", "Kolkata", "Ahmedabad", "Surat"),
)
_WESTERN = Community(
    22,
    "GB",
    "44",
    "7",
    10,
    _words(
        """Adam Alice Amelia Andrew Anna Anne Ben Beatrice Catherine Charles Charlotte Chloé Claire Daniel David
        Eleanor Elena Eliza Emily Emma François George Grace Hannah Henry Isabella Jack James Jane Javier José Julia
        Katherine Kathryn Laura Léa Lucas Lucy Maria Marie Mark Martha Martin Matthew Michael Michelle Nora Oliver
        Olivia Paul Peter Rachel Rebecca Renée Robert Sarah Sofía Sophie Søren Thomas William Zoë"""
    ),
    _words(
        """Adams Allen Anderson Andersson Baker Bennett Brown Carter Clark Clarke Cooper Davies Davis Dubois Edwards
        Evans Fischer García Garner Green Hall Harris Harrison Hughes Jackson Johnson Johnston Jones King Lewis Martin
        Martínez Miller Moore Morgan Müller Murphy Nielsen O'Brien O'Connor Parker Peterson Phillips Roberts Robertson
        Robinson Rodríguez Schmidt Schneider Scott Smith Taylor Thompson Thomson Turner Walker Watson White Williams
        Williamson Wilson Wright Young"""
    ),
    ("London", "Manchester", "Leeds", "Zürich", "Paris"),
)
_ARABIC = Community(
    7,
    "AE",
    "971",
    "50",
    9,
    _words("محمد أحمد فاطمة عائشة خالد مريم يوسف سارة علي نورة ليلى عمر هدى سلمى حسن زينب"),
    _words("الهاشمي المنصوري الكعبي النعيمي الشامسي القاسمي المهيري السويدي الزعابي البلوشي"),
    ("دبي", "أبوظبي", "الشارقة"),
)
_CHINESE = Community(
    6,
    "CN",
    "86",
    "13",
    11,
    _words("伟 芳 娜 敏 静 丽 强 磊 洋 艳 勇 军 杰 娟 涛 明 超 秀英 霞 平 建华 志强"),
    _words("王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林"),
    ("上海", "北京", "香港"),
)
_DEVANAGARI = Community(
    5,
    "IN",
    "91",
    "8",
    10,
    _words("आशा अनिता प्रिया प्रीति राहुल राजेश सुनीता विक्रम मीरा कविता संजय दीपक"),
    _words("शर्मा मेहता गुप्ता राव सिंह वर्मा पटेल जोशी देसाई अय्यर"),
    ("मुंबई", "दिल्ली", "पुणे"),
)
COMMUNITIES = (_INDIAN, _WESTERN, _ARABIC, _CHINESE, _DEVANAGARI)

TAGS = ("VIP", "Wedding", "Gift Buyer", "Repeat", "Diamond", "Gold")
OCCUPATIONS = ("Architect", "Doctor", "Teacher", "Engineer", "Lawyer", "Designer", "Founder", "Pilot", "Chef")
STREETS = ("Hill Road", "Marine Drive", "Park Street", "MG Road", "Station Road", "Church Lane", "Lake View")
NOTES = (
    "Prefers rose gold, budget 50-80k.",
    "Looking for a solitaire of about one carat, platinum setting, before the wedding in February.",
    "Asked to be called after six in the evening.",
    "Allergic to nickel; only 18 carat and above.",
    "Collects temple jewellery and wants to see new pieces first.",
    "Ring size 14, bangle size 2.6, likes plain bands.",
    "Brought her mother's necklace for cleaning, one clasp is loose, promised for Friday.",
)
OUTCOMES = ("Will visit on Saturday", "No answer", "Sent pictures of three rings", "Wants a second opinion")
