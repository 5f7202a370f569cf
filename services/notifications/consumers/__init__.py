from services.notifications.consumers import auth, billing, documents, vehicles
from services.notifications.usecases.copies import COPIES
from shared.bus.listen import AnyListener

consumers: list[AnyListener] = [
    auth.copy_account,
    auth.mail_the_code,
    auth.mail_the_reset_link,
    auth.warn_the_owner,
    auth.forget_account,
    auth.hand_over_data,
    auth.warn_the_old_address,
    auth.announce_export,
    vehicles.announce_draft,
    vehicles.remind,
    vehicles.tell_of_judgement,
    vehicles.take_back_reminder,
    vehicles.ask_for_reading,
    vehicles.mail_the_invitation,
    vehicles.mail_the_handover,
    vehicles.tell_of_sharing,
    vehicles.tell_of_case,
    vehicles.tell_of_booking,
    vehicles.mail_the_claim,
    vehicles.mail_the_staff,
    vehicles.tell_of_garage,
    documents.announce_problem,
    documents.warn_of_expiry,
    billing.announce_subscription,
    billing.warn_of_payment,
    *COPIES.consumers,
]
