"""The proxy anybody would write first, FastAPI and httpx: the peer that says what the gateway's own path is worth.

It checks the signature, passes request and answer on and has uvicorn's log line; no limits, entitlements, retries or metrics.
`python -m bench.naive_proxy PORT UPSTREAM_PORT PUBLIC_KEY_FILE`
"""

import sys
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response
from jose import JWTError, jwt

from bench.programs import LOOPBACK

NOT_PASSED = frozenset({"content-length", "transfer-encoding", "connection", "host"})


def create_app(upstream: str, key: str) -> FastAPI:
    app = FastAPI(openapi_url=None)
    client = httpx.AsyncClient(base_url=upstream, trust_env=False)

    @app.api_route("/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    async def pass_on(request: Request, path: str) -> Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        try:
            jwt.decode(
                token, key, algorithms=["ES256"], audience="autotrack-api", issuer="autotrack"
            )
        except JWTError as refused:
            raise HTTPException(401) from refused
        headers = [item for item in request.headers.items() if item[0] not in NOT_PASSED]
        answer = await client.request(
            request.method,
            "/" + path,
            params=request.query_params,
            headers=headers,
            content=await request.body(),
        )
        kept = {name: value for name, value in answer.headers.items() if name not in NOT_PASSED}
        return Response(answer.content, answer.status_code, kept)

    return app


def main(port: str, upstream_port: str, key_file: str) -> None:
    app = create_app(f"http://{LOOPBACK}:{upstream_port}", Path(key_file).read_text())
    uvicorn.run(app, host=LOOPBACK, port=int(port))  # a log line a request, as uvicorn has it


if __name__ == "__main__":
    main(*sys.argv[1:])
