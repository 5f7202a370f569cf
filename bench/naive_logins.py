"""Sign-in as anybody would write it first: argon2id at our own price, computed where the request is read.

`python -m bench.naive_logins PORT`
"""

import sys

import uvicorn
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from bench.programs import LOOPBACK


class Credentials(BaseModel):
    email: str
    password: str


def create_app() -> FastAPI:
    app = FastAPI(openapi_url=None)
    hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
    stored = hasher.hash("somebody's")

    @app.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/api/auth/login")
    async def login(body: Credentials) -> None:
        try:
            hasher.verify(stored, body.password)
        except VerificationError as refused:
            raise HTTPException(401) from refused

    return app


def main(port: str) -> None:
    uvicorn.run(create_app(), host=LOOPBACK, port=int(port), access_log=False, log_level="warning")


if __name__ == "__main__":
    main(*sys.argv[1:])
