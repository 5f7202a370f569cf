from services.documents.consumers import auth, vehicles

consumers = [auth.erase, vehicles.note]
