"""The process that opens files of strangers: `python -m server.integrations.derivatives_worker JOB TYPE PAGE`.

It has the file on standard input, nothing else: no more files, no network, little memory, little time. Whatever goes
wrong beyond the known refusals ends it without an answer, and the service takes that for a file that cannot be read.
"""

import os
import resource
import sys
from collections.abc import Callable

from server.domain.sniffing import MediaType
from server.integrations.derivatives_frame import Answer, CannotDoError, Job, Refusal, encode

MAX_MEMORY_BYTES = 1024 * 1024 * 1024
MAX_CPU_SECONDS = 20
MAX_INPUT_BYTES = 256 * 1024 * 1024
_PICTURES = frozenset({MediaType.JPEG, MediaType.PNG, MediaType.TIFF, MediaType.WEBP})


def main(arguments: list[str]) -> None:
    """Do one job and write one answer."""
    work = _work(Job(arguments[0]), MediaType(arguments[1]), int(arguments[2]))
    answers = _keep_standard_output()
    _give_up_everything_else()
    data = sys.stdin.buffer.read(MAX_INPUT_BYTES + 1)
    try:
        if len(data) > MAX_INPUT_BYTES:
            raise CannotDoError(Refusal.TOO_LARGE)
        answer = work(data)
    except CannotDoError as error:
        answer = Answer({"refused": error.refusal})
    except MemoryError:
        answer = Answer({"refused": Refusal.TOO_LARGE})
    with os.fdopen(answers, "wb") as target:
        target.write(encode(answer))


def _work(job: Job, media_type: MediaType, page: int) -> Callable[[bytes], Answer]:
    """Load what the job needs, and nothing else: loading needs files."""
    if media_type is MediaType.PDF:
        from server.integrations import render_pdf

        render_pdf.prepare()
        return render_pdf.describe if job is Job.DESCRIBE else lambda data: render_pdf.render_page(data, page)
    from server.integrations import render_picture

    render_picture.prepare()
    if media_type in _PICTURES:
        read = render_picture.describe if job is Job.DESCRIBE else render_picture.render
        return lambda data: read(data, media_type)
    if media_type is MediaType.HEIC:
        from server.integrations import render_heic

        render_heic.prepare()
        return render_heic.describe if job is Job.DESCRIBE else render_heic.render
    from server.integrations import render_dicom

    render_dicom.prepare()
    return render_dicom.describe if job is Job.DESCRIBE else render_dicom.render


def _keep_standard_output() -> int:
    """Give the answer's own way out, because decoders print."""
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return answers


def _give_up_everything_else() -> None:
    limits = {
        resource.RLIMIT_AS: MAX_MEMORY_BYTES,
        resource.RLIMIT_CPU: MAX_CPU_SECONDS,
        resource.RLIMIT_NOFILE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, limit in limits.items():
        resource.setrlimit(kind, (limit, limit))


if __name__ == "__main__":
    main(sys.argv[1:])
