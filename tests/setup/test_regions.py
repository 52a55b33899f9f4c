"""Regions in plain words."""

from __future__ import annotations

import pytest
from support.documents import full_of
from support.keyboard import dialogue, said

from tray.aws.api.client_settings import NONE
from tray.core.errors import Answer, AnswerProblem, SignInRefused
from tray.core.start_url import is_region
from tray.setup.flags import Flags
from tray.setup.questions import Questions
from tray.setup.regions import known_regions
from tray.setup.sign_in_details import SignInDetails

REGIONS = known_regions()


def test_the_aws_library_names_its_regions() -> None:
    assert len(REGIONS.names) > 30
    assert REGIONS.name("eu-central-1") == "Europe (Frankfurt) eu-central-1"
    assert REGIONS.name("mars-north-1") == "mars-north-1"
    assert all(map(is_region, REGIONS.names))
    assert not any("iso" in code for code in REGIONS.names), "nobody outside reaches those"


def test_every_region_stands_in_an_area_once() -> None:
    listed = [place.rpartition(" ")[2] for _, places in REGIONS.by_area() for place in places]
    assert sorted(listed) == sorted(REGIONS.names)


def test_a_place_and_its_code_stay_on_one_line() -> None:
    asked = dialogue("work", "https://d-1234567890.awsapps.com/start")
    environ = {"AWS_ENDPOINT_URL": "x"}
    questions = Questions(Flags(details=SignInDetails()), full_of(""), environ, asked, lambda _: NONE)
    with pytest.raises(SignInRefused):
        questions.sign_in()
    lines = [line for line in said(asked).splitlines() if line.startswith("  ")]
    assert any(line.startswith("  Europe: Frankfurt eu-central-1, Ireland eu-west-1,") for line in lines)
    assert max(map(len, lines)) < 80
    told = " ".join(lines)
    assert all(f" {code}" in told for code in REGIONS.names)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("eu-central-1", "eu-central-1"),
        (" EU-Central-1 ", "eu-central-1"),
        ("Frankfurt", "eu-central-1"),
        ("europe (frankfurt)", "eu-central-1"),
        ("Europe (Frankfurt) eu-central-1", "eu-central-1"),
        ("n. virginia", "us-east-1"),
        ("mars-north-1", "mars-north-1"),
        ("Frankfort", "Frankfort"),
        ("", ""),
    ],
)
def test_a_region_may_be_called_by_its_code_or_its_place(typed: str, code: str) -> None:
    assert REGIONS.meant(typed, Answer.REGION) == code


def test_a_name_that_means_several_regions_is_asked_about() -> None:
    with pytest.raises(AnswerProblem) as raised:
        REGIONS.meant("us east", Answer.PROFILE_REGION)
    assert raised.value.answer == "profile_region"
    assert "US East (N. Virginia) us-east-1, US East (Ohio) us-east-2" in raised.value.hint
