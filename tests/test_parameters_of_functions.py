"""What a function takes stays surveyable: many columns travel as one named tuple, many options as one record."""

import ast
from collections.abc import Iterator
from pathlib import Path

import ecsim

MOST = 9
SOURCE = Path(ecsim.__file__).parent


def functions(text: str) -> Iterator[tuple[str, int]]:
    """Yield each function's name and how many parameters one passes to it."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            arguments = node.args
            names = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
            yield getattr(node, "name", "lambda"), len(names) - (names[:1] in (["self"], ["cls"]))


def test_no_function_takes_more_than_nine_parameters() -> None:
    sources = {path: path.read_text(encoding="utf-8") for path in sorted(SOURCE.rglob("*.py"))}
    assert len(sources) > 300
    found = [(str(path.relative_to(SOURCE)), *each) for path, text in sources.items() for each in functions(text)]
    assert [each for each in found if each[2] > MOST] == []
    assert len(found) > 2000


def test_parameters_are_counted_as_one_passes_them() -> None:
    told = "class A:\n    def f(self, a, /, b, *, c=1, **rest): return lambda x, y: x\n"
    assert list(functions(told)) == [("f", 3), ("lambda", 2)]
