"""An AWS account in memory: what the app uses of each service, beneath the clients of boto3.

    cloud = Cloud()
    with serving(cloud):
        ...  # every client of this process talks to it
    kept = cloud.snapshot()
    cloud.restore(kept)

It is as strict as the services where the app could notice: conditions, limits, reserved words, idempotent tokens, the
shapes of errors. tests/integration/test_memory_cloud.py compares it with the emulator. An operation that nobody has
needed yet raises NotImplementedError with its name.
"""

from tests.support.memory.cloud import Cloud
from tests.support.memory.serving import serving

__all__ = ("Cloud", "serving")
