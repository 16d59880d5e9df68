"""Names of people and companies that do not exist, and their e-mail addresses at domains kept for examples."""

import re
from random import Random

_SURNAMES = (
    "Агапов", "Белозёров", "Вершинин", "Глушков", "Дубровин", "Ежов", "Жаворонков", "Званцев", "Истомин",
    "Калинников", "Ладыгин", "Мещеряков", "Невзоров", "Овсянников", "Панкратов", "Рябинин", "Самойлов", "Тихомиров",
    "Устинов", "Филатов", "Хлебников", "Цветков", "Чеглоков", "Шубин", "Щербинин", "Юдин", "Ясенев", "Брусницын",
    "Верещагин", "Гончаров", "Долинский", "Заречный", "Кольцов", "Лужин", "Малиновский", "Осокин", "Полянский",
    "Росляков", "Снегирёв", "Теплов", "Угрюмов", "Черёмухин",
)  # fmt: skip
_MEN = (
    "Андрей", "Артём", "Борис", "Вадим", "Глеб", "Денис", "Егор", "Илья", "Кирилл", "Максим", "Никита", "Павел",
    "Роман", "Степан", "Тимофей", "Фёдор",
)  # fmt: skip
_WOMEN = (
    "Алина", "Анна", "Вера", "Галина", "Дарья", "Евгения", "Жанна", "Зоя", "Инна", "Ирина", "Ксения", "Лариса",
    "Марина", "Надежда", "Ольга", "Полина", "Светлана", "Тамара", "Ульяна", "Юлия",
)  # fmt: skip
_FATHERS = (
    "Александров", "Борисов", "Викторов", "Денисов", "Иванов", "Львов", "Максимов", "Олегов", "Петров", "Романов",
    "Семёнов",
)  # fmt: skip
ENGLISH = (
    "Emma Thornbury", "Oliver Castwell", "Grace Pemberley", "Noah Wickstead", "Hannah Oakridge", "Lucas Fernsby",
    "Chloe Marlowood", "Daniel Ashgrove",
)  # fmt: skip
COMPANIES = (
    "Кофейня «Тихий двор»", "Кофейня «Синяя чашка»", "Кофейня «Полдень»", "Кофейня «Три зерна»",
    "Кофейня «Соседи с Волги»", "Кофейня «Медный лис»", "Кофейня «Окно во двор»", "Кофейня «Первый пар»",
    "Пекарня «Тёплая корка»", "Пекарня «Ржаной угол»", "Бистро «Две ложки»", "Бистро «Перец и мёд»",
    "Ресторан «Старая пристань»", "Ресторан «Рыжий самовар»", "Кондитерская «Белый крем»",
    "Кондитерская «Сахарный пух»", "Коворкинг «Шестой этаж»", "Коворкинг «Длинный стол»", "Хостел «Чердак 12»",
    "Гостиница «Речной вид»", "Книжная лавка «Абзац»", "Студия йоги «Утро»", "Цветочная «Пион и перо»",
    "Барбершоп «Сухой закон 33»", "ООО «Волжский Картограф»", "ООО «Ясный Чертёж»", "ООО «Линия Ромашки»",
    "ООО «Северный Паркет»", "ООО «Кедр и Кабель»", "ООО «Точный Градус»", "ООО «Тридевятый Софт»",
    "ООО «Лиственный Дом»", "АО «Заречный Мехзавод»", "Стоматология «Белый кит»",
    "Blue Door Cafe", "Grey Owl Bistro", "Tin Spoon Bakery", "Paper Crane Office", "Lantern Books & Coffee",
    "Quiet Corner Hostel", "Maple Yard Coworking", "Second Floor Studio", "Pine & Kettle", "Copper Finch Bar",
    "Rainy Day Games LLC", "Northern Thread Atelier",
)  # fmt: skip
_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_LATIN = (
    "a", "b", "v", "g", "d", "e", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f",
    "kh", "ts", "ch", "sh", "sch", "", "y", "", "e", "yu", "ya",
)  # fmt: skip
_LETTERS = {ord(letter): latin.strip("") for letter, latin in zip(_CYRILLIC, _LATIN, strict=True)}


def russian_people(count: int, rng: Random) -> list[str]:
    """So many full names; no two share both surname and first name."""
    firsts = _MEN + _WOMEN
    picks = rng.sample(range(len(_SURNAMES) * len(firsts)), count)
    return [_written(_SURNAMES[pick // len(firsts)], firsts[pick % len(firsts)], rng) for pick in picks]


def email_for(person: str | None, company: str | None, domain: str) -> str:
    """An address as the person, or else the company, would choose it."""
    if person:
        return f"{'.'.join(_latin_words(person)[:2])}@{domain}"
    return f"{'-'.join(_latin_words((company or '').split('«')[-1]))}@{domain}"


def _written(surname: str, first: str, rng: Random) -> str:
    woman = first in _WOMEN
    surname = _feminine(surname) if woman else surname
    if rng.random() < 0.4:
        return f"{first} {surname}"
    return f"{surname} {first} {rng.choice(_FATHERS)}{'на' if woman else 'ич'}"


def _feminine(surname: str) -> str:
    return f"{surname[:-2]}ая" if surname.endswith(("ий", "ый")) else f"{surname}а"


def _latin_words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.casefold().translate(_LETTERS))
