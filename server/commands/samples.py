"""Records for the demo's patients, made on the spot: a report, a photo of a page, and a scan. Nobody's real data."""

import io

REPORT = """
#set document(title: "Surgical pathology report")
#set page(margin: 2.5cm)
#set text(size: 11pt)
= Surgical pathology report
#grid(columns: 2, gutter: 1em,
  [Patient], [#sys.inputs.name],
  [Specimen], [Core biopsy, right upper lobe],
  [Date], [3 November 2026])
== Diagnosis
Adenocarcinoma of the lung, acinar pattern, grade 2. TTF-1 positive, p40 negative. PD-L1 TPS 20 %.
== Comment
Material is sufficient for molecular testing. This document is made for a demonstration.
"""


def report(name: str) -> bytes:
    """Make a pathology report as a PDF."""
    import typst

    made: bytes = typst.compile(REPORT.encode(), sys_inputs={"name": name})
    return made


def photo() -> bytes:
    """Make a photo of a page, as a phone would send it."""
    from PIL import Image, ImageDraw

    page = Image.new("RGB", (1200, 1600), (246, 243, 236))
    draw = ImageDraw.Draw(page)
    lines = ("RADIOLOGY REPORT", "CT chest with contrast", "", "2.1 cm nodule, right upper lobe.", "No enlarged nodes.")
    for number, line in enumerate(lines):
        draw.text((140, 180 + 90 * number), line, fill=(30, 30, 40), font_size=54)
    made = io.BytesIO()
    page.save(made, "JPEG", quality=85)
    return made.getvalue()


def scan(name: str) -> bytes:
    """Make one slice of a CT as a DICOM file in the patient's name."""
    from pydicom import dcmread
    from pydicom.data import get_testdata_file

    path = get_testdata_file("CT_small.dcm")
    assert isinstance(path, str)
    slice_ = dcmread(path)
    first, _, last = name.rpartition(" ")
    slice_.PatientName = f"{last}^{first}"
    slice_.PatientBirthDate = ""
    made = io.BytesIO()
    slice_.save_as(made)
    return made.getvalue()
