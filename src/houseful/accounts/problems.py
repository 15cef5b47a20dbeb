"""What can go wrong with accounts."""

from houseful.kernel.problems import Conflict, Invalid, Unauthenticated


class WrongCredentials(Unauthenticated):
    """The same answer whether the address or the password is wrong."""

    kind = "wrong-credentials"
    title = "The e-mail address or the password is not right"


class SignInExpired(Unauthenticated):
    """The refresh token is unknown, used up, revoked or too old."""

    kind = "sign-in-expired"
    title = "Please sign in again"


class SlugTaken(Conflict):
    """Another organisation has this address."""

    kind = "slug-taken"
    title = "This address is taken"


class EmailTaken(Conflict):
    """Somebody has an account with this e-mail address."""

    kind = "email-taken"
    title = "There is already an account with this e-mail address"


class AlreadyMember(Conflict):
    """The person is a member already."""

    kind = "already-member"
    title = "They are a member already"


class LastOwner(Conflict):
    """An organisation always has an owner."""

    kind = "last-owner"
    title = "The last owner can neither leave nor become less"


class BuiltInRole(Conflict):
    """Built-in roles are the same everywhere."""

    kind = "built-in-role"
    title = "Built-in roles cannot be changed"


class RoleInUse(Conflict):
    """Members have this role."""

    kind = "role-in-use"
    title = "Members still have this role"


class NameTaken(Conflict):
    """Another one of its kind has this name."""

    kind = "name-taken"
    title = "This name is taken"


class PoorPassword(Invalid):
    """Too short, or among the most common."""

    kind = "poor-password"
    title = "Please choose another password"


class ResetLinkInvalid(Invalid):
    """The link was used, or is too old."""

    kind = "reset-link-invalid"
    title = "This link no longer works"
