"""What the gateway's use cases may touch: memory, the services, and the time."""

from dataclasses import dataclass, field

from gateway.clients.feeds import Feeds
from gateway.clients.internal import InternalClient
from gateway.clients.keys import UserKeys
from gateway.clients.upstream import Upstreams
from gateway.domain.rates import Rate, RateClass
from gateway.domain.routes import RouteTable
from gateway.settings import Settings
from gateway.storage.api_keys import ApiKeys
from gateway.storage.entitlements import Entitlements
from gateway.storage.gauges import GatewayMetrics
from gateway.storage.health import HealthMemory
from gateway.storage.news import News
from gateway.storage.rates import MemoryRates, RateStore
from gateway.storage.revocations import Revocations
from gateway.storage.streams import Streams
from gateway.storage.verified import AnonymousTokens, VerifiedTokens
from gateway.storage.zones import Zones
from shared.clock import Clock
from shared.observe.access_log import AccessLog
from shared.process import Loop
from shared.security.tokens import PrivateKey


@dataclass(slots=True)
class Work:
    """One for the whole process: the gateway keeps no transaction, and nothing on disk."""

    settings: Settings
    clock: Clock
    routes: RouteTable
    upstreams: Upstreams
    signing_key: PrivateKey
    user_keys: UserKeys
    feeds: Feeds
    internal: InternalClient
    metrics: GatewayMetrics
    access_log: AccessLog
    rates: dict[RateClass, Rate]
    rate_store: RateStore = field(default_factory=MemoryRates)
    api_keys: ApiKeys = field(default_factory=ApiKeys)
    verified: VerifiedTokens = field(default_factory=VerifiedTokens)
    anonymous: AnonymousTokens = field(default_factory=AnonymousTokens)
    entitlements: Entitlements = field(default_factory=Entitlements)
    revocations: Revocations = field(default_factory=Revocations)
    zones: Zones = field(default_factory=Zones)
    streams: Streams = field(default_factory=Streams)
    news: News = field(default_factory=News)
    health: HealthMemory = field(default_factory=HealthMemory)
    background: list[Loop] = field(default_factory=list)
    """Without them this process is useless; one that ended, or cannot keep going, makes it not live."""
