"""What we write to people by mail and SMS. No clinical word, no name but the hospital's; always where to be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from server.domain.appointments import Mode
from server.domain.errors import InvalidValueError


@dataclass(frozen=True, slots=True)
class Letter:
    """One message for one person."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class House:
    """The hospital as it signs its letters."""

    name: str
    phone: str
    address: str
    directions: str = ""

    @property
    def way_there(self) -> tuple[str, ...]:
        """How to find it, where somebody wrote that down."""
        return (f"How to get there: {self.directions}",) if self.directions else ()


def one_line(text: str, field: str) -> str:
    """Let a text into a header or an address field.

    Raises:
        InvalidValueError: it has a line break or a control character.
    """
    if any(ord(character) < ord(" ") for character in text):
        raise InvalidValueError("Please write this on one line.", field)
    return text


def signed(house: House, *paragraphs: str) -> str:
    """Put what we write above our name and number."""
    closing = f"Questions? Call us at any hour: {house.phone}\n{house.name}"
    return "\n\n".join((*paragraphs, closing)) + "\n"


def code(house: House, digits: str) -> Letter:
    """The code that lets somebody in."""
    return Letter("Your code", f"{digits} is your code for {house.name}. It is good for 10 minutes. Do not share it.")


def your_link(house: House, link: str) -> Letter:
    """The address of the case, when somebody asks for it again."""
    return Letter(
        f"Your page at {house.name}",
        signed(
            house,
            "Here is the link to your page:",
            link,
            "The link stays the same. When you open it we send a code to your phone, so that only you can come in.",
        ),
    )


def request_received(house: House, link: str) -> Letter:
    """The request has arrived."""
    return Letter(
        "We have your request",
        signed(
            house,
            "Thank you. Your request is with us. We read it within two working days and then write to you.",
            "You do not have to be anywhere or do anything now. You can see where things stand here:",
            link,
        ),
    )


def request_accepted(house: House, link: str) -> Letter:
    """The hospital takes the request on."""
    return Letter(
        "We can help you: please send your records",
        signed(
            house,
            "Good news: we take your request. The next step is yours: please send us your medical records.",
            "Your page shows which records we need and how to get each one:",
            link,
            "You do not have to be anywhere for this. You can do it at home, in several goes.",
        ),
    )


def request_declined(house: House, link: str) -> Letter:
    """The hospital cannot take the request on."""
    return Letter(
        "About your request",
        signed(house, "We have read your request. Please see our answer and what you can do next:", link),
    )


def records_enough(house: House, link: str) -> Letter:
    """The specialist has what it takes, and something on our side is still open."""
    return Letter(
        "Your records are complete",
        signed(
            house,
            "Your specialist has read your records and has what is needed.",
            "Nothing is asked of you now. We prepare your visit, and you hear from us when a time can be agreed.",
            "You can see where things stand here:",
            link,
        ),
    )


def times_open(house: House, link: str) -> Letter:
    """Everything on our side is done, and the patient can choose a time."""
    return Letter(
        "You can choose a time for your visit",
        signed(
            house,
            "Everything on our side is ready for your visit. Please choose a time. You can do it at home:",
            link,
            "Before that we ask once more how you are, and you try your camera and microphone. It takes some minutes.",
        ),
    )


def clinic_times_open(house: House, link: str) -> Letter:
    """Everything on our side is done, and the patient can choose a time, but not by video with their specialist."""
    return Letter(
        "You can choose a time and a way for your visit",
        signed(
            house,
            "Everything on our side is ready for your visit. It cannot be by video with your specialist.",
            f"Your page says why, and what is possible: a time at {house.address}, or another way:",
            link,
        ),
    )


TIMES_OPEN: Mapping[Mode, Callable[[House, str], Letter]] = {Mode.VIDEO: times_open, Mode.IN_PERSON: clinic_times_open}


def come_in_person(house: House, link: str, when: str) -> Letter:
    """A visit by video is booked, and it cannot be by video with its specialist any more."""
    return Letter(
        "Your visit cannot be as it is booked",
        signed(
            house,
            f"Your visit is booked for {when}. It cannot be by video with your specialist any more.",
            f"Your page says why, and what is possible: a time at {house.address}, or another way:",
            link,
        ),
    )


def records_missing(house: House, link: str) -> Letter:
    """Something is still needed."""
    return Letter(
        "We need one more thing",
        signed(
            house, "Your specialist has looked at your records and needs something more. Please see what it is:", link
        ),
    )


def visit_booked(
    house: House, link: str, when: str, *, by_video: bool, moved: bool = False, another: bool = False
) -> Letter:
    """The visit has a time, or another one; `when` is in the reader's own zone, with its name.

    `another`: it is with another specialist than the one who read the records.
    """
    news = (
        f"Your visit has moved. It is now on {when}. The old time no longer counts."
        if moved
        else f"Your visit is booked for {when}."
    )
    whom = ("You meet another specialist of ours. Your page says whom, and why.",) if another else ()
    return Letter(
        f"Your visit has moved: {when}" if moved else f"Your visit: {when}",
        signed(house, news, *whom, *(at_home(link) if by_video else at_the_clinic(house, link))),
    )


def at_home(link: str) -> tuple[str, ...]:
    """Where to be for a visit by video."""
    return (
        "Where to be: at home or in any quiet, private place. The visit is by video. You do not have to travel.",
        "This link opens your visit. The door opens 30 minutes before the start:",
        link,
    )


def at_the_clinic(house: House, link: str) -> tuple[str, ...]:
    """Where to be for a visit in person."""
    return (
        f"Where to be: {house.address}. This visit is in person.",
        *house.way_there,
        "Nobody waits for you by video. Your page shows when and where to come:",
        link,
    )


def case_is_yours(house: House, link: str, when: str) -> Letter:
    """A case has come to another specialist, with a visit."""
    return Letter(
        "A case has come to you",
        signed(
            house,
            f"A patient has booked a visit with you on {when}. The case is yours from now on.",
            "Another specialist has read the records, and that review stands. Please read the case before the visit:",
            link,
        ),
    )


def case_has_gone(house: House, when: str) -> Letter:
    """A case has gone from its specialist to another one."""
    return Letter(
        "A case has gone to another specialist",
        signed(
            house,
            f"A patient of yours has booked a visit with another specialist of ours on {when}.",
            "The law does not let you see this patient by video where they will be, or your license was not looked up"
            " for a year. The case is no longer on your list. Nothing is asked of you.",
        ),
    )


def visit_cancelled(house: House, link: str, when: str) -> Letter:
    """The visit does not take place."""
    return Letter(
        "Your visit is cancelled",
        signed(house, f"The visit of {when} does not take place. To choose another time:", link),
    )


def opinion_ready(house: House, link: str) -> Letter:
    """The written answer is there."""
    return Letter(
        "Your second opinion is ready",
        signed(house, "Your specialist has signed your written second opinion. You can read and keep it here:", link),
    )
