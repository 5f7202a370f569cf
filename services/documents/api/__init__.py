from services.documents.api import documents, extraction, fields, files

routers = [extraction.router, documents.router, fields.router, files.router]
