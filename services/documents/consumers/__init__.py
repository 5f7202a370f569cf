from services.documents.consumers import auth, export, vehicles
from shared.bus.listen import AnyListener

consumers: list[AnyListener] = [
    auth.erase,
    auth.begin_export,
    export.collect_page,
    vehicles.note,
]
