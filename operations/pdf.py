"""Makes a PDF of a report with WeasyPrint. It loads nothing: a report has everything in it."""

import contextlib
import io
import warnings


class PdfError(Exception):
    """The PDF cannot be made. The message says what to install."""


def as_pdf(page: str) -> bytes:
    """Returns the PDF of a page. The same page gives the same bytes with the same versions and fonts.

    Raises `PdfError`.
    """
    try:
        # WeasyPrint prints a notice where Pango is missing, and then raises. Where HarfBuzz-Subset is missing, it only
        # warns. It then embeds fonts in another way, and each PDF has other bytes.
        with (
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
            warnings.catch_warnings(action="ignore", category=DeprecationWarning),
        ):
            # It loads the libraries of Pango when it is imported. Only a PDF needs them.
            from weasyprint import HTML  # type: ignore[import-untyped]  # noqa: PLC0415
            from weasyprint.text.ffi import harfbuzz_subset  # type: ignore[import-untyped]  # noqa: PLC0415
            from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]  # noqa: PLC0415
        if harfbuzz_subset is None:
            raise OSError("cannot load library 'libharfbuzz-subset.so.0'")
    except ImportError as error:
        raise PdfError(f"a PDF needs the Python package weasyprint ({error}): pip install weasyprint") from error
    except OSError as error:
        raise PdfError(
            "a PDF needs the libraries of Pango and HarfBuzz-Subset, which this machine lacks. On Debian and Ubuntu:"
            " sudo apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0. Leave the format out for"
            " HTML"
        ) from error
    written: bytes = HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=())).write_pdf()
    return written
