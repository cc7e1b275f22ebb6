import path from 'node:path';
import { Comms } from './comms';
import type { EvaluatorProcess } from './evaluator-process';
import type { ErrorReport, Event, Outcome } from './evaluator/messages';
import type { History } from './history';
import type { ExecuteRequest } from './requests';
import { OutputLimit } from './output-limit';
import type { Sockets } from './protocol/sockets';
import type { Message } from './protocol/wire';
import type { EvaluatorListener } from './sequencer';
import { StreamBuffer } from './stream-buffer';
import { typeErrorReport } from './report';
import type { TypeScriptClient } from './typescript/client';
import type { Conversion } from './typescript/session';

type ExecuteReply = { status: 'ok' | 'error'; execution_count: number } & Partial<ErrorReport>;

/** As the evaluator reports it (`evaluator/interrupt.ts`). */
const INTERRUPTED: ErrorReport = {
  ename: 'InterruptedError',
  evalue: 'the cell was interrupted',
  traceback: ['InterruptedError: the cell was interrupted'],
};

/**
 * Runs cells: TypeScript to JavaScript, JavaScript in the evaluator, and all that comes out of it to the clients.
 * The clients' messages to comms take the same way.
 */
export class CellRunner implements EvaluatorListener {
  evaluator!: EvaluatorProcess;
  readonly comms: Comms;
  count = 0;
  private serial = 0;
  private compilation: AbortController | undefined;
  /** The request whose cell runs, or ran last: output that comes late is shown there. */
  private parent: Message | undefined;
  private readonly requests = new Map<string, Message>();
  private readonly streams: StreamBuffer;
  private readonly limit = new OutputLimit();

  constructor(
    private readonly sockets: Sockets,
    private readonly history: History,
    private readonly typescript: TypeScriptClient,
    private readonly directory: string,
  ) {
    this.comms = new Comms(sockets);
    this.streams = new StreamBuffer((name, text) => {
      this.sockets.publish('stream', { name, text }, this.parent);
    });
  }

  /** Runs a cell; `failing` is awaited before anybody is told that it has failed. */
  async execute(
    request: Message,
    content: ExecuteRequest,
    failing: () => Promise<void>,
  ): Promise<ExecuteReply & Record<string, unknown>> {
    const silent = content.silent === true;
    const stored = !silent && content.store_history !== false;
    if (stored) this.count++;
    this.flush();
    this.limit.reset();
    this.parent = request;
    if (!silent)
      this.sockets.publish('execute_input', { code: content.code, execution_count: this.count }, request);
    const outcome = await this.run(request, content);
    if (outcome.status === 'error') await failing();
    this.flush();
    if (!silent) this.publishOutcome(outcome, request);
    if (stored) this.history.add(this.count, content.code, textOf(outcome));
    if (outcome.status === 'error') return { status: 'error', execution_count: this.count, ...outcome.error };
    const user_expressions = await this.expressions(content.user_expressions ?? {});
    return { status: 'ok', execution_count: this.count, user_expressions, payload: [] };
  }

  /** Hands a client's message to its comm. What the handler prints, or throws, is told in answer to the message. */
  async deliver(request: Message): Promise<void> {
    const command = this.comms.receive(request);
    if (!command) return;
    this.flush();
    const before = this.parent;
    this.parent = request;
    const outcome = await this.evaluator.perform(command);
    this.flush();
    if (outcome.status === 'error') this.sockets.publish('error', outcome.error, request);
    this.parent = before;
  }

  text(name: 'stdout' | 'stderr', text: string): void {
    const shown = this.limit.take(text);
    if (shown) this.streams.write(name, shown);
  }

  event(event: Parameters<EvaluatorListener['event']>[0]): void {
    this.flush();
    switch (event.type) {
      case 'display':
        this.publishDisplay(event);
        break;
      case 'clear':
        this.sockets.publish('clear_output', { wait: event.wait }, this.parent);
        break;
      case 'lateError':
        this.sockets.publish('error', event.error, this.requests.get(event.file ?? '') ?? this.parent);
        break;
      case 'input':
        this.ask(event);
        break;
      default:
        this.comms.publish(event, this.parent);
    }
  }

  restarted(): void {
    this.typescript.tell('reset');
    this.comms.closeAll(this.parent);
  }

  /** Stops the running cell; one that is still being compiled is not begun. */
  interrupt(): void {
    this.compilation?.abort();
    this.evaluator.interrupt();
  }

  /** Publishes the text that is being gathered. */
  flush(): void {
    this.streams.flush();
  }

  private async run(request: Message, content: ExecuteRequest): Promise<Outcome> {
    const compilation = (this.compilation = new AbortController());
    const conversion = await this.convert(content.code);
    if (compilation.signal.aborted) return { status: 'error', error: INTERRUPTED, absent: 'all' };
    if ('error' in conversion) return { status: 'error', error: conversion.error, absent: 'all' };
    const file = path.join(this.directory, `cell-${this.fileNumber()}.ts`);
    this.requests.set(file, request);
    const outcome = await this.evaluate(file, content.code, conversion, content.allow_stdin !== false);
    const { declarations, names } = conversion;
    if (outcome.absent !== 'all' && declarations !== '')
      this.typescript.tell('commit', { declarations, names }, outcome.absent);
    return outcome;
  }

  /** To JavaScript; where that cannot be, the reason. */
  private async convert(source: string): Promise<Conversion | { error: ErrorReport }> {
    try {
      const conversion = await this.typescript.ask('convert', source);
      const { diagnostics } = conversion;
      return diagnostics.length > 0 ? { error: typeErrorReport(diagnostics, this.count) } : conversion;
    } catch (error) {
      const { name: ename, message: evalue } = error as Error;
      return { error: { ename, evalue, traceback: [`${ename}: ${evalue}`] } };
    }
  }

  private evaluate(
    file: string,
    source: string,
    conversion: Conversion,
    allowInput: boolean,
  ): Promise<Outcome> {
    const { javascript, sourceMap, names } = conversion;
    return this.evaluator.perform({ type: 'run', file, source, javascript, sourceMap, names, allowInput });
  }

  /** Cells are named by their execution count; those that have none by a number far from it. */
  private fileNumber(): number {
    this.serial++;
    const counted = path.join(this.directory, `cell-${this.count}.ts`);
    return this.count > 0 && !this.requests.has(counted) ? this.count : 1_000_000 + this.serial;
  }

  /** The values of expressions that the client asked for; an error in one does not touch the others. */
  private async expressions(expressions: Record<string, string>): Promise<Record<string, object>> {
    const values: Record<string, object> = {};
    for (const [key, code] of Object.entries(expressions)) {
      const conversion = await this.convert(code);
      const file = path.join(this.directory, `cell-${1_000_000 + ++this.serial}.ts`);
      const outcome: Outcome =
        'error' in conversion
          ? { status: 'error', error: conversion.error, absent: 'all' }
          : await this.evaluate(file, code, conversion, false);
      values[key] =
        outcome.status === 'ok'
          ? { status: 'ok', data: outcome.result ?? {}, metadata: {} }
          : { status: 'error', ...outcome.error };
    }
    return values;
  }

  private publishOutcome(outcome: Outcome, request: Message): void {
    if (outcome.status === 'error') this.sockets.publish('error', outcome.error, request);
    else if (outcome.result) {
      const content = { execution_count: this.count, data: outcome.result, metadata: {} };
      this.sockets.publish('execute_result', content, request);
    }
  }

  private ask({ prompt, password }: Extract<Event, { type: 'input' }>): void {
    if (this.parent) this.sockets.reply('stdin', 'input_request', { prompt, password }, this.parent);
  }

  private publishDisplay({ data, metadata, id, update }: Extract<Event, { type: 'display' }>): void {
    const transient = id === undefined ? {} : { display_id: id };
    this.sockets.publish(
      update ? 'update_display_data' : 'display_data',
      { data, metadata, transient },
      this.parent,
    );
  }
}

function textOf(outcome: Outcome): string | null {
  if (outcome.status === 'error') return null;
  const text = outcome.result?.['text/plain'];
  return typeof text === 'string' ? text : null;
}
