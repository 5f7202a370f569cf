from services.auth.consumers import erasure

consumers = [erasure.collect_erased]
