"""Dunning policies: by which steps customers are reminded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from net30.api.answers.etag import tag_of
from net30.api.asked import ID_CHARACTERS_MAX
from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.domain.customer import Customer
from net30.domain.dunning import DEFAULT_POLICY, DunningPolicy
from net30.domain.identity.roles import Permission
from net30.domain.organisation import Organisation
from net30.kernel.errors import InputError
from net30.services.context import Context
from net30.services.dunning_policies import POLICIES_MAX, assign_policy, save_policies
from net30.services.found import customer_by_name

routes = Resource("dunning policies", "By which steps customers are reminded.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """The organisation's own policies; the one called default replaces the one net30 brings."""

    policies: tuple[DunningPolicy, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliciesShown:
    """The policies that apply: the default first, then the organisation's own."""

    policies: tuple[DunningPolicy, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """The name of the policy that reminds a customer; empty: the default."""

    policy: str = ""


EXAMPLE = {
    "policies": [
        {
            "name": "gentle",
            "gap_days": 10,
            "steps": [
                {"level": 1, "days": 7, "tone": "friendly"},
                {"level": 2, "days": 30, "tone": "firm", "channel": "call"},
            ],
        }
    ]
}


@routes.get("/dunning-policies", Permission.COLLECTIONS_READ, gives=PoliciesShown)
def list_dunning_policies(visit: Looking) -> Response:
    """List the dunning policies."""
    with visit.look() as ctx:
        found = ctx.tx.load(Organisation, ctx.organisation)
    return visit.reply(_shown(found.value), tag=tag_of(found.version))


@routes.put(
    "/dunning-policies",
    Permission.SETTINGS_WRITE,
    takes=Policies,
    gives=PoliciesShown,
    example=EXAMPLE,
)
def replace_dunning_policies(visit: Changing) -> Response:
    """Replace the organisation's own policies; one that reminds a customer must stay (409)."""
    policies = visit.body(Policies).policies
    names = {policy.name for policy in policies}
    if len(names) != len(policies) or len(policies) > POLICIES_MAX:
        raise InputError(
            "two dunning policies have one name, or there are too many",
            hint=f"give at most {POLICIES_MAX} policies, each its own name",
            code="dunning_policy",
        )

    def replaced(ctx: Context) -> tuple[object, str]:
        before = ctx.tx.load(Organisation, ctx.organisation)
        visit.check_match(tag_of(before.version))
        save_policies(ctx, policies)
        after = ctx.tx.load(Organisation, ctx.organisation)
        return _shown(after.value), tag_of(after.version)

    return visit.keyless(replaced)


@routes.post(
    "/customers/{customer}/dunning-policy",
    Permission.CUSTOMERS_WRITE,
    takes=Assigned,
    gives=Customer,
    example={"policy": "default"},
)
def assign_dunning_policy(
    visit: Changing,
    customer: Annotated[
        str, Path(description="The customer's id, or the whole name.", max_length=ID_CHARACTERS_MAX)
    ],
) -> Response:
    """Remind a customer by a policy of their own."""
    wanted = visit.body(Assigned).policy
    return visit.once(lambda ctx: assign_policy(ctx, customer_by_name(ctx, customer).value, wanted))


def _shown(company: Organisation) -> PoliciesShown:
    own = {policy.name: policy for policy in (DEFAULT_POLICY, *company.dunning)}
    return PoliciesShown(policies=tuple(own.values()))
