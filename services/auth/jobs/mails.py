from services.auth.usecases.passwords import SendReset, send_reset, send_way_in
from services.auth.usecases.registration import ResendCode, resend_code
from services.auth.usecases.work import Work
from shared.bus.work_queue import JobRun, job


@job(ResendCode.kind, ResendCode)
async def mail_code_again(payload: ResendCode, run: JobRun[Work]) -> None:
    async with run.finish() as work:
        if payload.account_id is not None:
            await send_way_in(work, account_id=payload.account_id)
        else:
            await resend_code(
                work, registration_id=payload.registration_id, network=payload.network
            )


@job(SendReset.kind, SendReset)
async def mail_reset(payload: SendReset, run: JobRun[Work]) -> None:
    async with run.finish() as work:
        await send_reset(work, account_id=payload.account_id)
