"""The language of a text is told where there is enough to say, and nothing where there is not."""

from __future__ import annotations

import pytest

from casework.documents.quality.language import decided, language_of, name_of, points_of, together

ARTICLE = {
    "ar": "من تاريخ هذا العقد إلى نهاية المدة على المشتري أن يدفع كل المبلغ في الموعد، أو قد يطلب "
    "البائع ذلك بعد الإخطار",
    "cs": "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv. Jsou nadáni "
    "rozumem a svědomím a mají spolu jednat v duchu bratrství.",
    "da": "De er udstyret med fornuft og samvittighed, og de bør handle mod hverandre. Beløbet "
    "blev betalt af kunden efter aftale.",
    "de": "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft "
    "und Gewissen begabt.",
    "el": "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.",
    "en": "All human beings are born free and equal in dignity and rights. They are endowed with "
    "reason and conscience.",
    "es": "Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como "
    "están de razón, deben comportarse los unos con los otros.",
    "fr": "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués "
    "de raison et de conscience.",
    "hu": "Minden emberi lény szabadon születik és egyenlő méltósága és joga van. Az emberek "
    "egymással szemben testvéri szellemben kell hogy viseltessenek.",
    "it": "Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti. Essi sono dotati "
    "di ragione e di coscienza.",
    "ja": "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。",
    "nl": "Alle mensen worden vrij en gelijk in waardigheid en rechten geboren. Zij zijn begiftigd "
    "met verstand en geweten.",
    "no": "De er utstyrt med fornuft og samvittighet og bør handle mot hverandre. Beløpet ble "
    "betalt av kunden etter avtale.",
    "pl": "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są oni "
    "obdarzeni rozumem i sumieniem.",
    "pt": "Todos os seres humanos nascem livres e iguais em dignidade e em direitos. Dotados de "
    "razão e de consciência, devem agir uns para com os outros.",
    "ro": "Toate ființele umane se nasc libere și egale în demnitate și în drepturi. Ele sunt "
    "înzestrate cu rațiune și conștiință.",
    "ru": "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены "
    "разумом и совестью.",
    "sv": "Alla människor är födda fria och lika i värde och rättigheter. De har utrustats med "
    "förnuft och samvete.",
    "tr": "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana "
    "sahiptirler ve birbirlerine karşı kardeşlik zihniyeti ile hareket etmelidirler.",
    "uk": "Всі люди народжуються вільними і рівними у своїй гідності та правах. Вони наділені "
    "розумом і совістю.",
    "zh": "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心。",
}


@pytest.mark.parametrize("language", ARTICLE)
def test_a_few_sentences_are_enough(language: str) -> None:
    assert language_of(ARTICLE[language]) == language


@pytest.mark.parametrize(
    "text",
    ["", "Total 12", "INV-2024-001 4711", "ACME Ltd 12 High Street", "a b c d e f g h i", "請"],
)
def test_nothing_is_said_of_too_little(text: str) -> None:
    assert language_of(text) == ""


def test_a_word_that_comes_again_and_again_counts_no_more_than_a_few_times() -> None:
    times = "10:00 AM 11:00 AM 12:30 PM SO SO AM AM AM AM AM AM AM AM AM AM AM AM AM " * 8
    assert language_of(times) == ""


def test_spaced_letters_and_initials_tell_of_no_language() -> None:
    assert language_of("A R M O B I O S C I E N C E S I N C E L I L L Y A N D C O M P A N Y") == ""


def test_pages_together_tell_what_one_alone_does_not() -> None:
    pages = ["Die Summe ist", "fällig und wird", "von der Bank nicht erhoben"]
    assert [language_of(page) for page in pages[:2]] == ["", ""]
    assert decided(together(map(points_of, pages))) == "de"


def test_a_page_differs_from_its_document_only_when_it_is_quite_clear() -> None:
    english = points_of("The total of the invoice")
    assert decided(english, against="de") == ""
    assert decided(points_of(ARTICLE["en"] * 3), against="de") == "en"
    assert decided(points_of(ARTICLE["de"]), against="de") == ""


def test_languages_have_names() -> None:
    assert name_of("de") == "German"
    assert name_of("") == "unknown"
