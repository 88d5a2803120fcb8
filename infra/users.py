"""Staff sign-in: the user pool, a group for each role, and the client that apps use."""

from __future__ import annotations

from typing import Any

from infra.intrinsics import Resource, Resources, kept, ref

GROUPS = {
    "admin": "Everything, users and settings included",
    "manager": "Runs the store: imports, merges, refunds, settings",
    "sales": "Serves customers",
    "inventory": "Keeps catalogue and stock",
    "analyst": "Reads figures without personal data",
}


def resources(stage: str) -> Resources:
    """The user pool, its groups and its client."""
    groups = {f"{name.title()}Group": _group(name, rank) for rank, name in enumerate(GROUPS)}
    pool = {"Type": "AWS::Cognito::UserPool", "Properties": _pool(stage)}
    return {"UserPool": kept(pool), "UserPoolClient": _client(stage), **groups}


def _pool(stage: str) -> dict[str, Any]:
    return {
        "UserPoolName": f"facet-{stage}",
        "UsernameAttributes": ["email"],
        "UsernameConfiguration": {"CaseSensitive": False},
        "AutoVerifiedAttributes": ["email"],
        "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
        "Policies": {"PasswordPolicy": _password_policy()},
        "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]},
        "DeletionProtection": "ACTIVE",
    }


def _password_policy() -> dict[str, Any]:
    """Length instead of required kinds of characters, as NIST SP 800-63B advises."""
    return {
        "MinimumLength": 12,
        "RequireLowercase": False,
        "RequireUppercase": False,
        "RequireNumbers": False,
        "RequireSymbols": False,
        "TemporaryPasswordValidityDays": 7,
    }


def _group(name: str, rank: int) -> Resource:
    properties = {
        "UserPoolId": ref("UserPool"),
        "GroupName": name,
        "Description": GROUPS[name],
        "Precedence": rank,
    }
    return {"Type": "AWS::Cognito::UserPoolGroup", "Properties": properties}


def _client(stage: str) -> Resource:
    properties = {
        "UserPoolId": ref("UserPool"),
        "ClientName": f"facet-{stage}",
        "GenerateSecret": False,
        "ExplicitAuthFlows": [
            "ALLOW_USER_PASSWORD_AUTH",
            "ALLOW_ADMIN_USER_PASSWORD_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
        ],
        "AccessTokenValidity": 60,
        "IdTokenValidity": 60,
        "RefreshTokenValidity": 30,
        "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "days"},
        "PreventUserExistenceErrors": "ENABLED",
        "EnableTokenRevocation": True,
    }
    return {"Type": "AWS::Cognito::UserPoolClient", "Properties": properties}
