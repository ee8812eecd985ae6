"""What can go wrong with an action of CKAN, as its clients know it."""

from http import HTTPStatus

from cityops.errors import CityOpsError


class ActionError(CityOpsError):
    """The action was not done. Ask again as docs/reference/open-data.md says."""

    status = HTTPStatus.BAD_REQUEST
    kind = "Bad Request"

    @property
    def told(self) -> dict[str, object]:
        """The error as clients of CKAN read it."""
        return {"__type": self.kind, "message": str(self) or str(type(self).__doc__)}


class ActionUnknown(ActionError):
    """Action name not known. There are package_list, package_search, package_show, organization_list, status_show."""


class PackageUnknown(ActionError):
    """Not found: there is no such package. package_list names all of them."""

    status = HTTPStatus.NOT_FOUND
    kind = "Not Found Error"


class ActionRefused(ActionError):
    """A parameter cannot be used. Correct the one that is named."""

    status = HTTPStatus.CONFLICT  # as CKAN does
    kind = "Validation Error"

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field, self.why = field, why

    @property
    def told(self) -> dict[str, object]:
        """The error with its field."""
        return {"__type": self.kind, self.field: [self.why], "message": str(self)}
