"""Azure Event Hubs by the protocol of Kafka: a namespace is a cluster, an event hub a topic.

event-hubs:Endpoint=sb://NAME.servicebus.windows.net/;SharedAccessKeyName=...;SharedAccessKey=...
event-hubs://NAME.servicebus.windows.net signs in as whoever azure-identity finds.
"""

from __future__ import annotations

from collections.abc import Callable

from net30.adapters.stream._address import PORT, TLS_PORT, Address, read_address
from net30.adapters.stream._brokers import Brokers, Option
from net30.kernel.errors import ConfigurationError
from net30.ports.stream import Stream

USER = "$ConnectionString"
"""Whoever has a connection string signs in by this name, with all of it as the password."""
_CA = "?ca="


def build(url: str) -> Stream:
    """Return the stream; nothing is sent, and nobody signed in, before the first message.

    After the connection string ?ca=FILE names private authorities. Raises ConfigurationError for
    what names no namespace, without the package azure-identity too where no key is given.
    """
    said = url.partition(":")[2]
    if said.startswith("//"):
        address = read_address(url, port=TLS_PORT, options=frozenset({"ca"}))
        return Brokers(_tls(address, address.options.get("ca", "")) | _as_whoever_runs(address))
    said, _, authorities = said.partition(_CA)
    parts = {
        name.strip().casefold(): value.strip()
        for name, _, value in (part.partition("=") for part in said.split(";"))
    }
    if not parts.get("endpoint", "").startswith("sb://") or "sharedaccesskey" not in parts:
        raise ConfigurationError(
            "the connection string of Event Hubs names no namespace or no key",
            hint="copy it whole from the namespace's shared access policies: "
            "event-hubs:Endpoint=sb://NAME.servicebus.windows.net/;SharedAccessKeyName=...;...",
            code="stream_url",
        )
    emulated = parts.get("usedevelopmentemulator", "").casefold() == "true"
    address = read_address(parts["endpoint"], port=PORT if emulated else TLS_PORT)
    # Microsoft's emulator speaks no TLS; nothing else may be asked for without it.
    in_the_clear = emulated and address.is_here
    chosen = _clear(address) if in_the_clear else _tls(address, authorities)
    return Brokers(
        chosen | {"sasl.mechanism": "PLAIN", "sasl.username": USER, "sasl.password": said}
    )


def _tls(address: Address, authorities: str) -> dict[str, Option]:
    chosen: dict[str, Option] = {
        "bootstrap.servers": address.bootstrap,
        "security.protocol": "SASL_SSL",
        "ssl.endpoint.identification.algorithm": "https",
    }
    return chosen | ({"ssl.ca.location": authorities} if authorities else {})


def _clear(address: Address) -> dict[str, Option]:
    return {"bootstrap.servers": address.bootstrap, "security.protocol": "SASL_PLAINTEXT"}


def _as_whoever_runs(address: Address) -> dict[str, Option]:
    host, _ = address.brokers[0]
    return {"sasl.mechanism": "OAUTHBEARER", "oauth_cb": _token_of(host)}


def _token_of(host: str) -> Callable[[str], tuple[str, float]]:
    try:
        from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - another extra
    except ImportError as missing:
        raise ConfigurationError(
            "signing in to Event Hubs without a key needs azure-identity",
            hint="pip install 'net30[azure,stream]', or give the connection string",
            code="plugin_package",
        ) from missing
    credential = DefaultAzureCredential()

    def token(_settings: str) -> tuple[str, float]:
        found = credential.get_token(f"https://{host}/.default")
        return found.token, float(found.expires_on)

    return token
