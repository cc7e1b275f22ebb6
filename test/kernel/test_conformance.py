"""The Jupyter project's own suite, whole."""

import unittest
from functools import partial
from typing import Any

import jupyter_kernel_test as jkt
from conftest import KERNEL, PATIENCE, is_idle


class Patient:
    """The suite gives a kernel a second, or a tenth of one, for messages that are certain to come: here they get longer."""

    kc: Any

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()  # type: ignore[misc]
        for channel in (cls.kc.iopub_channel, cls.kc.shell_channel):
            channel.get_msg = partial(cls.get_in_time, channel.get_msg)

    @staticmethod
    def get_in_time(get_msg: Any, timeout: float | None = None) -> Any:
        return get_msg(timeout=PATIENCE)

    def flush_channels(self) -> None:
        """Reads what earlier tests have left: all that comes before the answer to a question of ours."""
        question = self.kc.kernel_info()
        while self.kc.get_shell_msg()["parent_header"]["msg_id"] != question:
            pass
        while not is_idle(self.kc.get_iopub_msg(), question):
            pass


class ConvlabKernelTests(Patient, jkt.KernelTests):
    kernel_name = KERNEL
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"
    completion_samples = [
        {"text": "conso", "matches": {"console"}},
        {"text": "Math.sq", "matches": {"sqrt", "SQRT1_2", "SQRT2"}},
    ]
    complete_code_samples = ["1", "const x = 1", "function f() { return 1 }", "await Promise.resolve(1)"]
    incomplete_code_samples = ["function f() {", "const s = `abc", "foo(", "/* comment"]
    invalid_code_samples = ["const = 3", "1 ))"]
    code_page_something = "parseInt?"
    code_generate_error = "throw new Error('made on purpose')"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "'abc'.toUpperCase()", "result": "'ABC'"},
    ]
    code_display_data = [
        {"code": "import * as tslab from 'tslab'; tslab.display.html('<b>x</b>')", "mime": "text/html"},
        {"code": "import { display } from 'convlab'; display({a: 1})", "mime": "text/plain"},
    ]
    code_history_pattern = "6*7"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "parseInt"
    code_clear_output = "(globalThis as any)[Symbol.for('convlab.clearOutput')]()"


class IopubWelcome(jkt.IopubWelcomeTests):
    kernel_name = ConvlabKernelTests.kernel_name
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main()
