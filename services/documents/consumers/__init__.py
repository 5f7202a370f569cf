from services.documents.consumers import auth, vehicles
from shared.bus.listen import AnyListener

consumers: list[AnyListener] = [auth.erase, vehicles.note]
