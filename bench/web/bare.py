"""Bare: a server as small as one can be, to compare with: `python -m bench.web.bare [URL]`.

/noop does nothing; with the URL of a database POST /invoices is the prototype of docs/bench.md:
FastAPI and SQLAlchemy, the number from a row of the tenant, the invoice and the idempotency key in
one transaction. On SQLite, synchronous=FULL, a lock of the process stands before BEGIN IMMEDIATE.
It says on its first line which port it has.
"""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from threading import Lock
from typing import Annotated, Any

import uvicorn
from fastapi import FastAPI, Header
from pydantic import BaseModel
from sqlalchemy import JSON, Engine, Numeric, create_engine, event, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from net30.api.serving import bound

TENANTS = 8
CONNECTIONS = 10


class Base(DeclarativeBase):
    """Tables of the prototype."""


class Sequence(Base):
    """The last number of a tenant."""

    __tablename__ = "seq"
    tenant: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int]


class Invoice(Base):
    """An invoice."""

    __tablename__ = "invoice"
    tenant: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    customer: Mapped[str]
    total: Mapped[Decimal] = mapped_column(Numeric(20, 3))
    lines: Mapped[list[dict[str, str]]] = mapped_column(JSON)


class Kept(Base):
    """The answer to an idempotency key."""

    __tablename__ = "idempotency"
    tenant: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)  # Any: JSON


class Line(BaseModel):
    """A line that is asked for."""

    name: str
    quantity: Decimal
    unit_price: Decimal
    unit: str = "C62"


class New(BaseModel):
    """An invoice that is asked for."""

    customer_id: str
    lines: list[Line]


def application(engine: Engine | None) -> FastAPI:
    """Return the server."""
    api = FastAPI()

    @api.get("/noop")
    def noop() -> dict[str, str]:
        return {"status": "ok"}

    if engine:
        alone = Lock() if engine.dialect.name == "sqlite" else nullcontext()
        _add_invoices(api, sessionmaker(engine), alone)
    return api


def _add_invoices(
    api: FastAPI, open_session: sessionmaker[Session], alone: AbstractContextManager[Any]
) -> None:
    @api.post("/invoices", status_code=201)
    def issue(
        new: New, tenant: Annotated[str, Header()], idempotency_key: Annotated[str, Header()]
    ) -> dict[str, Any]:
        with alone, open_session.begin() as session:
            kept = session.scalar(select(Kept).filter_by(tenant=tenant, key=idempotency_key))
            if kept:
                return kept.body
            one = update(Sequence).where(Sequence.tenant == tenant)
            number = session.scalar(one.values(n=Sequence.n + 1).returning(Sequence.n)) or 0
            total = sum((line.quantity * line.unit_price for line in new.lines), Decimal(0))
            lines = [line.model_dump(mode="json") for line in new.lines]
            body = {"number": number, "total": str(total), "lines": lines}
            session.add(
                Invoice(
                    tenant=tenant,
                    number=number,
                    customer=new.customer_id,
                    total=total,
                    lines=lines,
                )
            )
            session.add(Kept(tenant=tenant, key=idempotency_key, body=body))
        return body


def _durable(raw: Any, _record: object) -> None:  # Any: the driver's own connection
    raw.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "busy_timeout = 10000"):
        raw.execute(f"PRAGMA {pragma}")


def main(url: str = "") -> None:
    """Serve until told to stop."""
    engine = None
    if url:
        spelt = url.replace("postgresql:", "postgresql+psycopg:", 1)
        engine = create_engine(spelt, pool_size=CONNECTIONS)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _durable)
            event.listen(engine, "begin", lambda one: one.exec_driver_sql("BEGIN IMMEDIATE"))
        Base.metadata.create_all(engine)
        with Session(engine) as session, session.begin():
            session.add_all(Sequence(tenant=f"t{at}", n=0) for at in range(TENANTS))
    with bound("127.0.0.1", 0) as listening:
        print(listening.getsockname()[1], flush=True)
        configured = uvicorn.Config(application(engine), access_log=False, log_level="warning")
        uvicorn.Server(configured).run(sockets=[listening])


if __name__ == "__main__":
    main(*sys.argv[1:])
