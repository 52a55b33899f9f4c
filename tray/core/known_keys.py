"""
The keys of ``~/.aws/config`` that AWS programs know, and what people write for them.

From the reference of the AWS SDKs and tools, the AWS CLI's topic ``config-vars``, and botocore's ``configprovider``.
"""

from __future__ import annotations

from typing import Final

OF_SESSION: Final = ("sso_start_url", "sso_region", "sso_registration_scopes")
"""Of an sso-session."""

MEANT: Final = (
    "sso_start_url",
    "sso_region",
    "sso_account_id",
    "sso_role_name",
    "sso_session",
    "region",
    "output",
    "role_arn",
    "source_profile",
    "credential_source",
    "credential_process",
    "web_identity_token_file",
    "role_session_name",
    "external_id",
    "mfa_serial",
    "duration_seconds",
    "login_session",
    "endpoint_url",
    "services",
    "ca_bundle",
    "use_fips_endpoint",
    "use_dualstack_endpoint",
    "cli_pager",
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
)
"""Of a profile, those that something else depends on."""

KNOWN: Final = frozenset(
    {
        *MEANT,
        "sso_registration_scopes",
        "account_id_endpoint_mode",
        "api_versions",
        "auth_scheme_preference",
        "aws_account_id",
        "aws_security_token",
        "cli_auto_prompt",
        "cli_binary_format",
        "cli_error_format",
        "cli_follow_urlparam",
        "cli_help_output",
        "cli_history",
        "cli_timestamp_format",
        "csm_client_id",
        "csm_enabled",
        "csm_host",
        "csm_port",
        "data_path",
        "defaults_mode",
        "disable_host_prefix_injection",
        "disable_request_compression",
        "ec2_metadata_service_endpoint",
        "ec2_metadata_service_endpoint_mode",
        "ec2_metadata_v1_disabled",
        "endpoint_discovery_enabled",
        "ignore_configured_endpoint_urls",
        "imds_use_ipv6",
        "max_attempts",
        "metadata_service_num_attempts",
        "metadata_service_timeout",
        "parameter_validation",
        "proxy_ca_bundle",
        "request_checksum_calculation",
        "request_min_compression_size_bytes",
        "response_checksum_validation",
        "retry_mode",
        "s3",
        "s3_disable_express_session_auth",
        "s3_disable_multiregion_access_points",
        "s3_us_east_1_regional_endpoint",
        "s3_use_arn_region",
        "sdk_ua_app_id",
        "sigv4a_signing_region_set",
        "sts_regional_endpoints",
        "tcp_keepalive",
        "user_agent_extra",
    }
)

OTHER_NAMES: Final = {
    "account": "sso_account_id",
    "account_id": "sso_account_id",
    "role": "sso_role_name",
    "role_name": "sso_role_name",
    "scopes": "sso_registration_scopes",
    "session": "sso_session",
    "sso_account": "sso_account_id",
    "sso_accountid": "sso_account_id",
    "sso_role": "sso_role_name",
    "sso_role_arn": "sso_role_name",
    "sso_rolename": "sso_role_name",
    "sso_scopes": "sso_registration_scopes",
    "sso_session_name": "sso_session",
    "sso_start_uri": "sso_start_url",
    "sso_url": "sso_start_url",
    "start_url": "sso_start_url",
}
"""What people write in sections that sign in, and what that is called; slips of the pen are found without a list."""
