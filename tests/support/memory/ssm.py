"""Parameters."""

from collections.abc import Mapping
from typing import Any

from tests.support.memory.errors import Refusal
from tests.support.memory.service import Service


class SSM(Service):
    """The parameter store."""

    name = "ssm"

    def __init__(self, grow: Any) -> None:
        super().__init__(grow)
        self.parameters: dict[str, Mapping[str, Any]] = {}

    def snapshot(self) -> Any:
        return dict(self.parameters)

    def restore(self, kept: Any) -> None:
        self.parameters = dict(kept)

    def _get_parameter(self, arguments: Mapping[str, Any]) -> Any:
        if arguments["Name"] not in self.parameters:
            raise Refusal("ParameterNotFound", "")
        return {"Parameter": dict(self.parameters[arguments["Name"]])}

    def _put_parameter(self, arguments: Mapping[str, Any]) -> Any:
        name = arguments["Name"]
        if name in self.parameters and not arguments.get("Overwrite", False):
            raise Refusal("ParameterAlreadyExists", "The parameter already exists.")
        self.grow()
        version = self.parameters.get(name, {"Version": 0})["Version"] + 1
        facts = {"Name": name, "Value": arguments["Value"], "Type": arguments["Type"], "Version": version}
        self.parameters[name] = facts
        return {"Version": version, "Tier": "Standard"}
