"""Whom AWS takes a profile for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.aws.api import clients, errors
from tray.aws.api.client_settings import NONE
from tray.core.dataclass import dataclass
from tray.core.errors import ConfigProblem
from tray.core.words import login as login_words

if TYPE_CHECKING:
    from tray.aws.api.client_settings import ClientSettings


@dataclass(frozen=True, slots=True)
class Identity:
    """What ``aws sts get-caller-identity`` says."""

    account: str
    """Twelve digits."""

    arn: str
    user_id: str


def read_identity(profile: str, settings: ClientSettings = NONE) -> Identity:
    """
    Ask STS whom a profile's credentials belong to; those in the environment do not count.

    The settings are what `tray.aws.config.client_settings` chose for that profile.

    Raises:
        NotSignedIn: The sign-in that the profile needs does not hold.
        ConfigProblem: There is no such profile, or it has no credentials, or its role is not assigned to the person.
        ServiceProblem: AWS or the network failed.
    """
    client = clients.sts_client(profile, settings)
    try:
        with clients.translated(client):
            answer = client.get_caller_identity()
    except errors.Rejected as rejection:
        if rejection.code == "ForbiddenException":  # of the portal (docs/facts: Portal API)
            raise ConfigProblem(login_words.ROLE_NOT_ASSIGNED(profile=profile)) from None
        raise
    return Identity(answer["Account"], answer["Arn"], answer["UserId"])
