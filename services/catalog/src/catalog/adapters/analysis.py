"""How text becomes terms, in the index and in a query alike.

French: elided articles dropped (l'industrie), stop words, stemming, accents folded after it. English: the same without elision.
Profiles mix both languages, so every text is analysed as both. `plain` keeps each word, folded: names, and words with a typo.
"""

from tantivy import Filter, Index, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from catalog.domain.words import WORD

WORD_LENGTH = 40
_ELIDED = ["c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"]


def _begun() -> TextAnalyzerBuilder:
    return TextAnalyzerBuilder(Tokenizer.regex(WORD)).filter(Filter.remove_long(WORD_LENGTH)).filter(Filter.lowercase())


def _of(language: str, dropped: list[str]) -> TextAnalyzer:
    builder = _begun().filter(Filter.custom_stopword(dropped)).filter(Filter.stopword(language))
    return builder.filter(Filter.stemmer(language)).filter(Filter.ascii_fold()).build()


ANALYZERS = {
    "fr": _of("french", _ELIDED),
    "en": _of("english", ["s"]),
    "plain": _begun().filter(Filter.ascii_fold()).build(),
}


def register(index: Index) -> None:
    for name, analyzer in ANALYZERS.items():
        index.register_tokenizer(name, analyzer)


def terms_of(word: str) -> dict[str, str]:
    """One word of a query as each analyzer sees it; an analyzer that drops it as a stop word is left out."""
    terms = {name: analyzer.analyze(word) for name, analyzer in ANALYZERS.items()}
    return {name: said[0] for name, said in terms.items() if said}


def is_one_edit_away(word: str, other: str) -> bool:
    """Whether one letter more, less, other, or two neighbours swapped make one word of the other."""
    if abs(len(word) - len(other)) > 1 or word == other:
        return False
    start = next((at for at, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    left, right = word[start:], other[start:]
    swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or swapped
