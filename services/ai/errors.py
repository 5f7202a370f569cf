"""What the assistant refuses, and what a model may fail with.

AppError
├── InvalidInput
│   └── VehicleNeeded          422: neither vehicle_id nor vehicle_info
├── Conflict
│   └── ConversationFull       409: start a new one
└── Unavailable
    └── ModelAway              503: the model keeps failing; the engine answers meanwhile
ModelTrouble                   the model gave no usable answer: never shown to a client, the engine answers instead
"""

from shared.errors import Conflict, InvalidInput, Unavailable
from shared.messages import Text


class VehicleNeeded(InvalidInput):
    code = "vehicle_needed"
    text = Text(
        fr="Indiquez l'un de vos véhicules (vehicle_id) ou décrivez-le (vehicle_info).",
        en="Name one of your vehicles (vehicle_id) or describe one (vehicle_info).",
        es="Indica uno de tus vehículos (vehicle_id) o descríbelo (vehicle_info).",
    )


class ConversationFull(Conflict):
    code = "conversation_full"
    text = Text(
        fr="Cette conversation est trop longue : commencez-en une nouvelle.",
        en="This conversation is too long: start a new one.",
        es="Esta conversación es demasiado larga: empieza una nueva.",
    )


class ModelAway(Unavailable):
    code = "model_away"
    text = Text(
        fr="Le modèle de langue ne répond pas ; l'assistant répond d'après ses règles.",
        en="The language model does not answer; the assistant answers by its rules.",
        es="El modelo de lenguaje no responde; el asistente responde según sus reglas.",
    )


class ModelTrouble(Exception):
    """`reason` is one of a closed list and is told to the caller as the reason of `degraded`."""

    def __init__(
        self, reason: str, *, retry_after: float | None = None, retriable: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
        self.retriable = retriable
