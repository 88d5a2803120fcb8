"""The bare echo: werkzeug on waitress with 8 threads answers with the JSON it was sent. `python -m bench.echo PORT`."""

import logging
import sys

from waitress import serve
from werkzeug.wrappers import Request, Response

BODY = b'{"echo": "%s"}' % (b"x" * 488)  # 500 bytes


@Request.application
def application(request: Request) -> Response:
    """The body that was sent; a request without one gets the 500 bytes."""
    return Response(request.get_data() or BODY, content_type="application/json")


if __name__ == "__main__":
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a ninth request that waits is no news here
    serve(application, host="127.0.0.1", port=int(sys.argv[1]), threads=8, ident=None)
