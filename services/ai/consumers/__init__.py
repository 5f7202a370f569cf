from services.ai.consumers import auth, vehicles
from shared.bus.listen import AnyListener

consumers: list[AnyListener] = [
    vehicles.keep_car,
    vehicles.keep_record,
    vehicles.answer_diagnosis,
    auth.erase,
    auth.hand_over_data,
]
