"""A patient's request: begun, saved as they type, sent. Drafts are the patient's alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog

from server.domain import cases as rules
from server.domain import ids, letters, requests
from server.domain.actors import Account, Actor, Role
from server.domain.calls import alarming, said, warning_signs, worries
from server.domain.cases import Case, CaseMovedOnError, CaseStatus
from server.domain.errors import ConflictError
from server.domain.facts import Party
from server.domain.ids import AccountId, CaseId
from server.domain.letters import House
from server.domain.policy import Stage
from server.domain.request_form import make_form
from server.domain.requests import EmergencyError, Form, IncompleteRequestError, Missing
from server.domain.tasks import TaskKind
from server.services import calls, trail
from server.services.access import case_for
from server.services.decisions import Decisions
from server.services.post import Post
from server.services.sign_in import SignIn
from server.storage import accounts, cases, statements
from server.storage.database import Connection, Database

ONLY_THE_MEETING = frozenset({Role.COMPANION, Role.INTERPRETER})
AGAIN = "Please answer the questions about how you are now once more. Your answers are more than a day old."

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case as one person may see it, with the people in it."""

    case: Case
    patient: Account
    specialist: Account | None


class Cases:
    """What a patient does with a request, and what others may read of it."""

    def __init__(
        self,
        database: Database,
        decisions: Decisions,
        post: Post,
        sign_in: SignIn,
        house: House,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._form = make_form(decisions.sheet)
        self._decisions = decisions
        self._post = post
        self._sign_in = sign_in
        self._house = house
        self._clock = clock

    @property
    def form(self) -> Form:
        """What a request asks, by the policy in force."""
        sheet = self._decisions.sheet
        if self._form.policy is not sheet.policy:
            self._form = make_form(sheet)
        return self._form

    async def begin(self, actor: Actor, answers: Mapping[str, Any]) -> CaseFile:
        """Begin a request."""
        now = self._clock()
        case = Case(
            id=CaseId(ids.new()),
            patient_id=actor.id,
            specialist_id=None,
            status=CaseStatus.DRAFT,
            answers=requests.merged({}, answers),
            version=1,
            created_at=now,
            submitted_at=None,
            screened_at=None,
            screened_by=None,
            screening_reason=None,
        )
        async with self._database.write() as connection:
            await cases.add(connection, case)
            await self._hear(connection, actor, case, answers)
            await self._watch(connection, actor, case, {})
            await trail.record(connection, actor, "case.begun", "case", case.id, now=now, case_id=case.id)
        log.info("case.begun", case=case.id)
        return CaseFile(case, actor.account, None)

    async def known(self, actor: Actor) -> tuple[CaseFile, ...]:
        """List the cases that this person may know of, the newest first."""
        async with self._database.read() as connection:
            return await self.files(connection, actor)

    async def files(self, connection: Connection, actor: Actor) -> tuple[CaseFile, ...]:
        """List the cases that this person may know of, inside the caller's view."""
        return await self._files(connection, actor, await cases.known_to(connection, actor.id, actor.role))

    async def read(self, actor: Actor, case_id: CaseId) -> CaseFile:
        """Return a case as this person may see it; that staff have read it is written down."""
        async with self._database.read() as connection:
            case = await case_for(connection, actor, case_id)
            (file,) = await self._files(connection, actor, (case,))
        if actor.id != case.patient_id:
            async with self._database.write() as connection:
                now = self._clock()
                await trail.record(connection, actor, "case.read", "case", case.id, now=now, case_id=case.id)
        return file

    async def save(self, actor: Actor, case_id: CaseId, patch: Mapping[str, Any], version: int | None) -> CaseFile:
        """Put new answers over the old ones. `version` is the one that the caller has seen, if they mind.

        Raises:
            ConflictError: somebody else has changed the request since.
            CaseMovedOnError: the request has been sent.
        """
        async with self._database.write() as connection:
            case = await self._draft(connection, actor, case_id)
            if version is not None and version != case.version:
                raise ConflictError("This request was changed in another window or on another device.")
            saved = replace(case, answers=requests.merged(case.answers, patch), version=case.version + 1)
            await cases.save(connection, saved)
            await self._hear(connection, actor, saved, patch)
            await self._watch(connection, actor, saved, case.answers)
        return CaseFile(saved, actor.account, None)

    async def submit(self, actor: Actor, case_id: CaseId) -> CaseFile:
        """Hand the request to the desk.

        Raises:
            EmergencyError: one of the answers is an emergency.
            IncompleteRequestError: answers are missing, or those about emergencies are too old.
            CaseMovedOnError: the request has been sent already.
        """
        now = self._clock()
        async with self._database.write() as connection:
            case = await self._draft(connection, actor, case_id)
            await self._check(connection, case, now)
            sent = rules.submit(case, now=now)
            await cases.save(connection, sent)
            await self._let_a_nurse_call(connection, actor, sent)
            await self._decisions.decide(connection, actor, sent, Stage.REQUEST)
            await self._write_to(connection, actor.account, sent)
            await trail.record(connection, actor, "case.submitted", "case", sent.id, now=now, case_id=sent.id)
        log.info("case.submitted", case=sent.id)
        return CaseFile(sent, actor.account, None)

    def emergency(self, case: Case) -> tuple[str, ...]:
        """Give the words for an emergency among the answers; none where there is none."""
        return requests.emergency_words(self.form, case.answers)

    def alarming(self, case: Case) -> frozenset[str]:
        """Name the answers that are an emergency."""
        return alarming(self.form.policy, requests.emergencies(self.form, case.answers))

    def missing(self, case: Case) -> tuple[Missing, ...]:
        """Name what has to be answered before a draft can be sent."""
        return requests.missing(self.form, case.answers) if rules.editable(case) else ()

    async def _files(self, connection: Connection, actor: Actor, found: tuple[Case, ...]) -> tuple[CaseFile, ...]:
        wanted: set[AccountId] = {case.patient_id for case in found}
        wanted |= {case.specialist_id for case in found if case.specialist_id}
        people = await accounts.of_ids(connection, wanted)
        return tuple(
            CaseFile(_seen_by(actor, case), people[case.patient_id], people.get(case.specialist_id or AccountId("")))
            for case in found
        )

    async def _draft(self, connection: Connection, actor: Actor, case_id: CaseId) -> Case:
        case = await case_for(connection, actor, case_id)
        if not rules.editable(case):
            raise CaseMovedOnError("You have sent this request. Call us if something in it has to change.")
        return case

    async def _hear(self, connection: Connection, actor: Actor, case: Case, patch: Mapping[str, Any]) -> None:
        """Write down what the patient said to the in-person rule."""
        told = requests.facts(self.form, patch)
        if told:
            await self._decisions.state(connection, case, told, Party.PATIENT, actor.id)

    async def _watch(self, connection: Connection, actor: Actor, case: Case, before: Mapping[str, Any]) -> None:
        """Where an emergency has come up, keep the decision, which has somebody ring."""
        alarms = set(requests.emergencies(self.form, case.answers))
        if alarms <= set(requests.emergencies(self.form, before)):
            return
        await self._decisions.decide(connection, actor, case, Stage.REQUEST)
        now = self._clock()
        await trail.record(connection, actor, "case.emergency", "case", case.id, now=now, case_id=case.id)
        log.warning("case.emergency", case=case.id)

    async def _let_a_nurse_call(self, connection: Connection, actor: Actor, case: Case) -> None:
        sheet, told = self._decisions.sheet, requests.facts(self.form, case.answers)
        lines = [said(sheet.entries[name].question, told[name]) for name in worries(sheet, told)]
        if lines:
            await calls.ask_for(connection, TaskKind.NURSE_CALL, case, actor.account, lines, now=self._clock())

    async def _check(self, connection: Connection, case: Case, now: datetime) -> None:
        if requests.emergencies(self.form, case.answers):
            raise EmergencyError("One of your answers is an emergency. Please get help now, before anything else.")
        missing = requests.missing(self.form, case.answers)
        if not missing:
            heard = {one.name: one.said_at for one in await statements.of_case(connection, case.id)}
            signs = warning_signs(self.form.policy) & case.answers.keys()
            asked = (item.name for item in self.form.items if item.name in signs)
            old = [name for name in asked if requests.safety_is_old(heard.get(name), now)]
            missing = (Missing("safety", old[0], AGAIN),) if old else ()
        if missing:
            raise IncompleteRequestError(missing)

    async def _write_to(self, connection: Connection, patient: Account, case: Case) -> None:
        link = await self._sign_in.link_within(connection, patient, case.id)
        letter = letters.request_received(self._house, link)
        await self._post.queue(connection, patient, letter, key=f"case:{case.id}:received", case_id=case.id)


def _seen_by(actor: Actor, case: Case) -> Case:
    """Leave out what is clinical for those who only take part in the meeting."""
    if actor.role not in ONLY_THE_MEETING:
        return case
    return replace(case, answers={}, screening_reason=None, next_step=None)
