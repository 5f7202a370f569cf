from services.ai.clients.llm import Llm
from services.ai.errors import ModelAway


async def check_model(llm: Llm) -> None:
    """Raises ModelAway while the model keeps failing; nobody is asked for it. Without a model the rules answer, and are well."""
    if llm.is_away:
        raise ModelAway
