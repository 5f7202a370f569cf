from services.documents.consumers import auth, billing, export, vehicles
from services.documents.usecases.copies import COPIES
from shared.bus.listen import AnyListener

consumers: list[AnyListener] = [
    auth.erase,
    auth.begin_export,
    export.collect_page,
    vehicles.note,
    billing.note,
    vehicles.move_papers,
    vehicles.send_receipts,
    *COPIES.consumers,
]
