"""What we write to people by mail and SMS. No clinical word, no name but the hospital's; always where to be."""

from dataclasses import dataclass

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


def records_missing(house: House, link: str) -> Letter:
    """Something is still needed."""
    return Letter(
        "We need one more thing",
        signed(
            house, "Your specialist has looked at your records and needs something more. Please see what it is:", link
        ),
    )


def visit_booked(house: House, link: str, when: str, *, by_video: bool, moved: bool = False) -> Letter:
    """The visit has a time, or another one; `when` is in the reader's own zone, with its name."""
    place = (
        "Where to be: at home or in any quiet, private place. The visit is by video. You do not have to travel."
        if by_video
        else f"Where to be: {house.address}. This visit is in person."
    )
    return Letter(
        f"Your visit has moved: {when}" if moved else f"Your visit: {when}",
        signed(
            house,
            f"Your visit has moved. It is now on {when}. The old time no longer counts."
            if moved
            else f"Your visit is booked for {when}.",
            place,
            "This link opens your visit. The door opens 30 minutes before the start:",
            link,
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
