"""What we write to companions and interpreters. Nothing that says whose visit it is, or what it is about."""

from server.domain.letters import House, Letter, at_the_clinic, signed

AT_HOME = "Where to be: in any quiet, private place. The visit is by video. You do not have to travel."


def companion_invited(house: House, link: str) -> Letter:
    """Somebody would like a companion to be with them."""
    return Letter(
        "You are asked to come along to a video visit",
        signed(
            house,
            "Somebody you know would like you to be with them at a video visit with us. This is your own page for it:",
            link,
            "When you open it we send a code to your phone, so that only you can come in. Please do not pass it on.",
            "You do not know what this is about? Then you do not have to do anything.",
        ),
    )


def other_address_needed(house: House) -> Letter:
    """The address of somebody who is asked along is in use for something else."""
    return Letter(
        "We need another e-mail address of yours",
        signed(
            house,
            "Somebody you know would like you to be with them at a video visit with us.",
            "Your e-mail address already opens another page here, and cannot open two. "
            "Please give the person who asked you another address of yours. They can invite you again with it.",
        ),
    )


def take_part(house: House, link: str, when: str, *, by_video: bool) -> Letter:
    """The visit in which a guest has a part has a time; `when` is in their own zone, with its name."""
    if not by_video:
        return Letter(
            f"Visit in person: {when}",
            signed(house, f"The visit that you take part in is on {when}.", *at_the_clinic(house, link)),
        )
    return Letter(
        f"Video visit: {when}",
        signed(
            house,
            f"The video visit that you take part in is on {when}.",
            AT_HOME,
            "This link opens the visit. The door opens 30 minutes before the start:",
            link,
        ),
    )


def not_needed(house: House, when: str) -> Letter:
    """The visit does not take place, or goes on without this guest."""
    return Letter(
        "You are not needed at a video visit",
        signed(house, f"We do not need you at the video visit of {when} any more. You do not have to be anywhere."),
    )
