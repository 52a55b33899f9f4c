"""The token files of ``~/.aws/sso/cache``, and all that is done to them: renewal, proof, sign-out, registration."""
