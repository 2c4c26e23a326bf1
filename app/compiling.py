"""How templates become Python: as Jinja does it, with less around each value and each call.

A page prints some hundreds of values and calls a hundred functions and macros. What Jinja does around
them, which our templates have no use for, was a fifteenth of the time of an initiative's page.
"""

from __future__ import annotations

import re
from keyword import iskeyword

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

_SPECIAL = re.compile("[&<>'\"]").search
# Characters; longer ones `escape` itself looks through faster.
_LONG = 80


def escaped(value: object) -> str:
    """`value` as text that may stand in HTML, as `markupsafe.escape` makes it.

    What is a Markup already, and a text without anything to escape, come back as they are: `escape` makes
    another Markup of each, and most of what a page says needs none.
    """
    if type(value) is Markup or (type(value) is str and len(value) < _LONG and not _SPECIAL(value)):
        return value
    return escape(value)


class Compiler(CodeGenerator):
    """Jinja's code generator. Its environment has `escaped`, the function above."""

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if _escapes(frame) and finalize.src is None:
            self.write("environment.escaped(")
        else:
            super()._output_child_pre(node, frame, finalize)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """Call what has a name as Python does, where it wants nothing of the context.

        Jinja asks each function each time whether it does, and gives it the variables of loops and blocks.
        """
        if forward_caller or not _escapes(frame) or not self._is_plain(node):
            super().visit_Call(node, frame, **({"forward_caller": True} if forward_caller else {}))
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in node.args:
            self.visit(argument, frame)
            self.write(", ")
        for keyword in node.kwargs:
            self.write(f"{keyword.key}=")
            self.visit(keyword.value, frame)
            self.write(", ")
        self.write(")")

    def _is_plain(self, call: nodes.Call) -> bool:
        """Whether what is called is a macro, or a global function that takes nothing of Jinja's, by its name."""
        if not isinstance(call.node, nodes.Name) or call.dyn_args or call.dyn_kwargs:
            return False
        known = self.environment.globals.get(call.node.name)
        # How `jinja2.pass_context` and its like mark a function.
        wants = getattr(known, "jinja_pass_arg", None)
        return wants is None and not any(iskeyword(each.key) for each in call.kwargs)


def _escapes(frame: Frame) -> bool:
    """Whether values are escaped here, which is known now: not within `{% autoescape %}`."""
    return frame.eval_ctx.autoescape and not frame.eval_ctx.volatile
