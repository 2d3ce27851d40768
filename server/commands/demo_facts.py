"""What everybody in the demo has said about its case, so that the visit can be by video."""

from collections.abc import Mapping

from server.domain.facts import Party
from server.domain.policy import FactValue

RED_FLAGS = (
    "rf_breathing",
    "rf_heart_brain",
    "rf_cord",
    "fever_38",
    "rf_svc",
    "rf_bleeding",
    "rf_metabolic",
    "rf_self_harm",
)
PATIENT_FACTS: Mapping[str, FactValue] = {
    **dict.fromkeys(RED_FLAGS, False),
    "amber_symptom_count": 0,
    "new_neuro_nonurgent": False,
    "prefers_in_person": False,
    "patient_country": "US",
    "patient_state": "MI",
    "age_years": 58,
    "telehealth_consent": True,
}
SCHEDULER_FACTS: Mapping[str, FactValue] = {
    "support_status": "not_needed",
    "interpreter_status": "not_needed",
    "payer_video": "covered",
    "plan_mandates_in_person": False,
    "prior_auth": "not_required",
}
SPECIALIST_FACTS: Mapping[str, FactValue] = {
    "exam_needed": False,
    "procedure_needed": False,
    "tumour_site": "lung",
    "ecog": 1,
    "serious_news_expected": False,
    "capacity_doubt": False,
    "controlled_rx_expected": False,
}
DEVICE_FACTS: Mapping[str, FactValue] = {"camera_ok": True, "mic_ok": True, "browser_supported": True}
# What is asked on the day; the plan and the specialist allow sound only, so that a visit goes on where no camera is.
CHECK_IN_FACTS: Mapping[Party, Mapping[str, FactValue]] = {
    Party.PATIENT: {
        "setting_safe_private": True,
        "callback_and_address_confirmed": True,
        "phone_reachable": True,
    },
    Party.SCHEDULER: {"payer_audio_ok": True, "identity_verified": True},
    Party.SPECIALIST: {"audio_clinically_ok": True},
    Party.DEVICE: {"bandwidth_kbps": 4000, "packet_loss_pct": 0.2},
}
ADDRESS = "1200 Beech Street, Ann Arbor"
