import { isComm } from './comms';
import { EvaluatorProcess } from './evaluator-process';
import { CellRunner } from './execute';
import { History } from './history';
import { kernelInfo } from './info';
import type { Connection } from './protocol/connection';
import { Sockets, type Channel } from './protocol/sockets';
import type { Message } from './protocol/wire';
import { cursorOf, executeRequest, textOf } from './requests';
import { codePoints, utf16Offset } from './text';
import { TypeScriptClient } from './typescript/client';

type Reply = Record<string, unknown>;
type Handler = (request: Message) => object | Promise<object>;
type Handlers = Record<string, Handler | undefined>;

/** A request, and where it came from: its answer goes there. */
interface Received {
  channel: Channel;
  request: Message;
}

/** A Jupyter kernel: takes requests, one at a time and in order, and answers each. */
export class Kernel {
  private readonly sockets: Sockets;
  private readonly history = new History();
  private readonly runner: CellRunner;
  private readonly evaluator: EvaluatorProcess;
  private readonly info: object;
  private readonly typescript: TypeScriptClient;
  private readonly queue: Received[] = [];
  /** Cells that are not run because the one before them has failed. */
  private readonly aborted: Received[] = [];
  private working = false;
  private readonly shutDown: Promise<void>;
  private finish!: () => void;

  private readonly inOrder: Handlers = {
    execute_request: (request) => this.execute(request),
    complete_request: (request) => this.complete(request),
    inspect_request: (request) => this.inspect(request),
    is_complete_request: ({ content }) => this.typescript.ask('completeness', textOf(content, 'code')),
    history_request: ({ content }) => ({ status: 'ok', history: this.history.query(content) }),
  };

  /** On the control channel these do not wait for the cell that runs. */
  private readonly atOnce: Handlers = {
    kernel_info_request: () => this.info,
    comm_info_request: ({ content }) => this.runner.comms.info(content.target_name),
    interrupt_request: () => {
      this.interrupt();
      return { status: 'ok' };
    },
    shutdown_request: ({ content }) => {
      setImmediate(this.finish);
      return { status: 'ok', restart: content.restart === true };
    },
  };

  constructor(connection: Connection, directory: string, packageRoot: string) {
    this.info = kernelInfo(packageRoot);
    this.sockets = new Sockets(connection);
    this.shutDown = new Promise((resolve) => (this.finish = resolve));
    this.typescript = new TypeScriptClient(directory, packageRoot);
    this.runner = new CellRunner(this.sockets, this.history, this.typescript, directory);
    this.evaluator = new EvaluatorProcess(directory, packageRoot, this.runner);
    this.runner.evaluator = this.evaluator;
  }

  /**
   * Serves until a shutdown is asked for. No `starting` is published: hardly anyone can have subscribed by then, and
   * who has is to get the welcome first.
   */
  async serve(): Promise<void> {
    await this.sockets.bind();
    const channels = [
      this.sockets.listen('shell', (request) => this.enqueue({ channel: 'shell', request })),
      this.sockets.listen('control', (request) => this.receiveControl({ channel: 'control', request })),
      this.sockets.listen('stdin', (message) => this.receiveInput(message)),
    ];
    await Promise.race([this.shutDown, ...channels]);
    this.typescript.close();
    await this.evaluator.close();
    await this.sockets.close();
  }

  interrupt(): void {
    this.runner.interrupt();
  }

  stop(): void {
    this.finish();
  }

  private receiveControl(received: Received): void {
    if (handlerOf(this.atOnce, received.request)) void this.answer(received);
    else this.enqueue(received);
  }

  private enqueue(received: Received): void {
    this.queue.push(received);
    if (!this.working) void this.work();
  }

  private async work(): Promise<void> {
    this.working = true;
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      await this.answer(next);
      for (const cell of this.aborted.splice(0)) this.abort(cell);
    }
    this.working = false;
  }

  /** Answers one request between `busy` and `idle`; unknown requests are ignored, as the protocol says. */
  private async answer({ channel, request }: Received): Promise<void> {
    const type = request.header.msg_type;
    const handler = handlerOf(this.inOrder, request) ?? handlerOf(this.atOnce, request);
    this.sockets.publish('status', { execution_state: 'busy' }, request);
    if (handler) {
      const content = await answered(handler, request);
      this.runner.flush();
      this.sockets.reply(channel, type.replace(/_request$/, '_reply'), content, request);
      if (type === 'shutdown_request') this.sockets.publish('shutdown_reply', content, request);
    } else if (isComm(type)) await this.runner.deliver(request);
    this.runner.flush();
    this.sockets.publish('status', { execution_state: 'idle' }, request);
  }

  private execute(request: Message): Promise<object> {
    const content = executeRequest(request.content);
    const asked = /^\s*(?:\?{1,2}\s*([\w$.]+)|([\w$.]+)\s*\?{1,2})\s*;?\s*$/.exec(content.code);
    const name = asked?.slice(1).find((group) => group);
    if (name) return this.help(name);
    return this.runner.execute(request, content, async () => {
      if (content.stop_on_error !== false) await this.takeQueuedCells();
    });
  }

  /** `name?` opens the documentation of `name` in the client's pager, as in IPython. */
  private async help(name: string): Promise<object> {
    const data = (await this.documentation(name, name.length)) ?? {
      'text/plain': `${name} is not known here.`,
    };
    const payload = [{ source: 'page', data, start: 0 }];
    return { status: 'ok', execution_count: this.runner.count, user_expressions: {}, payload };
  }

  /**
   * Takes the cells that wait out of the queue. This happens before the failure of the one before them is told:
   * what a client sends once it can know of it is no longer to be aborted.
   */
  private async takeQueuedCells(): Promise<void> {
    // Those that have come in and are not read yet wait, too.
    await new Promise((resolve) => setImmediate(resolve));
    const isCell = ({ request }: Received): boolean => request.header.msg_type === 'execute_request';
    const waiting = this.queue.splice(0);
    this.queue.push(...waiting.filter((received) => !isCell(received)));
    this.aborted.push(...waiting.filter(isCell));
  }

  /** Tells the sender of a cell that it is not run. */
  private abort({ channel, request }: Received): void {
    const reply = { status: 'aborted', execution_count: this.runner.count };
    this.sockets.publish('status', { execution_state: 'busy' }, request);
    this.sockets.reply(channel, 'execute_reply', reply, request);
    this.sockets.publish('status', { execution_state: 'idle' }, request);
  }

  private async complete({ content }: Message): Promise<object> {
    const source = textOf(content, 'code');
    const cursor = utf16Offset(source, cursorOf(content));
    const { start, end, matches } = await this.typescript.ask('complete', source, cursor);
    const [cursor_start, cursor_end] = [codePoints(source, start), codePoints(source, end)];
    const typed = matches.map(({ text, kind }) => ({
      start: cursor_start,
      end: cursor_end,
      text,
      type: kind,
    }));
    return {
      status: 'ok',
      matches: matches.map((m) => m.text),
      cursor_start,
      cursor_end,
      metadata: { _jupyter_types_experimental: typed },
    };
  }

  private async inspect({ content }: Message): Promise<object> {
    const source = textOf(content, 'code');
    const data = await this.documentation(source, utf16Offset(source, cursorOf(content)));
    return { status: 'ok', found: data !== undefined, data: data ?? {}, metadata: {} };
  }

  /** Type and documentation of what stands at `offset`, as text and as Markdown. */
  private async documentation(source: string, offset: number): Promise<Record<string, string> | undefined> {
    const found = await this.typescript.ask('inspect', source, offset);
    if (!found) return undefined;
    const plain = [found.signature, found.documentation].filter(Boolean).join('\n\n');
    const markdown = `\`\`\`typescript\n${found.signature}\n\`\`\`\n\n${found.documentation}`;
    return { 'text/plain': plain, 'text/markdown': markdown };
  }

  private receiveInput({ header, content }: Message): void {
    const { value } = content;
    // What is no text answers as an empty line: the cell that asks must not wait for ever.
    if (header.msg_type === 'input_reply') this.evaluator.reply(typeof value === 'string' ? value : '');
  }
}

/** A handler of the table's own: `constructor` is no request. */
function handlerOf(handlers: Handlers, { header }: Message): Handler | undefined {
  return Object.hasOwn(handlers, header.msg_type) ? handlers[header.msg_type] : undefined;
}

/** A handler's answer; if it throws, the error in the protocol's form, so that no client waits for ever. */
async function answered(handler: Handler, request: Message): Promise<Reply> {
  try {
    return { ...(await handler(request)) };
  } catch (error) {
    const { name: ename, message: evalue, stack = '' } = error as Error;
    return { status: 'error', ename, evalue, traceback: stack.split('\n') };
  }
}
