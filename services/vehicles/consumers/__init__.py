from services.vehicles.consumers import auth, documents
from shared.bus.listen import AnyListener

consumers: list[AnyListener] = [
    auth.forget_the_owner,
    auth.hand_over_data,
    documents.draft_what_was_done,
    documents.note_what_is_kept,
]
