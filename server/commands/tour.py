"""What the demo prepares at every start, and how it describes itself to people and programs."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from config.settings import Settings
from server.addresses import public_url
from server.commands.demo_case import Cast, DemoCase
from server.commands.hospital import settle_in
from server.domain.actors import Account, Actor
from server.domain.ids import CaseId, VisitId
from server.keys import POLICIES, SIGN_IN
from server.storage.database import Database
from server.storage.keyring import Keyring

TOKEN_LIFE = timedelta(days=30)  # the contract: as long as this demo; the next start replaces it
IN_THE_VISIT = ("patient", "companion", "interpreter", "specialist")
STORIES: Mapping[str, Mapping[str, object]] = {
    "patient": {
        "reasons": ["more-options", "only-surgery"],
        "cancer_type": "lung",
        "diagnosis": "Lung cancer, found in November on a scan after a long cough.",
        "proposed": "Surgery to take out a part of the right lung.",
        "treatment_timing": "later",
        "surgery_done": "no",
        "questions": [
            "Is surgery the best treatment for me?",
            "Would medicine before surgery help?",
            "Is there a clinical trial that fits?",
        ],
        "language": "English",
        "interpreter": "no",
        "support": ["none"],
    },
    "other_patient": {
        "reasons": ["confirm"],
        "cancer_type": "lung",
        "diagnosis": "A spot on the left lung that grew since spring.",
        "proposed": "Radiation over five days.",
        "treatment_timing": "two-weeks",
        "surgery_done": "no",
        "questions": ["Is radiation as good as surgery for me?"],
        "language": "English",
        "interpreter": "no",
        "support": ["none"],
    },
}


class Tour:
    """Prepares the demo's people and cases."""

    def __init__(
        self,
        app: web.Application,
        settings: Settings,
        database: Database,
        keyring: Keyring,
        clock: Callable[[], datetime],
    ) -> None:
        self._app = app
        self._url = public_url(settings)
        self._settings = settings
        self._database = database
        self._keyring = keyring
        self._clock = clock

    async def prepare(self) -> dict[str, Any]:
        """Make what is missing, refresh what ages, and describe the demo (the contract's `demo --json`)."""
        people = await settle_in(self._database, self._keyring, self._clock)
        await self._sign_policy(people)
        case_id, visit_id = await self._first_case(people)
        await self._other_case(people)
        return {
            "url": self._settings.public_url,
            "accounts": {key: await self._describe(account) for key, account in people.items()},
            "case_id": case_id,
            "visit_id": visit_id,
            "join_urls": {key: self._door(people[key], f"/visits/{visit_id}") for key in IN_THE_VISIT},
        }

    async def _sign_policy(self, people: Mapping[str, Account]) -> None:
        """Let the office have signed the policy that the first start brought into force."""
        policies = self._app[POLICIES]
        current = await policies.current()
        if not current.listed.is_signed:
            for key in ("compliance", "admin"):
                actor = Actor(people[key], session=None, verified_by=None)
                if not current.listed.signed_by(actor.id):
                    await policies.sign(actor, current.version.sha256, "Reviewed for the demonstration.")

    async def _first_case(self, people: Mapping[str, Account]) -> tuple[CaseId, VisitId]:
        """Bring the patient's case to a visit whose waiting room is open now."""
        demo = DemoCase(self._app, self._database, Cast.of(people, "patient", "specialist"), self._clock)
        await demo.open_practice()
        case_id = await demo.find()
        if case_id is None:
            case_id = await demo.request(STORIES["patient"])
            await demo.send_records(case_id)
            await demo.review(case_id)
        await demo.give_back(case_id)
        await demo.invite(case_id, people)
        await demo.answer(case_id)
        visit_id = await demo.open_visit(case_id)
        await demo.say_where(case_id, visit_id)
        await demo.assign(visit_id, people["interpreter"])
        return case_id, visit_id

    async def _other_case(self, people: Mapping[str, Account]) -> None:
        """Give the other patient a case of their own with a record in it."""
        cast = Cast.of(people, "other_patient", "other_specialist")
        demo = DemoCase(self._app, self._database, cast, self._clock)
        await demo.open_practice()
        if await demo.find() is None:
            await demo.send_records(await demo.request(STORIES["other_patient"]))

    async def _describe(self, account: Account) -> dict[str, str]:
        sign_in = self._app[SIGN_IN]
        await sign_in.link(account)
        return {
            "name": account.name,
            "email": account.email,
            "sign_in_url": self._door(account, None),
            "token": await sign_in.issue_token(account, "demo", TOKEN_LIFE),
        }

    def _door(self, account: Account, after: str | None) -> str:
        token = self._app[SIGN_IN].link_token(account.id, None)
        return f"{self._url(account)}/dev/sign-in/{token}" + (f"?next={after}" if after else "")
