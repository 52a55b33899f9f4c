"""``sso-tray whoami``: whom AWS takes a profile for."""

from __future__ import annotations

import argparse

from tray.aws.api.identity import Identity, read_identity
from tray.aws.config.files import read_full_config
from tray.aws.config.sign_ins import giver
from tray.commands import asking_aws
from tray.commands.output import print_json
from tray.commands.which_sign_in import profile_in_force
from tray.core.columns import padded, width
from tray.core.errors import NotSignedIn
from tray.core.model import Kind, SignIn
from tray.core.words import terminal as terminal_words
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
    profile = profile_in_force(snapshot, args.profile)
    around = asking_aws.surroundings(recorder, profile.name)
    sign_in = snapshot.sign_ins_by_name.get(profile.sign_in)
    # A profile that has keys of its own has settings of the connection all the same.
    settings = around.client_settings(sign_in or SignIn(profile.name, Kind.LEGACY, "", ""))
    if sign_in is not None:
        asking_aws.renew_if_due(sign_in, snapshot, around)
    try:
        # What its credential_process asks for is asked for by ourselves: so the end of a sign-in is told as one.
        full = read_full_config(recorder.reader.paths.aws_config, recorder.reader.paths.aws_credentials)
        identity = read_identity(profile.name if sign_in is None else giver(profile.name, full), settings)
    except NotSignedIn:
        if sign_in is not None:
            # Whether the session is over, the portal says.
            asking_aws.check_all([sign_in], recorder.reader, profile.name)
        raise
    if args.json:
        answer = {"account": identity.account, "arn": identity.arn, "user_id": identity.user_id}
        print_json({"schema": 1, "profile": profile.name, **answer})
    else:
        print(told(profile.name, identity))
    return 0


def told(profile: str, identity: Identity) -> str:
    """Put what AWS says of a profile below each other."""
    said = (
        (terminal_words.PROFILE(), profile),
        (terminal_words.ACCOUNT(), identity.account),
        (terminal_words.ARN(), identity.arn),
        (terminal_words.USER_ID(), identity.user_id),
    )
    widest = max(width(label) for label, _ in said)
    return "\n".join(f"{padded(label, widest)}  {value}" for label, value in said)
