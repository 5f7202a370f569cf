from services.auth.consumers import documents, erasure
from services.auth.usecases.copies import COPIES
from shared.bus.listen import AnyListener

consumers: list[AnyListener] = [
    erasure.collect_erased,
    documents.announce_packed,
    *COPIES.consumers,
]
