"""What an account may do. Reference: docs/reference/roles.md."""

from enum import StrEnum


class Role(StrEnum):
    """Three roles of the business, each including the one before; three administrators, who exclude each other.

    GB/T 22239 separates administrators: who runs the system does not hand out rights, who hands out rights does
    not read the record of it, and none of them works in the business.
    """

    VIEWER = "viewer"  # look
    OFFICER = "officer"  # acknowledge and handle alerts
    SUPERVISOR = "supervisor"  # suppress alerts, replay letters
    SYSTEM_ADMIN = "system_admin"  # 系统管理员: settings and health
    SECURITY_ADMIN = "security_admin"  # 安全管理员: accounts, roles, scopes, sessions
    AUDIT_ADMIN = "audit_admin"  # 审计管理员: the audit log and its chain

    @property
    def is_administrator(self) -> bool:
        """Whether this role administers, and so has no right in the business."""
        return self not in BUSINESS

    def includes(self, other: "Role") -> bool:
        """Whether this role may do what the other one may."""
        if self in BUSINESS and other in BUSINESS:
            return BUSINESS.index(self) >= BUSINESS.index(other)
        return self is other


BUSINESS = (Role.VIEWER, Role.OFFICER, Role.SUPERVISOR)
