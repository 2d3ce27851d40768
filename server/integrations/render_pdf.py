"""Makes safe pictures out of the pages of PDF files of strangers. Runs only in the process that opens files."""

import pypdfium2
from PIL import Image
from pypdfium2 import raw

from server.integrations.derivatives_frame import Answer, CannotDoError, Refusal
from server.integrations.render_picture import encoded

READING_WIDTH_PIXELS = 1600
_MAX_HEIGHT_PIXELS = 6400
_MAX_SCALE = 8.0  # of 72 dots per inch


def prepare() -> None:
    """Load the renderer and the writer, because no file can be opened later."""
    Image.init()
    document = pypdfium2.PdfDocument.new()
    document.new_page(10, 10).render().to_pil()


def describe(data: bytes) -> Answer:
    """Count the pages, of which the first must open."""
    document = _open(data)
    _page(document, 1)
    return Answer({"pages": len(document)})


def render_page(data: bytes, number: int) -> Answer:
    """Draw a page, counted from 1, at reading size."""
    page = _page(_open(data), number)
    width, height = page.get_size()
    if not (0 < width < float("inf") and 0 < height < float("inf")):
        raise CannotDoError(Refusal.DAMAGED)
    scale = min(READING_WIDTH_PIXELS / width, _MAX_HEIGHT_PIXELS / height, _MAX_SCALE)
    if width * scale < 1 or height * scale < 1:
        raise CannotDoError(Refusal.DAMAGED)
    return encoded(page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB"), lossless=True)


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise CannotDoError(Refusal.PASSWORD if locked else Refusal.DAMAGED) from error


def _page(document: pypdfium2.PdfDocument, number: int) -> pypdfium2.PdfPage:
    if not 1 <= number <= len(document):
        raise CannotDoError(Refusal.NO_SUCH_PAGE if len(document) else Refusal.DAMAGED)
    try:
        return document[number - 1]
    except pypdfium2.PdfiumError as error:
        raise CannotDoError(Refusal.DAMAGED) from error
