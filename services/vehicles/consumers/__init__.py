from services.vehicles.consumers import auth, documents
from shared.bus.listen import AnyListener

consumers: list[AnyListener] = [auth.forget_the_owner, documents.draft_what_was_done]
