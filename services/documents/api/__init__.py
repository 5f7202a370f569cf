from services.documents.api import documents, exports, extraction, fields, files

routers = [
    extraction.router,
    documents.router,
    fields.router,
    files.router,
    exports.router,
]
