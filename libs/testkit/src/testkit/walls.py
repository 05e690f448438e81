"""The house rules that a program can check: each rule reads one source file and says what breaks it.

`tests/architecture` runs them on the whole repository, and on small offences to show that each can fail. Imports between
packages are import-linter's (pyproject.toml, [tool.importlinter]); here is what it cannot say.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

FUNCTION_LINES, FILE_LINES = 70, 400
LIBRARY_LINES = {"libs/chassis/src/chassis": 1500, "libs/kernel/src/kernel": 600}
CATCH_ALLS = {"utils", "util", "common", "helpers", "helper", "misc", "shared"}
RUNTIMES = {"nameko", "eventlet"}
MAY_HOST = re.compile(
    r"libs/chassis/|embedded/|bench/|(services/\w+|gateway)/src/\w+/service\.py$|libs/testkit/src/testkit/pytest_plugin\.py$"
)
TRADE = re.compile(
    r"(mission|quote|expert|invoice|escrow|payout|payin|instalment|company|commission|mandate|profile|payment|customer|freelance|vat|iban"
    r"|siren|kyc|dispute|review|dashboard|conversation|marketplace|ledger|refund|consultant)s?"
)
MONEY = re.compile(
    r"libs/kernel/src/|libs/contracts/src/contracts/(payments|billing|contracting|shapes|wire)"
    r"|services/(payments|billing|contracting)/src/\w+/(domain|use_cases|adapters)/"
)
NOT_MONEY = re.compile(r"rating|seconds", re.IGNORECASE)  # a mean of stars, a length of time


@dataclass(frozen=True)
class Source:
    """A Python file of the repository, under its path from the root."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def is_test(self) -> bool:
        return "tests" in PurePosixPath(self.path).parts


Rule = Callable[[Source], Iterator[str]]


def sources(root: Path) -> list[Source]:
    """Every Python file of the repository that is ours."""
    skipped = {".venv", "var", "build", "node_modules"}
    files = (file for file in sorted(root.rglob("*.py")) if not skipped & set(file.relative_to(root).parts))
    return [Source(file.relative_to(root).as_posix(), file.read_text()) for file in files]


def functions_fit_a_screen(source: Source) -> Iterator[str]:
    """70 lines at the very most (40 wanted); the decorators do not count."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{source.path}:{node.lineno} {node.name} has {lines} lines, more than {FUNCTION_LINES}"


def files_are_short(source: Source) -> Iterator[str]:
    """400 lines at most; contract files are one list, read by name (ADR-0005)."""
    lines = source.text.count("\n")
    if lines > FILE_LINES and not source.path.startswith("libs/contracts/"):
        yield f"{source.path} has {lines} lines, more than {FILE_LINES}"


def no_catch_alls(source: Source) -> Iterator[str]:
    """A module or folder is named after what it holds."""
    named = set(PurePosixPath(source.path).with_suffix("").parts) & CATCH_ALLS
    if named:
        yield f"{source.path} is called {', '.join(sorted(named))}: name what it holds"


def the_way_out_stays_short(source: Source) -> Iterator[str]:
    """nameko and eventlet in the chassis, each service.py and `embedded` only (ADR-0001); tests and yardsticks may."""
    if source.is_test or MAY_HOST.match(source.path):
        return
    for line, module in imported(source.tree):
        if module.partition(".")[0] in RUNTIMES:
            yield f"{source.path}:{line} imports {module}; only the chassis, service.py and embedded may (ADR-0001)"


def the_kernel_needs_nothing(source: Source) -> Iterator[str]:
    """kernel: the standard library only; contracts: kernel besides."""
    library = re.match(r"libs/(kernel|contracts)/src/", source.path)
    if library is None:
        return
    own = {"kernel", library[1]}
    for line, module in imported(source.tree):
        if module.partition(".")[0] not in sys.stdlib_module_names | own:
            yield f"{source.path}:{line} imports {module}: {library[1]} needs only {', '.join(sorted(own))} and Python"


def frames_name_no_trade(source: Source) -> Iterator[str]:
    """kernel and chassis would serve another trade as well: no business noun in their names and texts."""
    if not re.match(r"libs/(kernel|chassis)/src/", source.path):
        return
    for line, text in _names_and_texts(source.tree):
        for word in re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()):
            if TRADE.fullmatch(word):
                yield f"{source.path}:{line} says {word!r}: the frame knows no trade"


def money_is_never_a_float(source: Source) -> Iterator[str]:
    """No float literal, no float(), no float annotation where amounts are computed or stored."""
    if source.is_test or not MONEY.match(source.path):
        return
    lines = source.text.splitlines()
    for node in ast.walk(source.tree):
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        named = isinstance(node, ast.Name) and node.id == "float"
        if (literal or named) and not NOT_MONEY.search(lines[node.lineno - 1]):
            yield f"{source.path}:{node.lineno} uses a float: money is integer cents, rates are basis points"


RULES: tuple[Rule, ...] = (
    functions_fit_a_screen,
    files_are_short,
    no_catch_alls,
    the_way_out_stays_short,
    the_kernel_needs_nothing,
    frames_name_no_trade,
    money_is_never_a_float,
)


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, module) of every absolute import, those inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


def code_lines(source: Source) -> int:
    """Lines that do something: without blank lines, comments and docstrings."""
    documented = {line for text in _docstrings(source.tree) for line in range(text.lineno, (text.end_lineno or 0) + 1)}
    lines = enumerate(source.text.splitlines(), 1)
    return sum(bool(line.strip()) and not line.strip().startswith("#") and number not in documented for number, line in lines)


def _docstrings(tree: ast.AST) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
                yield first.value


def _names_and_texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, text) of every name and string of a file, docstrings apart: those may give examples."""
    documented = set(_docstrings(tree))
    for node in ast.walk(tree):
        words = [
            value for name, value in ast.iter_fields(node) if name in ("id", "name", "attr", "arg") and isinstance(value, str)
        ]
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in documented:
            words.append(node.value)
        yield from ((getattr(node, "lineno", 0), word) for word in words)


def marked(source: Source, decorator: str) -> Iterator[tuple[str, str]]:
    """(module, name) of what each `@decorator(name)` of a file names, as its imports resolve it."""
    names = dict(_names(source.tree))
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == decorator and len(node.args) == 1:
            path = ast.unparse(node.args[0]).split(".")
            module, _, name = ".".join([names.get(path[0], path[0]), *path[1:]]).rpartition(".")
            yield module, name


def _names(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((name.asname or name.name, f"{node.module}.{name.name}") for name in node.names)
        elif isinstance(node, ast.Import):
            yield from ((name.asname or name.name, name.name) for name in node.names)
