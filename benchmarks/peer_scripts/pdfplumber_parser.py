"""Words with boxes of PDF files, as a pdfplumber user takes them."""

import pdfplumber
from parsed import parsed


def words(path: str) -> list[int]:
    with pdfplumber.open(path) as pdf:
        found = []
        for page in pdf.pages:
            found.append(len(page.extract_words()))
            page.close()  # its documentation: frees what a page keeps
        return found


parsed(words)
