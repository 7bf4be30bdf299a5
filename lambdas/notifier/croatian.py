"""The texts of the mails in Croatian."""

from datetime import date

from lambdas.notifier.mail_texts import MailTexts


def _day(day: date) -> str:
    return f"{day.day}. {day.month}. {day.year}."


CROATIAN = MailTexts(
    problem_subject="Provjerite očitanja mjernog mjesta {number}",
    problem_body="""\
Poštovani,

u podacima mjernog mjesta {number} uočili smo sljedeće:

{problems}

Molimo provjerite uređaj koji šalje očitanja. Očitanja koja nedostaju ili su pogrešna
možete poslati naknadno. Kada podaci budu u redu, poslat ćemo Vam još jednu poruku.

Ovo je automatska poruka. O poteškoćama Vas obavještavamo najviše jednom dnevno.
""",
    problems={
        "MCD": "nismo primili nijedno očitanje",
        "ICD": "nedostaje dio očitanja",
        "MNP": "nedostaju parametri mreže",
    },
    other_problem="neka su očitanja neuobičajena",
    more="- i još: {count}",
    day=_day,
    since="od {day} (broj dana zaredom: {days})",
    completion_subject="Očitanja mjernog mjesta {number} su u redu",
    completion_body="""\
Poštovani,

podaci mjernog mjesta {number} sada su u redu: više nema otvorenih upozorenja.
Ne trebate učiniti ništa. Hvala Vam!

Ovo je automatska poruka.
""",
)
