"""One case for each fault that users of TypeScript kernels meet."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import zmq
from conftest import KERNEL, PATIENCE, Result, Session, is_idle
from jupyter_client.manager import KernelManager
from zmq.utils.monitor import recv_monitor_message


class TestOutput:
    def test_100_000_lines_arrive_in_order_and_idle_is_last(self, kernel: Session) -> None:
        result = kernel.run("for (let i = 0; i < 100_000; i++) console.log(i);")
        assert result.status == "ok"
        assert result.stream() == "".join(f"{i}\n" for i in range(100_000))
        assert kernel.unread() == []

    def test_1000_cells_in_a_row_lose_nothing(self, kernel: Session) -> None:
        requests = [kernel.send(f"console.log('line', {i}); {i}") for i in range(1000)]
        for i, request in enumerate(requests):
            result = kernel.receive(request)
            assert (result.status, result.stream(), result.value) == ("ok", f"line {i}\n", str(i))

    def test_streams_displays_and_results_keep_their_order(self, kernel: Session) -> None:
        result = kernel.run(
            "import { display } from 'convlab';\n"
            "console.log('1'); console.error('2'); display('3'); console.log('4'); '5'"
        )
        kinds = [(t, c.get("text") or c.get("data", {}).get("text/plain")) for t, c in result.messages]
        assert [k for k in kinds if k[1]] == [
            ("stream", "1\n"),
            ("stream", "2\n"),
            ("display_data", "'3'"),
            ("stream", "4\n"),
            ("execute_result", "'5'"),
        ]

    def test_text_written_to_file_descriptors_reaches_the_notebook(self, kernel: Session) -> None:
        result = kernel.run(
            "import { writeSync } from 'node:fs'; import { execSync } from 'node:child_process';\n"
            "writeSync(1, 'raw out\\n'); writeSync(2, 'raw err\\n');\n"
            "execSync('echo child out; echo child err >&2', { stdio: 'inherit' });"
        )
        assert result.stream("stdout") == "raw out\nchild out\n"
        assert result.stream("stderr") == "raw err\nchild err\n"

    def test_100_mb_of_output_are_cut_with_a_word(self, kernel: Session) -> None:
        result = kernel.run("const line = 'x'.repeat(99_999); for (let i = 0; i < 1000; i++) console.log(line);")
        assert result.status == "ok"
        shown = result.stream()
        assert shown[:10_000_000] == ("x" * 99_999 + "\n") * 100
        assert shown[10_000_000:].startswith("\n[Cut here: a cell shows at most 10,000,000 characters.")
        assert len(shown) < 10_000_200
        assert kernel.run("console.log('next'); 1").stream() == "next\n"

    def test_a_busy_loop_shows_its_output_at_once(self, kernel: Session) -> None:
        request = kernel.begin("import { existsSync } from 'node:fs'; console.log('begun'); while (!existsSync('seen'));")
        (kernel.cwd / "seen").touch()
        assert kernel.receive(request).status == "ok"

    def test_multibyte_text_is_not_torn(self, kernel: Session) -> None:
        result = kernel.run("process.stdout.write('é😀漢'.repeat(50_000));")
        assert result.stream() == "é😀漢" * 50_000


class TestErrors:
    def test_a_cell_after_a_failed_cell_runs(self, kernel: Session) -> None:
        assert kernel.run("throw new Error('first')").status == "error"
        assert kernel.run("1 + 1").value == "2"

    def test_error_names_the_typescript_line(self, kernel: Session) -> None:
        result = kernel.run(
            "interface Gone { a: number }\ntype Also = string;\n"
            "function inner(x: number[]): number {\n  return (x[5] as unknown as { y: number }).y;\n}\ninner([1]);"
        )
        error = result.contents("error")[0]
        assert error["ename"] == result.reply["ename"] == "TypeError"
        assert "Cannot read properties of undefined" in error["evalue"]
        assert "line 4" in result.traceback and "(x[5] as unknown" in result.traceback
        assert "at inner (cell" in result.traceback
        assert "node:" not in result.traceback

    def test_type_errors_point_to_line_and_column(self, kernel: Session) -> None:
        result = kernel.run("const fine = 1;\nconst wrong: string = fine;")
        error = result.contents("error")[0]
        assert error["ename"] == "TypeScriptError"
        assert "TS2322" in error["evalue"] and "line 2, column 7" in error["evalue"]
        assert "~~~~~" in result.traceback

    def test_strict_mode_is_on(self, kernel: Session) -> None:
        assert "TS7006" in kernel.run("const f0 = (a) => a;").reply["evalue"]
        assert "TS18047" in kernel.run("const maybe = [null, { a: 1 }][0]; maybe.a").reply["evalue"]
        assert kernel.run("'use strict'; (function (this: unknown) { return this === undefined; })()").value == "true"

    def test_names_and_imports_of_a_failed_cell_are_kept(self, kernel: Session) -> None:
        failed = kernel.run(
            "import { basename } from 'node:path';\nconst kept = 41;\n"
            "if (kept) throw new Error('half-way');\nconst missing = 1;"
        )
        assert failed.status == "error"
        assert kernel.run("basename('/a/b') + kept").value == "'b41'"
        assert "TS2304" in kernel.run("missing").reply["evalue"]

    def test_a_failed_redeclaration_leaves_the_old_value(self, kernel: Session) -> None:
        kernel.run("const survivor = 'old';")
        kernel.run("if (Date.now()) throw new Error('x');\nconst survivor = 5;")
        assert kernel.run("survivor.toUpperCase()").value == "'OLD'"

    def test_unhandled_rejection_turns_the_cell_red(self, kernel: Session) -> None:
        result = kernel.run("void Promise.reject(new RangeError('nobody listens')); 1")
        assert (result.status, result.reply["ename"]) == ("error", "RangeError")

    def test_a_throw_in_a_callback_turns_the_cell_red(self, kernel: Session) -> None:
        result = kernel.run(
            "setTimeout(() => { throw new Error('from a timer'); }, 10);\n"
            "await new Promise(() => undefined);"
        )
        assert (result.status, result.reply["evalue"]) == ("error", "from a timer")

    def test_a_late_throw_is_told_to_the_cell_that_caused_it(self, kernel: Session) -> None:
        kernel.run("import { existsSync } from 'node:fs';")
        request = kernel.send(
            "const watch = setInterval(() => {\n"
            "  if (!existsSync('late')) return;\n  clearInterval(watch);\n  throw new Error('too late');\n}, 10);"
        )
        assert kernel.receive(request).status == "ok"
        assert kernel.run("await new Promise((resolve) => setTimeout(resolve, 50)); 'other'").status == "ok"
        (kernel.cwd / "late").touch()
        error = kernel.wait_for("error")
        assert error["content"]["evalue"] == "too late"
        assert error["parent_header"]["msg_id"] == request

    def test_anything_can_be_thrown(self, kernel: Session) -> None:
        assert kernel.run("throw null").reply["evalue"] == "null"
        assert kernel.run("throw { code: 3 }").reply["evalue"] == "{ code: 3 }"
        result = kernel.run("throw new Error('outer', { cause: new Error('inner') })")
        assert "caused by:" in result.traceback and "inner" in result.traceback

    def test_a_cause_tells_what_its_error_did_not(self, kernel: Session) -> None:
        result = kernel.run("import { weights } from 'convlab';\nawait weights.loadKeras('no-such-file.h5');")
        error, cause = result.traceback.split("caused by:")
        assert result.reply["ename"] == "WeightsError" and "ENOENT" in cause
        assert "more in convlab" in error and "await weights.loadKeras" in error
        assert "await weights.loadKeras" not in cause and "loadKeras (" not in cause

    def test_stop_on_error_aborts_what_waits_and_no_more(self, kernel: Session) -> None:
        kernel.run("import { existsSync } from 'node:fs';")
        requests = [
            kernel.begin("console.log('begun'); while (!existsSync('fail')) await null; throw new Error('stop')"),
            kernel.send("'waits'"),
            kernel.send("'waits too'"),
        ]
        self.pass_through(kernel)
        (kernel.cwd / "fail").touch()
        assert [kernel.receive(r).status for r in requests] == ["error", "aborted", "aborted"]
        assert kernel.run("'later'").value == "'later'"

    @staticmethod
    def pass_through(kernel: Session) -> None:
        """Returns when the kernel has answered on the control channel: what was sent before on the shell has come in, too."""
        question = kernel.client.session.msg("kernel_info_request")
        kernel.client.control_channel.send(question)
        while kernel.client.get_control_msg(timeout=PATIENCE)["parent_header"]["msg_id"] != question["msg_id"]:
            pass

    @pytest.mark.parametrize("sign", ["error", "idle"])
    def test_a_cell_sent_on_the_first_sign_of_a_failure_is_never_aborted(self, kernel: Session, sign: str) -> None:
        for i in range(40):
            failing = kernel.send("throw new Error('told')")
            if sign == "error":
                kernel.wait_for("error", failing)
            else:
                kernel.until_idle(failing)
            assert kernel.run(f"{i}").value == f"{i}"

    def test_stop_on_error_off_runs_what_waits(self, kernel: Session) -> None:
        first = kernel.send("throw new Error('go on')", stop_on_error=False)
        second = kernel.send("'runs'")
        assert kernel.receive(first).status == "error"
        assert kernel.receive(second).value == "'runs'"


class TestLanguage:
    @pytest.mark.parametrize(
        "code, value",
        [
            ("await (Promise.resolve(1))", "1"),
            ("await [1, 2]", "[ 1, 2 ]"),
            ("await (async () => 3)()", "3"),
            ("(await Promise.all([1, Promise.resolve(2)])).length", "2"),
            ("let total = 0; for await (const v of [1, Promise.resolve(2)]) total += v; total", "3"),
            ("const { a, ...others } = await Promise.resolve({ a: 1, b: 2 }); others", "{ b: 2 }"),
            ("`${await Promise.resolve('x')}`", "'x'"),
        ],
    )
    def test_top_level_await(self, kernel: Session, code: str, value: str) -> None:
        assert kernel.run(code).value == value

    def test_esm_only_packages(self, fresh: Session, tmp_path: Path) -> None:
        package = tmp_path / "node_modules" / "only-esm"
        package.mkdir(parents=True)
        (package / "package.json").write_text(
            '{"name": "only-esm", "type": "module", "exports": {".": {"import": "./main.js", "types": "./main.d.ts"}}}'
        )
        (package / "main.js").write_text("await null; export const answer = 42; export default 'd';")
        (package / "main.d.ts").write_text("export declare const answer: number; declare const d: string; export default d;")
        assert fresh.run("(await import('only-esm')).answer").value == "42"
        assert fresh.run("import d, { answer } from 'only-esm'; d + answer").value == "'d42'"

    def test_packages_with_exports(self, fresh: Session, tmp_path: Path) -> None:
        package = tmp_path / "node_modules" / "with-exports"
        package.mkdir(parents=True)
        (package / "package.json").write_text(
            '{"name": "with-exports", "exports": {"./sub": {"types": "./s.d.ts", "default": "./s.js"}}}'
        )
        (package / "s.js").write_text("exports.x = 7;")
        (package / "s.d.ts").write_text("export const x: number;")
        assert fresh.run("import { x } from 'with-exports/sub'; x").value == "7"

    def test_convlab_can_be_imported_from_any_folder(self, kernel: Session) -> None:
        assert kernel.run("import { VERSION } from 'convlab'; typeof VERSION").value == "'string'"

    def test_relative_sources_above_the_folder_and_their_changes(self, tmp_path: Path) -> None:
        folder = tmp_path / "notebooks"
        folder.mkdir()
        source = tmp_path / "lib.ts"
        source.write_text("export const f = (x: number): number => x + 1;")
        session = Session(folder)
        try:
            assert session.run("import { f } from '../lib'; f(1)").value == "2"
            source.write_text("export const f = (x: string): string => x + '!';")
            os.utime(source, (time.time() + 5, time.time() + 5))
            assert session.run("import { f } from '../lib'; f('a')").value == "'a!'"
            source.write_text("export const f = (): void => {\n\n  throw new Error('in lib');\n};")
            os.utime(source, (time.time() + 9, time.time() + 9))
            assert "lib.ts:3" in session.run("import { f } from '../lib'; f()").traceback
        finally:
            session.close()

    def test_cells_share_variables_live(self, kernel: Session) -> None:
        kernel.run("let counter = 1; const increase = () => ++counter;")
        kernel.run("counter = 10;")
        assert kernel.run("increase(); counter").value == "11"

    def test_names_can_be_declared_again_with_another_type(self, kernel: Session) -> None:
        kernel.run("interface Shape { side: number }\nconst shape: Shape = { side: 2 };")
        kernel.run("interface Shape { radius: number }\nconst round: Shape = { radius: 1 };")
        assert kernel.run("shape.side + round.radius").value == "3"
        assert "TS2339" in kernel.run("shape.radius").reply["evalue"]

    @pytest.mark.parametrize(
        "code, value",
        [
            ("class Node1 { static zero = new Node1(0); constructor(readonly v: number) {} }\nNode1.zero.v", "0"),
            ("enum Colour { Red, Green }\nColour[Colour.Green]", "'Green'"),
            ("namespace N { export const deep = 5; }\nN.deep", "5"),
            ("function* g() { yield 1; yield 2; }\n[...g()]", "[ 1, 2 ]"),
            ("for (var i = 0, j = 9; i < 3; i++) j--;\n[i, j]", "[ 3, 6 ]"),
            ("const [x = 1, { y: [z] }] = [undefined, { y: [3] }] as const; ({ x, z })", "{ x: 1, z: 3 }"),
            ("(function (this: unknown) { return this; })()", None),
            ("export const exported = 1; exported", "1"),
            ("const tag = (s: TemplateStringsArray, ...v: number[]) => s.raw.join('|') + v.join(); tag`a${1}b`", "'a|b1'"),
            ("let swap = [1, 2]; [swap[0], swap[1]] = [swap[1], swap[0]]; swap", "[ 2, 1 ]"),
            ("class Base { b = 1 }\nclass Derived extends Base { d = 2 }\nnew Derived()", "Derived { b: 1, d: 2 }"),
            ("declare global { var shared: number }\nglobalThis.shared = 4; shared", "4"),
            ("export default 5", "5"),
            ("const enum E2 { A = 3 }\nE2.A", "3"),
            ("function dec<T>(v: T, _: unknown): T { return v; }\n@dec class Decorated { @dec m() { return 1; } }\nnew Decorated().m()", "1"),
            ("[typeof require, typeof __dirname, __filename.endsWith('.ts')]", "[ 'function', 'string', true ]"),
            ("// nothing but a comment", None),
            ("null", "null"),
            ("const silent = 1;", None),
        ],
    )
    def test_declarations(self, kernel: Session, code: str, value: str | None) -> None:
        result = kernel.run(code)
        assert (result.status, result.value) == ("ok", value)

    def test_using_disposes_at_the_end_of_the_cell(self, kernel: Session) -> None:
        code = "using held = { text: 'open', [Symbol.dispose]() { console.log('closed'); } }; console.log(held.text);"
        assert kernel.run(code).stream() == "open\nclosed\n"
        assert "TS2304" in kernel.run("held").reply["evalue"]

    def test_classes_of_earlier_cells_can_be_extended(self, kernel: Session) -> None:
        kernel.run("abstract class Animal<T> { constructor(readonly t: T) {} abstract speak(): string }")
        kernel.run("class Dog extends Animal<number> { speak() { return `woof ${this.t}`; } }")
        assert kernel.run("class Puppy extends Dog { override speak() { return super.speak() + '!'; } }\nnew Puppy(1).speak()").value == "'woof 1!'"

    def test_declared_variables_are_seen_by_later_cells(self, kernel: Session) -> None:
        kernel.run("for (var loop = 0; loop < 4; loop++);\nenum Late { A = 7 }\nclass Kept { v = 1 }")
        assert kernel.run("[loop, Late.A, new Kept().v]").value == "[ 4, 7, 1 ]"


class TestDisplay:
    def test_a_table_for_arrays_of_objects_is_escaped(self, kernel: Session) -> None:
        data = kernel.run("[{ name: '<script>', n: 1 }]").contents("execute_result")[0]["data"]
        assert "<script>" not in data["text/html"] and "&#60;script&#62;" in data["text/html"]

    def test_the_display_method(self, kernel: Session) -> None:
        data = kernel.run(
            "({ [Symbol.for('Jupyter.display')]: async () => ({ 'text/html': '<i>me</i>' }) })"
        ).contents("execute_result")[0]["data"]
        assert data["text/html"] == "<i>me</i>" and "text/plain" in data

    def test_display_can_be_updated(self, kernel: Session) -> None:
        result = kernel.run(
            "import { display } from 'convlab'; display('a', { id: 'x' }); display('b', { id: 'x', update: true });"
        )
        first, second = result.contents("display_data")[0], result.contents("update_display_data")[0]
        assert first["transient"] == second["transient"] == {"display_id": "x"}

    def test_templates_show_themselves(self, kernel: Session) -> None:
        data = kernel.run("import { html } from 'convlab'; html`<b>${'<x>'}</b>`").contents("execute_result")[0]["data"]
        assert data["text/html"] == "<b>&#60;x&#62;</b>"

    def test_typed_pixels_are_a_picture(self, kernel: Session) -> None:
        code = "({ width: 2, height: 1, data: Uint8ClampedArray.of(255, 0, 0, 255, 0, 0, 255, 128) })"
        data = kernel.run(code).contents("execute_result")[0]["data"]
        assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG") and "2×1" in data["text/plain"]

    def test_tensors_and_models_show_themselves(self, kernel: Session) -> None:
        kernel.run("import { engine, tf } from 'convlab'; await engine.ready();")
        assert kernel.run("tf.tensor2d([[1, 2], [3, 4]])").value == (
            "Tensor float32 [2, 2]\n    [[1, 2],\n     [3, 4]]"
        )
        model = kernel.run("tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4] })] })").value
        assert model and "Total params: 15" in model

    def test_tslab_display_still_works(self, kernel: Session) -> None:
        result = kernel.run("import * as tslab from 'tslab'; tslab.display.markdown('**b**'); tslab.newDisplay().text('t');")
        assert [list(c["data"]) for c in result.contents("display_data")] == [["text/markdown"], ["text/plain"]]


class TestInterrupt:
    @pytest.mark.parametrize("message", [True, False], ids=["message", "signal"])
    @pytest.mark.parametrize(
        "code",
        [
            "while (true);",
            "while (true) await null;",
            "await new Promise(() => undefined);",
            "await (async () => { for (;;) await new Promise((r) => setTimeout(r, 5)); })()",
            "for await (const tick of (async function* () { for (;;) { await null; yield 1; } })()) void tick;",
            "await null; for (;;);",
            "[1].forEach(() => { for (;;); });",
            "display({ [$display]: async () => ({}) }); for (;;);",
            "display({ [$display]: () => new Promise(() => undefined) });",
            "({ [$display]() { for (;;); } })",
            "({ [$display]: () => new Promise(() => undefined) })",
            "(await import('node:child_process')).execSync('sleep 1000');",
        ],
        ids=["loop", "microtasks", "await", "timers", "for-await", "loop-after-await", "callback"]
        + ["loop-after-display", "endless-display", "loop-in-result", "endless-result", "program"],
    )
    def test_everything_can_be_interrupted(self, kernel: Session, code: str, message: bool) -> None:
        kernel.run("import { display } from 'convlab';\nconst $display = Symbol.for('Jupyter.display');\nconst before = 'still here';")
        request = kernel.begin(f"console.log('begun'); {code}")
        result = kernel.interrupt(request, None if message else lambda: os.kill(kernel.pid, signal.SIGINT))
        assert (result.status, result.reply["ename"]) == ("error", "InterruptedError")
        assert kernel.run("display('shown'); before").value == "'still here'"

    def test_it_may_come_at_any_time(self, kernel: Session) -> None:
        for i in range(60):
            request = kernel.send(["while (true);", "await new Promise(() => undefined);"][i % 2])
            kernel.wait_for("execute_input", request)
            time.sleep(i / 1000)  # while the cell is compiled, handed over, or runs: it must work everywhere
            assert kernel.interrupt(request).reply["ename"] == "InterruptedError"
            assert kernel.run(f"{i}").value == f"{i}"

    @pytest.mark.parametrize("show", ["console.log", "console.error", "display"])
    def test_a_loop_that_shows_much_leaves_its_way_out_in_order(self, kernel: Session, show: str) -> None:
        kernel.run("import { display } from 'convlab'; const text = 'x'.repeat(100_000);")
        for i in range(6):
            # It would end by itself, lest a failure fill the memory.
            request = kernel.send(f"for (const end = Date.now() + 60_000; Date.now() < end; ) {show}(text);")
            next(m for m in kernel.published(request) if m["msg_type"] in ("stream", "display_data"))
            assert kernel.interrupt(request).reply["ename"] == "InterruptedError"
            result = kernel.run(f"console.log('out'); console.error('err'); display({i}); {i}")
            assert (result.stream("stdout"), result.stream("stderr"), result.value) == ("out\n", "err\n", f"{i}")
            assert len(result.contents("display_data")) == 1

    def test_finally_blocks_run(self, kernel: Session) -> None:
        code = "console.log('begun'); let closed = false; try { await new Promise(() => undefined); } finally { closed = true; }"
        kernel.interrupt(kernel.begin(code))
        assert kernel.run("closed").value == "true"

    def test_a_finally_block_that_does_not_end_can_be_interrupted(self, kernel: Session) -> None:
        request = kernel.begin(
            "console.log('begun'); try { await new Promise(() => undefined); } finally { console.log('again'); for (;;); }"
        )
        kernel.manager.interrupt_kernel()
        kernel.wait_for("stream", request)
        assert kernel.interrupt(request).reply["ename"] == "InterruptedError"
        assert kernel.run("2 + 2").value == "4"

    def test_training_stops_behind_the_cell(self, kernel: Session) -> None:
        kernel.run(
            "import { engine, tf } from 'convlab'; await engine.ready();\n"
            "const net = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });\n"
            "net.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });\n"
            "const fit = (epochs: number, onEpochEnd = () => undefined as void) =>\n"
            "  net.fit(tf.ones([8, 1]), tf.ones([8, 1]), { epochs, callbacks: { onEpochEnd } });"
        )
        request = kernel.begin("let told = false;\nconst training = fit(1e9, () => { if (!told) console.log('begun'); told = true; });\nawait training;")
        assert kernel.interrupt(request).reply["ename"] == "InterruptedError"
        assert kernel.run("(await training).epoch.length < 1e9").value == "true"
        assert kernel.run("(await fit(2)).epoch.length").value == "2"

    def test_a_computation_in_one_piece_comes_to_its_end(self, kernel: Session) -> None:
        kernel.run("const pieces = (globalThis as any)[Symbol.for('convlab.computing')] as Int32Array; let whole = false;")
        request = kernel.begin(
            "console.log('begun'); Atomics.add(pieces, 0, 1); for (const end = Date.now() + 500; Date.now() < end; );\n"
            "whole = true; Atomics.sub(pieces, 0, 1); for (;;);"
        )
        assert kernel.interrupt(request).reply["ename"] == "InterruptedError"
        assert kernel.run("whole").value == "true"

    def test_short_computations_in_a_row_let_it_in(self, kernel: Session) -> None:
        code = "const pieces = (globalThis as any)[Symbol.for('convlab.computing')] as Int32Array;"
        piece = "Atomics.add(pieces, 0, 1); for (const end = Date.now() + 5; Date.now() < end; ); Atomics.sub(pieces, 0, 1);"
        request = kernel.begin(f"{code} console.log('begun'); for (;;) {{ {piece} await null; }}")
        assert kernel.interrupt(request).reply["ename"] == "InterruptedError"

    def test_a_second_interrupt_does_not_wait_for_a_computation(self, kernel: Session) -> None:
        code = "const pieces = (globalThis as any)[Symbol.for('convlab.computing')] as Int32Array;"
        request = kernel.begin(f"{code} console.log('begun'); Atomics.add(pieces, 0, 1); for (;;);")
        kernel.manager.interrupt_kernel()
        assert kernel.interrupt(request).reply["ename"] == "InterruptedError"
        assert kernel.run("pieces.fill(0); 2 + 2").value == "4"

    def test_a_cell_that_is_still_being_compiled_is_not_begun(self, kernel: Session) -> None:
        slow = "".join(f"const slow{i} = [{i}, 'x'] as const;\n" for i in range(20_000)) + "while (true);"
        request = kernel.send(slow)
        kernel.wait_for("execute_input", request)
        assert kernel.interrupt(request).reply["ename"] == "InterruptedError"

    def test_an_idle_kernel_ignores_it(self, kernel: Session) -> None:
        kernel.manager.interrupt_kernel()
        next(m for m in kernel.published() if is_idle(m) and m["parent_header"]["msg_type"] == "interrupt_request")
        assert kernel.run("2 + 2").value == "4"


class TestInput:
    def ask(self, session: Session, code: str, answer: str) -> Result:
        request = session.send(code, allow_stdin=True)
        question = session.client.get_stdin_msg(timeout=PATIENCE)
        assert question["msg_type"] == "input_request"
        self.prompt = question["content"]["prompt"]
        session.client.input(answer)
        return session.receive(request)

    def test_prompt(self, kernel: Session) -> None:
        assert self.ask(kernel, "prompt('Your name? ')", "Ada").value == "'Ada'"
        assert self.prompt == "Your name? "

    def test_readline_on_stdin(self, kernel: Session) -> None:
        code = (
            "import { createInterface } from 'node:readline/promises';\n"
            "const lines = createInterface({ input: process.stdin });\n"
            "const answer = await lines.question('? '); lines.close(); answer"
        )
        assert self.ask(kernel, code, "typed").value == "'typed'"

    def test_without_a_person_it_is_an_error(self, kernel: Session) -> None:
        assert kernel.run("prompt('?')").reply["ename"] == "InputNotAllowedError"

    def test_interrupt_while_waiting(self, kernel: Session) -> None:
        request = kernel.send("prompt('?')", allow_stdin=True)
        kernel.client.get_stdin_msg(timeout=PATIENCE)
        assert kernel.interrupt(request).reply["ename"] == "InterruptedError"

    def test_interrupt_just_before_the_question(self, kernel: Session) -> None:
        # The cell keeps its thread busy, so that it asks before it can take the interrupt.
        request = kernel.begin("console.log('begun'); for (const end = Date.now() + 60; Date.now() < end; ); prompt('?')", allow_stdin=True)
        assert kernel.interrupt(request).reply["ename"] == "InterruptedError"


class TestProcess:
    def test_process_exit_costs_the_variables_and_no_more(self, fresh: Session) -> None:
        fresh.run("const lost = 1;")
        result = fresh.run("console.log('last words'); process.exit(3)")
        assert result.reply["ename"] == "ProcessEnded" and "exit code 3" in result.reply["evalue"]
        assert result.stream() == "last words\n"
        assert "TS2304" in fresh.run("lost").reply["evalue"]
        assert fresh.run("1 + 1").value == "2"

    def test_an_exit_after_the_cell_is_told(self, fresh: Session) -> None:
        request = fresh.send(
            "import { existsSync } from 'node:fs'; setInterval(() => { if (existsSync('exit')) process.exit(4); }, 10);"
        )
        assert fresh.receive(request).status == "ok"
        (fresh.cwd / "exit").touch()
        told = fresh.wait_for("stream")
        assert "exit code 4" in told["content"]["text"] and told["parent_header"]["msg_id"] == request
        assert fresh.run("1 + 1").value == "2"

    def test_a_daemon_that_holds_the_pipes_does_not_hold_the_kernel(self, fresh: Session) -> None:
        code = (
            "import { spawn } from 'node:child_process';\n"
            "const daemon = spawn('sleep', ['300'], { stdio: 'inherit', detached: true }); console.log(daemon.pid); process.exit(5)"
        )
        result = fresh.run(code)
        psutil.Process(int(result.stream())).kill()
        assert result.reply["ename"] == "ProcessEnded"

    def test_an_event_that_was_not_written_to_its_end(self, fresh: Session) -> None:
        result = fresh.run("import { writeSync } from 'node:fs'; writeSync(3, '{\"sequence\": 1'); process.exit(6)")
        assert "exit code 6" in result.reply["evalue"]
        assert fresh.run("1 + 1").value == "2"

    def test_memory_exhaustion(self, tmp_path: Path) -> None:
        session = Session(tmp_path, env={"NODE_OPTIONS": "--max-old-space-size=512"})
        result = session.run("const hog: number[][] = []; for (;;) hog.push(new Array(1e6).fill(Math.random()));")
        assert result.reply["ename"] == "ProcessEnded" and "want of memory" in result.reply["evalue"]
        assert session.run("1 + 1").value == "2"
        session.close()

    def test_timers_left_behind_do_not_disturb(self, fresh: Session) -> None:
        fresh.run("setInterval(() => undefined, 1); setInterval(() => console.log('tick'), 100);")
        assert fresh.run("await new Promise((r) => setTimeout(r, 250)); 'calm'").value == "'calm'"

    def test_a_cell_of_5_mb(self, kernel: Session) -> None:
        assert kernel.run(f"const big = '{'x' * 5_000_000}'; big.length").value == "5000000"

    def test_a_dead_client_ends_the_kernel(self, tmp_path: Path) -> None:
        code = (
            "import os, sys\nfrom jupyter_client.manager import start_new_kernel\n"
            f"km, kc = start_new_kernel(startup_timeout={PATIENCE}, kernel_name={KERNEL!r})\n"
            "kc.execute('console.log(1); while (true);')\n"
            f"while kc.get_iopub_msg(timeout={PATIENCE})['msg_type'] != 'stream': pass\n"
            "print(km.provisioner.process.pid, flush=True)\nsys.stdin.read(); os._exit(1)\n"
        )
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        starter = subprocess.Popen([sys.executable, "-c", code], text=True, cwd=tmp_path, **pipes)
        assert starter.stdin and starter.stdout
        kernel = psutil.Process(int(starter.stdout.readline()))
        family = [kernel, *kernel.children(recursive=True)]
        assert len(family) > 1
        starter.stdin.close()
        starter.wait(timeout=PATIENCE)
        assert psutil.wait_procs(family, timeout=PATIENCE)[1] == []

    def test_shutdown_leaves_nothing_behind(self, tmp_path: Path) -> None:
        session = Session(tmp_path)
        kernel = psutil.Process(session.pid)
        family = [kernel, *kernel.children(recursive=True)]
        session.client.stop_channels()
        session.manager.shutdown_kernel()
        assert psutil.wait_procs(family, timeout=PATIENCE)[1] == []

    @pytest.mark.parametrize("way", ["exit", "shutdown", "kill"])
    def test_processes_that_cells_have_started_end_with_them(self, tmp_path: Path, way: str) -> None:
        session = Session(tmp_path)
        code = "import { spawn } from 'node:child_process'; spawn('sleep', ['300'], { stdio: 'inherit' }).pid"
        sleeper = psutil.Process(int(session.run(code).value or 0))
        if way == "exit":
            assert session.run("process.exit()").reply["ename"] == "ProcessEnded"
        elif way == "kill":
            os.kill(session.pid, signal.SIGKILL)
        else:
            session.manager.shutdown_kernel()
        assert psutil.wait_procs([sleeper], timeout=PATIENCE)[1] == []
        session.close()

    def test_a_killed_kernel_takes_its_evaluator_along(self, tmp_path: Path) -> None:
        session = Session(tmp_path)
        session.begin("console.log('begun'); while (true);")
        kernel = psutil.Process(session.pid)
        family = kernel.children(recursive=True)
        assert family
        kernel.kill()
        assert psutil.wait_procs(family, timeout=PATIENCE)[1] == []
        session.client.stop_channels()


class TestEncryption:
    def test_curve_keys_encrypt_the_transport(self, tmp_path: Path) -> None:
        manager = KernelManager(kernel_name=KERNEL, transport_encryption="required")
        manager.start_kernel(cwd=str(tmp_path), stderr=subprocess.PIPE)
        client = manager.client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=PATIENCE)
            assert json.loads(Path(manager.connection_file).read_text())["curve_publickey"]
            reply = client.execute_interactive("1 + 1", timeout=PATIENCE)
            assert reply["content"]["status"] == "ok"
            assert not self.greets_in_clear(manager.shell_port)
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)

    def test_without_keys_it_is_clear(self, kernel: Session) -> None:
        assert self.greets_in_clear(kernel.manager.shell_port)

    @staticmethod
    def greets_in_clear(port: int) -> bool:
        """Whether a peer without keys gets through ZeroMQ's handshake: it succeeds or the other side hangs up."""
        context = zmq.Context()
        socket = context.socket(zmq.DEALER)
        monitor = socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED | zmq.EVENT_DISCONNECTED)
        socket.connect(f"tcp://127.0.0.1:{port}")
        try:
            assert monitor.poll(PATIENCE * 1000)
            return recv_monitor_message(monitor)["event"] == zmq.EVENT_HANDSHAKE_SUCCEEDED
        finally:
            socket.disable_monitor()
            socket.close(0)
            monitor.close(0)
            context.term()


class TestProtocol:
    @pytest.mark.parametrize("name", ["constructor", "toString", "__proto__"])
    def test_a_request_with_a_name_of_javascripts_own_is_unknown(self, kernel: Session, name: str) -> None:
        channel = kernel.client.shell_channel
        channel.send(kernel.client.session.msg(name, {}))
        assert kernel.run("1 + 1").value == "2"
        assert kernel.client.shell_channel.msg_ready() is False

    def test_an_answer_that_cannot_be_made_a_text_is_not_fatal(self, kernel: Session) -> None:
        channel = kernel.client.stdin_channel
        for value in ({"toString": None, "valueOf": None}, [[]], None, 5):
            channel.send(kernel.client.session.msg("input_reply", {"value": value}))
        assert kernel.run("1 + 1").value == "2"

    def test_malformed_unsigned_and_unknown_messages_are_not_fatal(self, kernel: Session) -> None:
        channel = kernel.client.shell_channel
        channel.socket.send_multipart([b"nonsense"])
        channel.socket.send_multipart([b"<IDS|MSG>", b"bad signature", b"{}", b"{}", b"{}", b"{}"])
        channel.socket.send_multipart([b"<IDS|MSG>", b"", b"not json", b"{}", b"{}", b"{}"])
        unknown = kernel.client.session.msg("no_such_request", {})
        channel.send(unknown)
        assert kernel.run("'alive'").value == "'alive'"

    def test_a_cell_sent_on_the_control_channel_waits_for_its_turn(self, kernel: Session) -> None:
        kernel.run("import { existsSync } from 'node:fs';")
        running = kernel.begin("console.log('begun'); while (!existsSync('turn')) await null; 'first'")
        other = kernel.client.session.msg("execute_request", {"code": "'second'"})
        kernel.client.control_channel.send(other)
        (kernel.cwd / "turn").touch()
        assert kernel.receive(running).value == "'first'"
        assert ("execute_result", "'second'") in [
            (m["msg_type"], m["content"].get("data", {}).get("text/plain")) for m in kernel.until_idle(other["msg_id"])
        ]

    def test_a_value_that_cannot_be_sent_is_an_error_of_the_cell(self, kernel: Session) -> None:
        code = "({ [Symbol.for('Jupyter.display')]: () => ({ 'application/json': 1n }) })"
        assert kernel.run(code).reply["ename"] == "TypeError"
        assert kernel.run("1 + 1").value == "2"

    def test_user_expressions(self, kernel: Session) -> None:
        result = kernel.run("const ue = 5;", user_expressions={"a": "ue + 1", "b": "nope"})
        expressions = result.reply["user_expressions"]
        assert expressions["a"]["data"]["text/plain"] == "6"
        assert expressions["b"]["status"] == "error"

    def test_silent_cells_say_nothing_and_do_not_count(self, kernel: Session) -> None:
        before = kernel.run("0").reply["execution_count"]
        silent = kernel.run("1 + 1", silent=True)
        assert silent.contents("execute_input") == [] and silent.value is None
        assert kernel.run("0").reply["execution_count"] == before + 1

    def test_completion_and_inspection_know_convlab_and_its_docs(self, kernel: Session) -> None:
        kernel.run("import * as lab from 'convlab';")
        assert "display" in kernel.reply(kernel.client.complete("lab.displ"))["matches"]
        found = kernel.reply(kernel.client.inspect("lab.display", 11))
        assert "Show a value in the notebook" in found["data"]["text/plain"]

    def test_cursor_positions_count_code_points(self, kernel: Session) -> None:
        content = kernel.reply(kernel.client.complete("'😀😀'; Math.sqr"))
        assert content["matches"][0] == "sqrt" and (content["cursor_start"], content["cursor_end"]) == (11, 14)
