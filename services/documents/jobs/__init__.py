from services.documents.jobs import cleanup, extraction

jobs = [extraction.extract, cleanup.forget, cleanup.sweep]
