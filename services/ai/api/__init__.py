from services.ai.api import chat, conversations, diagnosis, health, questions, suggestions, usage

routers = [
    suggestions.router,
    diagnosis.router,
    questions.router,
    chat.router,
    conversations.router,
    conversations.messages,
    usage.router,
    health.router,
]
