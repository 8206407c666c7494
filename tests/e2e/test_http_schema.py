"""The server does as its own /openapi.json says, whatever it is sent."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from server_process import ServerProcess

_HERE: Final = Path(__file__).parent
# The hooks are a module, and use the tests' own.
_IMPORTS: Final = os.pathsep.join(map(str, (_HERE, _HERE.parent / "support", _HERE.parents[1])))


def test_schema(server: ServerProcess, tmp_path: Path) -> None:
    """Valid, invalid and boundary requests of all routes get answers as documented."""
    tested = subprocess.run(
        [
            Path(sys.executable).with_name("st"),
            *("--config-file", _HERE / "schemathesis.toml"),
            *("run", f"{server.http_url}/openapi.json", "--phases", "examples,coverage,fuzzing"),
        ],
        cwd=tmp_path,
        env=os.environ | {"SCHEMATHESIS_HOOKS": "schema_hooks", "PYTHONPATH": _IMPORTS},
        capture_output=True,
        text=True,
        check=False,
    )
    assert tested.returncode == 0, tested.stdout + tested.stderr
    with urllib.request.urlopen(f"{server.http_url}/metrics") as answer:
        served = re.findall(
            r'requests_total{api="(\S+)",status="200".*} (\d+)', answer.read().decode()
        )
    summary = re.findall(r"Tested: \d+|\d+ generated", tested.stdout)
    print("", *summary, served, sep="\n")
    # Were all requests refused at the door, nothing would have been tested.
    assert min(int(n) for api, n in served if api != "wyoming") > 20
    assert not [line for line in server.lines if "Traceback" in line or " ERROR " in line]
