"""The papers of hire, as Typst templates, and their fixed words by language."""

from pathlib import Path

from houseful.hire.documents.words import PaperTexts, paper_texts

DOCUMENTS = Path(__file__).parent

__all__ = ["DOCUMENTS", "PaperTexts", "paper_texts"]
