"""The names, streets and towns of demo customers."""

FIRST_NAMES = (
    "Ana", "Marija", "Ivana", "Petra", "Lucija", "Maja", "Nina", "Tea", "Iva", "Sara", "Lana", "Dora",
    "Ivan", "Marko", "Josip", "Luka", "Filip", "Toma", "Matej", "Petar", "Ante", "Karlo", "David", "Nikola",
)  # fmt: skip

SURNAMES = (
    "Horvat", "Kovačević", "Babić", "Marić", "Jurić", "Novak", "Kovačić", "Knežević", "Vuković", "Marković",
    "Petrović", "Matić", "Tomić", "Pavlović", "Kovač", "Božić", "Blažević", "Grgić", "Pavić", "Radić",
    "Perić", "Filipović", "Šarić", "Lovrić", "Vidović", "Perković", "Popović", "Bošnjak", "Jukić", "Barišić",
)  # fmt: skip

STREETS = (
    "Lipova ulica", "Hrastova ulica", "Vinogradska ulica", "Školska ulica", "Ulica kralja Tomislava",
    "Savska cesta", "Dravska ulica", "Jadranska ulica", "Cvjetna ulica", "Ulica Ivana Gundulića",
    "Kolodvorska ulica", "Sunčana ulica", "Mlinska ulica", "Ulica Nikole Tesle", "Zvonimirova ulica",
)  # fmt: skip

TOWNS = (
    ("Zagreb", "Grad Zagreb"),
    ("Split", "Splitsko-dalmatinska"),
    ("Rijeka", "Primorsko-goranska"),
    ("Osijek", "Osječko-baranjska"),
    ("Zadar", "Zadarska"),
    ("Pula", "Istarska"),
    ("Slavonski Brod", "Brodsko-posavska"),
    ("Karlovac", "Karlovačka"),
    ("Varaždin", "Varaždinska"),
    ("Šibenik", "Šibensko-kninska"),
    ("Dubrovnik", "Dubrovačko-neretvanska"),
    ("Bjelovar", "Bjelovarsko-bilogorska"),
    ("Sisak", "Sisačko-moslavačka"),
    ("Koprivnica", "Koprivničko-križevačka"),
    ("Vinkovci", "Vukovarsko-srijemska"),
    ("Čakovec", "Međimurska"),
    ("Požega", "Požeško-slavonska"),
    ("Virovitica", "Virovitičko-podravska"),
    ("Gospić", "Ličko-senjska"),
    ("Krapina", "Krapinsko-zagorska"),
    ("Velika Gorica", "Zagrebačka"),
)

INDUSTRIES = ("Pilana", "Mlin", "Ljevaonica", "Pivovara", "Tvornica papira", "Prerada metala", "Hladnjača")
TRADES = ("Pekarnica", "Trgovina", "Knjižara", "Restoran", "Cvjećarnica", "Autoservis", "Ljekarna")
PUBLIC_BODIES = ("Osnovna škola", "Gradska knjižnica", "Dom zdravlja", "Sportska dvorana", "Dječji vrtić")
