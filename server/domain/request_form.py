"""What the request form asks, page by page: our own words here, those of the in-person rule from its fact sheet.

Name and telephone number come before the questions about emergencies, so that somebody can ring. No I/O, no clock.
"""

from server.domain.calls import warning_signs
from server.domain.facts import UNKNOWN, FactSheet, Place, Question
from server.domain.policy import FactType
from server.domain.requests import NO, YES, Form, Item, Kind, Section

UNSURE = (UNKNOWN, "I don't know")
YES_NO = ((YES, "Yes"), (NO, "No"), UNSURE)
MOST_QUESTIONS = 5
HOW_YOU_ARE = "Answer each question on how you are now."
ASKED_ON = "Answer this one too, or choose “I don't know”."
LINE_CHARACTERS, QUESTION_CHARACTERS, TEXT_CHARACTERS = 120, 600, 4000

REASONS = (
    ("more-options", "I want to know if there are other ways to treat it"),
    ("confirm", "I want to be sure that the diagnosis or the plan is right"),
    ("only-surgery", "I was only offered surgery"),
    ("rare", "My cancer is rare"),
    ("untreatable", "I was told it cannot be treated"),
    ("came-back", "It came back, or it does not get better"),
    ("trials", "I want to know about clinical trials"),
    ("other", "Something else"),
)
CANCER_TYPES = (("breast", "Breast"), ("lung", "Lung"), ("other", "Another place"), UNSURE)
TIMINGS = (
    ("started", "It has started"),
    ("two-weeks", "Within two weeks"),
    ("later", "Later than that"),
    ("none", "Nothing is planned"),
    UNSURE,
)
WAYS = (("call", "Call me"), ("text", "Send me a text message"), ("mail", "Write me an e-mail"))
SUPPORT = (
    ("hearing", "Hearing"),
    ("seeing", "Seeing"),
    ("memory", "Remembering, or finding words"),
    ("none", "I need no such help"),
    UNSURE,
)


def make_form(sheet: FactSheet) -> Form:
    """Put the form together for the policy in force."""
    pages = (_reach(), _safety(sheet), _story(), _questions(), _about(sheet), _visit(sheet))
    return Form(pages, sheet.policy)


def _reach() -> Section:
    return Section(
        "reach",
        "How can we reach you?",
        "We ask this first, so that a nurse can call you if something worries us.",
        (
            Item(
                "name",
                Kind.LINE,
                "Your name",
                most=LINE_CHARACTERS,
                need="Tell us your name.",
                wrong="Please write your name on one line.",
                autocomplete="name",
            ),
            Item(
                "phone",
                Kind.TEL,
                "Your telephone number",
                "A number where we can reach you today.",
                most=40,
                need="Give us a telephone number.",
                wrong="Please write the number with its area code, such as 313 555 0142.",
                autocomplete="tel",
            ),
            Item("reach", Kind.CHOICE, "How do you like to hear from us?", options=WAYS),
            Item("voicemail", Kind.CHOICE, "May we leave a message if you do not pick up?", options=YES_NO[:2]),
        ),
    )


def _safety(sheet: FactSheet) -> Section:
    signs = warning_signs(sheet.policy)
    flags = [
        _fact(sheet, name, ASKED_ON if sheet.entries[name].question.only_if else HOW_YOU_ARE)
        for name in sheet.asked_at(Place.REQUEST)
        if name in signs
    ]
    return Section(
        "safety",
        "How are you now?",
        "Some signs need help today, and we cannot give it from here. Please answer each one.",
        (
            *flags,
            _fact(sheet, "amber_symptom_count", "Tell us how many of the symptoms you have."),
            _fact(sheet, "new_neuro_nonurgent", "Tell us about new headaches, balance or sight."),
        ),
    )


def _story() -> Section:
    return Section(
        "story",
        "What is it about?",
        "Short is fine. You send us the records later, and a specialist reads them.",
        (
            Item(
                "reasons",
                Kind.MANY,
                "Why do you ask for a second opinion?",
                "Choose as many as you like.",
                REASONS,
                need="Tell us why you ask.",
            ),
            Item("cancer_type", Kind.CHOICE, "Where is the cancer?", options=CANCER_TYPES, need="Say where it is."),
            Item(
                "diagnosis",
                Kind.TEXT,
                "What did the doctors find?",
                "In your own words. There is no wrong answer.",
                most=TEXT_CHARACTERS,
            ),
            Item(
                "proposed",
                Kind.TEXT,
                "Which treatment did they offer you?",
                "If you do not know, leave this empty.",
                most=TEXT_CHARACTERS,
            ),
            Item(
                "treatment_timing",
                Kind.CHOICE,
                "When does the treatment start?",
                options=TIMINGS,
                need="Say when the treatment starts.",
            ),
            Item(
                "treatment_start",
                Kind.DATE,
                "On which day, if you know it?",
                wrong="Please give the day as day, month and year.",
            ),
            Item(
                "surgery_done",
                Kind.CHOICE,
                "Have you had surgery for this cancer?",
                options=YES_NO,
                need="Say if you have had surgery.",
            ),
        ),
    )


def _questions() -> Section:
    return Section(
        "questions",
        "What do you want to ask?",
        "The specialist answers each of your questions in writing, one by one. You can ask up to five.",
        (
            Item(
                "questions",
                Kind.LIST,
                "Your questions",
                most=MOST_QUESTIONS,
                need="Write at least one question.",
                wrong=f"Please keep each question under {QUESTION_CHARACTERS} characters.",
            ),
        ),
    )


def _about(sheet: FactSheet) -> Section:
    return Section(
        "about",
        "About you",
        "This tells us what the law asks of us, and what help to bring.",
        (
            _fact(sheet, "age_years", "Tell us your age.", wrong="Please write your age in years, such as 61."),
            _fact(sheet, "patient_country", "Say which country you will be in."),
            _fact(sheet, "patient_state", "Say which state you will be in."),
            Item(
                "language",
                Kind.LINE,
                "Which language do you speak best?",
                most=LINE_CHARACTERS,
                need="Tell us your language.",
                wrong="Please write this on one line.",
            ),
            Item(
                "interpreter",
                Kind.CHOICE,
                "Would you like an interpreter? It costs you nothing.",
                options=YES_NO,
                need="Say if you would like an interpreter.",
            ),
            Item(
                "support",
                Kind.MANY,
                "What would you like help with?",
                "We arrange it before the visit, at no cost to you.",
                SUPPORT,
                need="Say what you would like help with.",
            ),
            Item(
                "helper",
                Kind.LINE,
                "Who helps you, if anybody?",
                "For example your daughter. You can invite them to the visit later.",
                most=LINE_CHARACTERS,
                wrong="Please write this on one line.",
            ),
        ),
    )


def _visit(sheet: FactSheet) -> Section:
    return Section(
        "visit",
        "The visit",
        "You can change your mind about all of this later.",
        (
            _fact(sheet, "telehealth_consent", "Say if you agree to a visit by video."),
            _fact(sheet, "prefers_in_person", "Say if you would rather be seen in person."),
            Item(
                "insurance",
                Kind.TEXT,
                "Which health insurance do you have?",
                "In your own words, or leave it empty. We find out with you what it pays.",
                most=1000,
            ),
        ),
    )


def _fact(sheet: FactSheet, name: str, need: str, wrong: str = "Please choose one of the answers shown.") -> Item:
    """Ask for a fact in the words of its sheet."""
    entry = sheet.entries[name]
    asked = entry.question
    return Item(
        name, _kind(asked), asked.text, asked.hint, _options(asked), asked.items, need=need, wrong=wrong, entry=entry
    )


def _kind(asked: Question) -> Kind:
    if asked.type is FactType.BOOL:
        return Kind.CHOICE
    return Kind.SELECT if asked.items or asked.options else Kind.NUMBER


def _options(asked: Question) -> tuple[tuple[str, str], ...]:
    told: tuple[tuple[str, str], ...]
    if asked.type is FactType.BOOL:
        told = ((YES, asked.options[0].label), (NO, asked.options[1].label))
    elif asked.items:
        told = tuple((str(count), str(count)) for count in range(len(asked.items) + 1))
    else:
        told = tuple((option.value, option.label) for option in asked.options)
    return (*told, (UNKNOWN, asked.unknown_label)) if told else ()
