from services.billing.consumers import auth
from services.billing.usecases.copies import COPIES
from shared.bus.listen import AnyListener

consumers: list[AnyListener] = [
    auth.follow_account,
    auth.erase_deleted_account,
    auth.hand_over_data,
    *COPIES.consumers,
]
