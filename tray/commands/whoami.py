"""``sso-tray whoami``: whom AWS takes a profile for."""

from __future__ import annotations

import argparse

from tray.aws.api.identity import read_identity
from tray.aws.cache.renewal import NotRenewable, RenewalSurroundings, is_due, renew_file
from tray.commands import asking_aws
from tray.commands.output import print_json
from tray.commands.which_sign_in import choose_profile
from tray.core.errors import ConfigProblem, NotSignedIn, ServiceProblem
from tray.core.model import Kind, Profile, SignIn, Snapshot, Unreadable
from tray.core.words import login as login_words
from tray.core.words import status as status_words
from tray.paths import find_paths
from tray.resident.reader import Reader


def run(args: argparse.Namespace) -> int:
    """
    Print what STS says of the profile that was named, or of the one in force.

    Raises:
        TrayError: As `read_identity`; or there is no such profile, or none in force.
    """
    recorder = asking_aws.recorder(Reader(find_paths()))
    snapshot, _ = recorder.reader.read()
    profile = _chosen(snapshot, args.profile)
    around = asking_aws.surroundings(recorder, profile.name)
    sign_in = snapshot.sign_ins_by_name.get(profile.sign_in)
    # A profile that has keys of its own has settings of the connection all the same.
    settings = around.client_settings(sign_in or SignIn(profile.name, Kind.LEGACY, "", ""))
    _renew_if_due(sign_in, snapshot, around)
    try:
        identity = read_identity(profile.name, settings)
    except NotSignedIn:
        if sign_in is not None:
            # Whether the session is over, the portal says.
            asking_aws.check_all([sign_in], recorder.reader, profile.name)
        raise
    if args.json:
        answer = {"account": identity.account, "arn": identity.arn, "user_id": identity.user_id}
        print_json({"schema": 1, "profile": profile.name, **answer})
    else:
        print(f"profile  {profile.name}", f"account  {identity.account}", f"arn      {identity.arn}", sep="\n")
        print(f"user id  {identity.user_id}")
    return 0


def _chosen(snapshot: Snapshot, name: str | None) -> Profile:
    wanted = name if name is not None else snapshot.active_profile
    if wanted is None:
        raise ConfigProblem(next(iter(snapshot.problems), login_words.NO_DEFAULT_PROFILE()))
    return choose_profile(snapshot, wanted)


def _renew_if_due(sign_in: SignIn | None, snapshot: Snapshot, around: RenewalSurroundings) -> None:
    """Renew the profile's sign-in before the AWS library does, which takes no lock, and takes trouble for the end."""
    if sign_in is None or sign_in.kind is Kind.CONSOLE:
        return
    token, now = snapshot.tokens.get(sign_in.name), around.now()
    if isinstance(token, Unreadable):
        raise ConfigProblem(status_words.unreadable_token(sign_in.name, token))
    if token is None or not is_due(token, now):
        return
    try:
        renew_file(sign_in, around)
    except NotRenewable:
        pass  # it may hold all the same
    except ServiceProblem:
        if token.expires_at <= now:
            raise
