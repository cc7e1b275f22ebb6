"""Comms, the "custom messages" of Jupyter's protocol, and the widget that speaks through them."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from conftest import KERNEL, PATIENCE, Session
from ipywidgets import FileUpload
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook

COMMS = "const comms = (globalThis as any)[Symbol.for('convlab.comms')];"
VIEW = "application/vnd.jupyter.widget-view+json"


def tell(session: Session, kind: str, comm: str, data: Any = None, buffers: list[bytes] | None = None, **content: Any) -> str:
    """Sends a comm message as a front end does."""
    client = session.client
    message = client.session.msg(kind, {"comm_id": comm, "data": data or {}, **content})
    client.session.send(client.shell_channel.socket, message, buffers=buffers)
    return message["header"]["msg_id"]


def answers(session: Session, request: str) -> list[tuple[str, dict[str, Any]]]:
    """What is published about a request, but for its status."""
    return [(m["msg_type"], m) for m in session.until_idle(request) if m["msg_type"] != "status"]


def opened(session: Session, code: str, **options: Any) -> list[dict[str, Any]]:
    """The comm_open messages of a cell that opens comms."""
    request = session.send(code, **options)
    found = [message for kind, message in answers(session, request) if kind == "comm_open"]
    assert session.reply(request)["status"] == "ok"
    return found


def comm_of(session: Session, code: str, **options: Any) -> str:
    """The id of the comm that a cell opens last."""
    return opened(session, code, **options)[-1]["content"]["comm_id"]


def info(session: Session, **content: Any) -> dict[str, Any]:
    question = session.client.session.msg("comm_info_request", content)
    session.client.shell_channel.send(question)
    return session.reply(question["msg_id"])["comms"]


@pytest.fixture
def notebook(kernel: Session) -> Session:
    """A kernel whose cells know `comms` and an empty `log`."""
    assert kernel.run(f"{COMMS} const log: string[] = [];").status == "ok"
    return kernel


class TestComms:
    def test_a_cell_opens_sends_and_closes(self, notebook: Session) -> None:
        request = notebook.send(
            "const comm = comms.open('looks', { a: 1 }, { metadata: { version: '9' }, buffers: [Uint8Array.of(1, 255)] });\n"
            "comm.send({ b: 2 }, { buffers: [new Float32Array([0.5]), new DataView(new ArrayBuffer(2), 1)] });\n"
            "comm.close({ c: 3 }); comm.send({ lost: true });"
        )
        open_, message, close = [m for kind, m in answers(notebook, request) if kind.startswith("comm_")]
        comm = open_["content"]["comm_id"]
        assert open_["content"] == {"comm_id": comm, "target_name": "looks", "data": {"a": 1}}
        assert open_["metadata"] == {"version": "9"} and [bytes(b) for b in open_["buffers"]] == [b"\x01\xff"]
        assert (message["msg_type"], message["content"]) == ("comm_msg", {"comm_id": comm, "data": {"b": 2}})
        assert [bytes(b) for b in message["buffers"]] == [b"\x00\x00\x00\x3f", b"\x00"]
        assert (close["msg_type"], close["content"]) == ("comm_close", {"comm_id": comm, "data": {"c": 3}})

    def test_messages_and_outputs_keep_their_order(self, notebook: Session) -> None:
        request = notebook.send(
            "const comm = comms.open('t'); console.log('1'); comm.send({ n: 2 }); console.error('3');\n"
            "comm.send({ n: 4 }, { buffers: [new Uint8Array(300_000)] }); console.log('5');"
        )
        told = [m["content"].get("text", m["content"].get("data")) for _, m in answers(notebook, request)]
        assert told[2:] == ["1\n", {"n": 2}, "3\n", {"n": 4}, "5\n"]

    def test_a_message_with_buffers_is_answered_with_buffers(self, notebook: Session) -> None:
        comm = comm_of(
            notebook,
            "const comm = comms.open('t');\n"
            "comm.onMessage(({ data, buffers }: any) => {\n"
            "  console.log(data.text, buffers.map((b: Uint8Array) => b.constructor.name + b.length));\n"
            "  comm.send({ text: data.text + '!' }, { buffers: buffers.map((b: Uint8Array) => b.slice().reverse()) });\n"
            "});",
        )
        request = tell(notebook, "comm_msg", comm, {"text": "hé"}, [b"abc", bytes(range(256)) * 4096])
        (_, printed), (_, answer) = answers(notebook, request)
        assert printed["content"]["text"] == "hé [ 'Uint8Array3', 'Uint8Array1048576' ]\n"
        assert answer["content"] == {"comm_id": comm, "data": {"text": "hé!"}}
        assert [bytes(b) for b in answer["buffers"]] == [b"cba", bytes(reversed(range(256))) * 4096]

    def test_messages_wait_for_their_turn_among_the_cells(self, notebook: Session) -> None:
        comm = comm_of(
            notebook,
            "import { existsSync } from 'node:fs'; const comm = comms.open('t');\n"
            "comm.onMessage(async ({ data }: any) => { await new Promise((r) => setTimeout(r, 20)); log.push(data.text); });",
        )
        first = notebook.begin("console.log('begun'); while (!existsSync('turn')) await null; log.push('cell');")
        tell(notebook, "comm_msg", comm, {"text": "message"})
        last = notebook.send("log.splice(0).join()")
        (notebook.cwd / "turn").touch()
        assert notebook.receive(first).status == "ok"
        assert notebook.receive(last).value == "'cell,message'"

    def test_a_handler_that_throws_harms_nobody(self, notebook: Session) -> None:
        comm = comm_of(notebook, "const comm = comms.open('t'); comm.onMessage(() => { throw new RangeError('too far'); });")
        request = tell(notebook, "comm_msg", comm)
        behind = notebook.send("'runs'")
        ((kind, error),) = answers(notebook, request)
        assert (kind, error["content"]["ename"], error["content"]["evalue"]) == ("error", "RangeError", "too far")
        assert notebook.receive(behind).value == "'runs'"
        assert comm in info(notebook)

    def test_a_handler_can_be_interrupted(self, notebook: Session) -> None:
        comm = comm_of(notebook, "const comm = comms.open('t'); comm.onMessage(() => { console.log('begun'); for (;;); });")
        request = tell(notebook, "comm_msg", comm)
        notebook.wait_for("stream", request)
        notebook.manager.interrupt_kernel()
        assert [m["content"]["ename"] for _, m in answers(notebook, request)] == ["InterruptedError"]
        assert notebook.run("'alive'").value == "'alive'"

    def test_late_output_of_a_cell_is_still_its_own_after_a_message(self, notebook: Session) -> None:
        request = notebook.send(
            "import { existsSync } from 'node:fs'; const comm = comms.open('t');\n"
            "const watch = setInterval(() => { if (existsSync('print')) { console.log('late'); clearInterval(watch); } }, 10);"
        )
        comm = next(m for kind, m in answers(notebook, request) if kind == "comm_open")["content"]["comm_id"]
        assert answers(notebook, tell(notebook, "comm_msg", comm)) == []
        (notebook.cwd / "print").touch()
        assert notebook.wait_for("stream")["parent_header"]["msg_id"] == request

    def test_comm_info_tells_what_is_open(self, notebook: Session) -> None:
        first, second = [m["content"]["comm_id"] for m in opened(notebook, "const one = comms.open('one'); const two = comms.open('two');")]
        assert {first: {"target_name": "one"}, second: {"target_name": "two"}}.items() <= info(notebook).items()
        assert info(notebook, target_name="two") == {second: {"target_name": "two"}}
        notebook.run("two.close()")
        assert info(notebook, target_name="two") == {}
        answers(notebook, tell(notebook, "comm_close", first))
        assert info(notebook, target_name="one") == {}
        assert answers(notebook, notebook.send("one.send({})"))[1:] == []

    def test_comm_info_on_the_control_channel_does_not_wait_for_a_cell(self, notebook: Session) -> None:
        comm = comm_of(notebook, "comms.open('mine')")
        running = notebook.begin("console.log('begun'); await new Promise(() => undefined);")
        question = notebook.client.session.msg("comm_info_request", {"target_name": "mine"})
        notebook.client.control_channel.send(question)
        assert comm in notebook.client.get_control_msg(timeout=PATIENCE)["content"]["comms"]
        notebook.interrupt(running)

    def test_an_unknown_target_is_refused(self, notebook: Session) -> None:
        ((kind, message),) = answers(notebook, tell(notebook, "comm_open", "strange", target_name="nobody"))
        assert (kind, message["content"]["comm_id"]) == ("comm_close", "strange")
        assert "strange" not in info(notebook)

    def test_messages_to_unknown_comms_are_ignored(self, notebook: Session) -> None:
        for kind in ("comm_msg", "comm_close"):
            assert answers(notebook, tell(notebook, kind, "never opened")) == []
        assert notebook.run("'alive'").value == "'alive'"

    def test_a_client_opens_a_comm_to_a_target_of_the_cells(self, notebook: Session) -> None:
        notebook.run(
            "comms.register('here', (comm: any, { data }: any) => {\n"
            "  if (data.bad) throw new TypeError('not you');\n"
            "  comm.send({ welcome: data.name }); comm.onMessage(({ data }: any) => comm.send({ got: data.n }));\n"
            "});"
        )
        ((_, welcome),) = answers(notebook, tell(notebook, "comm_open", "guest", {"name": "Ada"}, target_name="here"))
        assert welcome["content"] == {"comm_id": "guest", "data": {"welcome": "Ada"}}
        ((_, answer),) = answers(notebook, tell(notebook, "comm_msg", "guest", {"n": 7}))
        assert answer["content"]["data"] == {"got": 7}
        (_, close), (_, error) = answers(notebook, tell(notebook, "comm_open", "bad", {"bad": True}, target_name="here"))
        assert (close["msg_type"], close["content"]["comm_id"]) == ("comm_close", "bad")
        assert error["content"]["evalue"] == "not you"
        assert info(notebook, target_name="here") == {"guest": {"target_name": "here"}}

    @pytest.mark.parametrize("where", ["cell", "handler"])
    def test_a_process_that_ends_closes_its_comms(self, fresh: Session, where: str) -> None:
        fresh.run(COMMS)
        comm = comm_of(fresh, "const comm = comms.open('t'); comm.onMessage(() => process.exit(3));")
        request = tell(fresh, "comm_msg", comm) if where == "handler" else fresh.send("process.exit(3)")
        told = answers(fresh, request)
        assert [m["content"]["comm_id"] for kind, m in told if kind == "comm_close"] == [comm]
        assert [m["content"]["ename"] for kind, m in told if kind == "error"] == ["ProcessEnded"]
        assert info(fresh) == {}
        assert fresh.run("1 + 1").value == "2"


UPLOAD = "import { widgets } from 'convlab';\nconst chosen = widgets.fileUpload({ accept: 'image/*', multiple: true, description: 'Choose pictures' });\nchosen"
VALUE = [
    {"name": "cat.png", "type": "image/png", "size": 4, "last_modified": 1600000000123},
    {"name": "é.jpg", "type": "image/jpeg", "size": 3, "last_modified": 1600000000456},
]
PATHS = [["value", 0, "content"], ["value", 1, "content"]]


class TestFileUpload:
    def test_it_speaks_the_protocol_of_ipywidgets(self, notebook: Session) -> None:
        request = notebook.send(UPLOAD, allow_stdin=True)
        told = answers(notebook, request)
        layout, style, upload = [m for kind, m in told if kind == "comm_open"]
        result = next(m["content"] for kind, m in told if kind == "execute_result")
        assert result["data"] == {
            VIEW: {"version_major": 2, "version_minor": 0, "model_id": upload["content"]["comm_id"]},
            "text/plain": "Choose pictures: no file chosen",
        }
        theirs = FileUpload(accept="image/*", multiple=True, description="Choose pictures")
        states = [m["content"]["data"]["state"] for m in (layout, style, upload)]
        for message, ours, model in zip((layout, style, upload), states, (theirs.layout, theirs.style, theirs)):
            expected = model.get_state()
            assert message["content"]["target_name"] == "jupyter.widget" and message["metadata"] == {"version": "2.1.0"}
            for key in ours.keys() - {"layout", "style", "width"}:
                assert ours[key] == expected[key]
            assert {key for key in expected if key.startswith("_model")} <= ours.keys()
        assert states[2]["layout"] == f"IPY_MODEL_{layout['content']['comm_id']}"
        assert states[2]["style"] == f"IPY_MODEL_{style['content']['comm_id']}"

    def test_the_files_arrive_and_a_reloaded_page_gets_them_back(self, notebook: Session) -> None:
        comm = comm_of(notebook, UPLOAD, allow_stdin=True)
        update = {"method": "update", "state": {"value": VALUE, "error": ""}, "buffer_paths": PATHS}
        assert answers(notebook, tell(notebook, "comm_msg", comm, update, [b"\x89PNG", b"abc"])) == []
        told = notebook.run(
            "console.log(JSON.stringify(chosen.value.map((f) => ({ ...f, content: [...f.content] }))));\n"
            "await Promise.all(chosen.files().map(async (f) => `${f.name} ${f.size} ${await f.text()}`))"
        )
        assert '{"name":"cat.png","type":"image/png","size":4,"content":[137,80,78,71],"lastModified":1600000000123}' in told.stream()
        assert "'é.jpg 3 abc'" in (told.value or "")
        assert notebook.run("chosen").value == "Choose pictures: cat.png, é.jpg"

        ((_, state),) = answers(notebook, tell(notebook, "comm_msg", comm, {"method": "request_state"}))
        data = state["content"]["data"]
        assert (data["method"], data["buffer_paths"]) == ("update", PATHS)
        assert [bytes(b) for b in state["buffers"]] == [b"\x89PNG", b"abc"]
        assert data["state"]["value"][1]["name"] == "é.jpg"

    def test_shown_twice_it_is_one_widget(self, notebook: Session) -> None:
        comm = comm_of(notebook, UPLOAD, allow_stdin=True)
        request = notebook.send("chosen", allow_stdin=True)
        ((_, _), (kind, again)) = answers(notebook, request)
        assert kind == "execute_result" and again["content"]["data"][VIEW]["model_id"] == comm

    def test_where_nobody_can_choose_it_is_a_line_of_text(self, notebook: Session) -> None:
        result = notebook.run(UPLOAD, allow_stdin=False)
        assert result.contents("comm_open") == []
        assert result.contents("execute_result")[0]["data"] == {"text/plain": "Choose pictures: no file chosen"}
        assert notebook.run("chosen.value.length > 0 ? chosen.value : ['default.png']").value == "[ 'default.png' ]"

    def test_a_notebook_that_ran_by_itself_shows_the_line_on_its_page(self) -> None:
        metadata = {"kernelspec": {"name": KERNEL, "display_name": "TypeScript", "language": "typescript"}}
        executed = new_notebook(cells=[new_code_cell(UPLOAD)], metadata=metadata)
        NotebookClient(executed, kernel_name=KERNEL, startup_timeout=PATIENCE, iopub_timeout=PATIENCE).execute()
        assert "widgets" not in executed.metadata
        self.assert_shows_the_line(executed)

    def test_a_notebook_that_was_saved_with_the_button_shows_the_line_on_its_page(self, notebook: Session) -> None:
        outputs = [nbformat.v4.output_from_msg(m) for kind, m in answers(notebook, notebook.send(UPLOAD, allow_stdin=True)) if kind == "execute_result"]
        assert VIEW in outputs[0].data
        self.assert_shows_the_line(new_notebook(cells=[new_code_cell(UPLOAD, outputs=outputs)]))

    @staticmethod
    def assert_shows_the_line(saved: nbformat.NotebookNode) -> None:
        page, _ = HTMLExporter().from_notebook_node(saved)
        assert "<pre>Choose pictures: no file chosen" in page
        assert "widget-view" not in page and "unpkg" not in page
