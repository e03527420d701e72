"""What is simulated beside each other: policies of referrals, or of courses; and what the others are set against."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from data.errors import ConfigurationError
from evaluation.simulation.enrolment_policies import ENROLMENT_POLICIES, OURS, EnrolmentPolicy
from evaluation.simulation.policies import POLICIES, REFERENCE, Policy


@dataclass(frozen=True)
class Comparison:
    """`zh`, `en`: what it is called; `policies` in the order in which they are shown, compared with `reference`.

    `is_mixed`: the reference is also simulated in one market with each other policy, which shows displacement.
    """

    zh: str
    en: str
    policies: Sequence[Policy]
    reference: Policy
    is_mixed: bool

    def named(self, names: Iterable[str]) -> tuple[Policy, ...]:
        """The policies of these names, in order; all where none is named.

        Raises
        ------
        ConfigurationError
            There is no policy of a name.
        """
        wanted, known = set(names), {policy.name for policy in self.policies}
        if wanted - known:
            raise ConfigurationError(
                f"no policy {', '.join(sorted(wanted - known))}", remedy=f"the policies are: {', '.join(sorted(known))}"
            )
        return tuple(policy for policy in self.policies if policy.name in wanted or not wanted)


REFERRALS = Comparison("各种推荐办法的一年", "a year of every policy of referrals", POLICIES, REFERENCE, is_mixed=True)
COURSES = Comparison(
    "各种选课办法的一年", "a year of every policy of courses", ENROLMENT_POLICIES, OURS, is_mixed=False
)
_EVERY: dict[str, Policy] = {one.name: one for comparison in (REFERRALS, COURSES) for one in comparison.policies}


def policy_named(name: str) -> Policy:
    """The policy of a name, of whichever comparison. Raises KeyError."""
    return _EVERY[name]


def fills_classes(policy: Policy) -> bool:
    """Whether the policy also sends people to courses."""
    return isinstance(policy, EnrolmentPolicy)
