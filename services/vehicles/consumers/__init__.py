from services.vehicles.consumers import ai, auth, billing, documents
from services.vehicles.usecases.copies import COPIES
from shared.bus.listen import AnyListener

consumers: list[AnyListener] = [
    auth.learn_where_they_live,
    auth.forget_the_owner,
    auth.hand_over_data,
    documents.draft_what_was_done,
    documents.note_what_is_kept,
    documents.collect_receipt,
    billing.note,
    ai.note_answer,
    *COPIES.consumers,
]
