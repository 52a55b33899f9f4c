"""Sign-ins by ``aws login``, which the AWS CLI makes and renews."""
