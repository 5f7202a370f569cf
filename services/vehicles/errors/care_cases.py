"""The refusals of cases (`errors/care.py` has those of the rest of its wing).

AppError
├── InvalidInput
│   ├── FaultCodeMalformed      of no form a scan tool shows
│   ├── SeverityNeedsReason     milder than the words and the codes, or than before
│   ├── ReportedInFuture        nothing is seen tomorrow
│   ├── CaseStaysWithCar        what is wrong with one car is not wrong with another
│   ├── RepairNeedsRecord       mended by which work
│   ├── RecordMendsNothing      a refund, or work that is not done
│   ├── ResolvedTooEarly        before it was reported
│   ├── ResolveSaysHow          a case is not resolved by a change of status
│   └── NothingProposed         nor is there work to propose without a code or a word
└── Conflict
    ├── CaseIsResolved          reopen it first
    ├── CaseIsOpen              there is nothing to reopen
    ├── CaseFull                a case is no chat room
    └── ReplyOfNobody           what the house or the assistant said stays as it was said
"""

from shared.errors import Conflict, InvalidInput
from shared.messages import Text


class FaultCodeMalformed(InvalidInput):
    code = "fault_code_malformed"
    text = Text(
        fr="Ce n'est pas un code défaut : une lettre P, C, B ou U et quatre caractères, comme P0420.",
        en="This is no fault code: a letter P, C, B or U and four characters, such as P0420.",
        es="No es un código de avería: una letra P, C, B o U y cuatro caracteres, como P0420.",
    )


class SeverityNeedsReason(InvalidInput):
    code = "severity_needs_reason"
    text = Text(
        fr="Dites pourquoi c'est moins grave qu'il n'y paraît (severity_reason).",
        en="Say why it is less severe than it looks (severity_reason).",
        es="Explica por qué es menos grave de lo que parece (severity_reason).",
    )


class ReportedInFuture(InvalidInput):
    code = "reported_in_future"
    text = Text(
        fr="Un défaut ne peut pas être constaté demain.",
        en="A defect cannot be seen in the future.",
        es="Una avería no puede tener fecha futura.",
    )


class CaseStaysWithCar(InvalidInput):
    code = "case_stays_with_car"
    text = Text(
        fr="Un diagnostic reste à son véhicule : ouvrez-en un autre.",
        en="A case stays with its vehicle: open another one.",
        es="Un diagnóstico se queda con su vehículo: abre otro.",
    )


class RepairNeedsRecord(InvalidInput):
    code = "repair_needs_record"
    text = Text(
        fr="Indiquez l'entretien qui l'a réparé (record).",
        en="Name the maintenance record that mended it (record).",
        es="Indica el mantenimiento que lo reparó (record).",
    )


class RecordMendsNothing(InvalidInput):
    code = "record_mends_nothing"
    text = Text(
        fr="Cet entretien n'est pas terminé, ou est un avoir : il n'a rien réparé.",
        en="This work is not completed, or is a refund: it has mended nothing.",
        es="Este trabajo no está terminado, o es un abono: no ha reparado nada.",
    )


class ResolvedTooEarly(InvalidInput):
    code = "resolved_too_early"
    text = Text(
        fr="Un diagnostic ne se résout ni avant d'être constaté, ni demain.",
        en="A case is resolved neither before it was reported nor in the future.",
        es="Un diagnóstico no se resuelve antes de notificarse ni en el futuro.",
    )


class ResolveSaysHow(InvalidInput):
    code = "resolve_says_how"
    text = Text(
        fr="Pour clore un diagnostic, dites comment il s'est résolu (POST …/resolve).",
        en="To close a case, say how it was resolved (POST …/resolve).",
        es="Para cerrar un diagnóstico, indica cómo se resolvió (POST …/resolve).",
    )


class NothingProposed(InvalidInput):
    code = "nothing_proposed"
    text = Text(
        fr="Aucun entretien à proposer ici : indiquez-en le type.",
        en="There is no work to propose here: say which.",
        es="No hay ningún trabajo que proponer: indica cuál.",
    )


class CaseIsResolved(Conflict):
    code = "case_is_resolved"
    text = Text(
        fr="Ce diagnostic est résolu : rouvrez-le d'abord.",
        en="This case is resolved: reopen it first.",
        es="Este diagnóstico está resuelto: reábrelo primero.",
    )


class CaseIsOpen(Conflict):
    code = "case_is_open"
    text = Text(
        fr="Ce diagnostic n'est pas résolu : il n'y a rien à rouvrir.",
        en="This case is not resolved: there is nothing to reopen.",
        es="Este diagnóstico no está resuelto: no hay nada que reabrir.",
    )


class CaseFull(Conflict):
    code = "case_full"
    text = Text(
        fr="Ce diagnostic a déjà deux cents réponses.",
        en="This case already has two hundred replies.",
        es="Este diagnóstico ya tiene doscientas respuestas.",
    )


class ReplyOfNobody(Conflict):
    code = "reply_of_nobody"
    text = Text(
        fr="Ce message n'a été écrit par personne : il reste comme il est.",
        en="Nobody wrote this message: it stays as it is.",
        es="Nadie escribió este mensaje: se queda como está.",
    )
