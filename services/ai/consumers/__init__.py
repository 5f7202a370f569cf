from services.ai.consumers import auth, vehicles
from services.ai.usecases.copies import COPIES
from shared.bus.listen import AnyListener

consumers: list[AnyListener] = [
    vehicles.keep_car,
    vehicles.keep_record,
    vehicles.answer_diagnosis,
    auth.erase,
    auth.hand_over_data,
    *COPIES.consumers,
]
