import { EvaluatorProcess } from './evaluator-process';
import { CellRunner, type ExecuteRequest } from './execute';
import { History } from './history';
import { kernelInfo } from './info';
import type { Connection } from './protocol/connection';
import { Sockets, type Channel } from './protocol/sockets';
import type { Message } from './protocol/wire';
import { codePoints, utf16Offset } from './text';
import { TypeScriptClient } from './typescript/client';

type Reply = Record<string, unknown>;
type Handler = (request: Message) => object | Promise<object>;

/** A Jupyter kernel: takes requests, one at a time and in order, and answers each. */
export class Kernel {
  private readonly sockets: Sockets;
  private readonly history = new History();
  private readonly runner: CellRunner;
  private readonly evaluator: EvaluatorProcess;
  private readonly info: object;
  private readonly typescript: TypeScriptClient;
  private readonly queue: Message[] = [];
  private working = false;
  private readonly shutDown: Promise<void>;
  private finish!: () => void;

  private readonly shell: Record<string, Handler | undefined> = {
    kernel_info_request: () => this.info,
    execute_request: (request) => this.execute(request),
    complete_request: (request) => this.complete(request),
    inspect_request: (request) => this.inspect(request),
    is_complete_request: ({ content }) => this.typescript.ask('completeness', String(content.code)),
    history_request: ({ content }) => ({ status: 'ok', history: this.history.query(content) }),
    comm_info_request: () => ({ status: 'ok', comms: {} }),
  };

  private readonly control: Record<string, Handler | undefined> = {
    kernel_info_request: () => this.info,
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

  /** Serves until a shutdown is asked for. */
  async serve(): Promise<void> {
    await this.sockets.bind();
    this.sockets.publish('status', { execution_state: 'starting' }, undefined);
    const channels = [
      this.sockets.listen('shell', (message) => this.enqueue(message)),
      this.sockets.listen('control', (message) => void this.answer('control', message)),
      this.sockets.listen('stdin', (message) => this.receiveInput(message)),
    ];
    await Promise.race([this.shutDown, ...channels]);
    await this.evaluator.close();
    await this.sockets.close();
  }

  interrupt(): void {
    this.runner.interrupt();
  }

  stop(): void {
    this.finish();
  }

  private enqueue(message: Message): void {
    this.queue.push(message);
    if (!this.working) void this.work();
  }

  private async work(): Promise<void> {
    this.working = true;
    for (let message = this.queue.shift(); message; message = this.queue.shift()) {
      await this.answer('shell', message);
    }
    this.working = false;
  }

  /** Answers one request between `busy` and `idle`; unknown requests are ignored, as the protocol says. */
  private async answer(channel: Channel, request: Message): Promise<void> {
    const type = request.header.msg_type;
    const handler =
      channel === 'control'
        ? (this.control[type] ?? this.shell[type])
        : (this.shell[type] ?? this.control[type]);
    this.sockets.publish('status', { execution_state: 'busy' }, request);
    let others: Message[] = [];
    if (handler) {
      const content = await answered(handler, request);
      if (stopsOthers(request, content)) others = await this.takeQueuedCells();
      this.runner.flush();
      this.sockets.reply(channel, type.replace(/_request$/, '_reply'), content, request);
      if (type === 'shutdown_request') this.sockets.publish('shutdown_reply', content, request);
    } else if (type === 'comm_open') {
      this.sockets.publish('comm_close', { comm_id: request.content.comm_id, data: {} }, request);
    }
    this.runner.flush();
    this.sockets.publish('status', { execution_state: 'idle' }, request);
    for (const other of others) this.abort(other);
  }

  private execute(request: Message): Promise<object> {
    const content = request.content as unknown as ExecuteRequest;
    const asked = /^\s*(?:\?{1,2}\s*([\w$.]+)|([\w$.]+)\s*\?{1,2})\s*;?\s*$/.exec(content.code);
    const name = asked?.slice(1).find((group) => group);
    return name ? this.help(name) : this.runner.execute(request, content);
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
   * The cells that were waiting when one failed. They are taken before its failure is told: what a client sends
   * once it knows is no longer to be aborted.
   */
  private async takeQueuedCells(): Promise<Message[]> {
    await new Promise((resolve) => setImmediate(resolve));
    const isCell = ({ header }: Message): boolean => header.msg_type === 'execute_request';
    const waiting = this.queue.splice(0);
    this.queue.push(...waiting.filter((message) => !isCell(message)));
    return waiting.filter(isCell);
  }

  /** Tells the sender of a cell that it is not run. */
  private abort(request: Message): void {
    const reply = { status: 'aborted', execution_count: this.runner.count };
    this.sockets.publish('status', { execution_state: 'busy' }, request);
    this.sockets.reply('shell', 'execute_reply', reply, request);
    this.sockets.publish('status', { execution_state: 'idle' }, request);
  }

  private async complete({ content }: Message): Promise<object> {
    const source = String(content.code);
    const cursor = utf16Offset(source, Number(content.cursor_pos));
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
    const source = String(content.code);
    const data = await this.documentation(source, utf16Offset(source, Number(content.cursor_pos)));
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
    if (header.msg_type === 'input_reply') this.evaluator.reply(String(content.value));
  }
}

/** Whether a cell has failed whose sender wants no more to be run then. */
function stopsOthers({ header, content }: Message, reply: Reply): boolean {
  return header.msg_type === 'execute_request' && reply.status === 'error' && content.stop_on_error !== false;
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
