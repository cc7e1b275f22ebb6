import { randomUUID } from 'node:crypto';
import type { CommDelivery, CommType } from './messages';
import type { Output } from './output';

export interface CommMessage {
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
  buffers: Uint8Array[];
}

/** What a message may carry beside its data. */
export interface CommExtras {
  metadata?: Record<string, unknown>;
  buffers?: readonly ArrayBufferView[];
}

type Handler = (message: CommMessage) => unknown;
type Target = (comm: Comm, message: CommMessage) => unknown;
type Send = (type: CommType, content: object, extras?: CommExtras) => void;

/** One end of a comm; the other is an object in the client, a widget for example. */
export class Comm {
  private handler: Handler = () => undefined;

  constructor(
    readonly id: string,
    private readonly transmit: Send,
  ) {}

  send(data: object, extras?: CommExtras): void {
    this.transmit('comm_msg', { data }, extras);
  }

  close(data: object = {}, extras?: CommExtras): void {
    this.transmit('comm_close', { data }, extras);
  }

  /** Has `handler` called for each message of the client; the cells that come after wait until it is done. */
  onMessage(handler: Handler): void {
    this.handler = handler;
  }

  handle(message: CommMessage): unknown {
    return this.handler(message);
  }
}

/** The comms of the cells: Jupyter's "custom messages". Cells find them as `Symbol.for('convlab.comms')`. */
export class Comms {
  /** Whether someone sits at the client who can use a widget; the client says so with each cell. */
  attended = false;
  private readonly comms = new Map<string, Comm>();
  private readonly targets = new Map<string, Target>();

  constructor(private readonly output: Output) {}

  /** Opens a comm to the client's `target`. */
  open(target: string, data: object = {}, extras?: CommExtras): Comm {
    const comm = this.create(randomUUID());
    this.send('comm_open', { comm_id: comm.id, target_name: target, data }, extras);
    return comm;
  }

  /** Lets clients open comms to `target`; an `accept` that throws refuses. */
  register(target: string, accept: Target): void {
    this.targets.set(target, accept);
  }

  /** Hands a client's message to its handler. */
  async deliver({ type, content, metadata, buffers }: CommDelivery): Promise<void> {
    const plain = buffers.map((b) => new Uint8Array(b.buffer, b.byteOffset, b.byteLength));
    const message = { data: content.data, metadata, buffers: plain };
    if (type === 'comm_open') return this.accept(content.comm_id, content.target_name ?? '', message);
    const comm = this.comms.get(content.comm_id);
    if (type === 'comm_close') this.comms.delete(content.comm_id);
    else await comm?.handle(message);
  }

  /** A comm that nobody takes is closed at once, as the protocol says. */
  private async accept(id: string, target: string, message: CommMessage): Promise<void> {
    const comm = this.create(id);
    const accept = this.targets.get(target);
    try {
      if (accept) await accept(comm, message);
      else comm.close();
    } catch (error) {
      comm.close();
      throw error;
    }
  }

  private create(id: string): Comm {
    const comm = new Comm(id, (type, content, extras) => {
      // The client knows nothing of a comm that is closed.
      if (!this.comms.has(id)) return;
      if (type === 'comm_close') this.comms.delete(id);
      this.send(type, { comm_id: id, ...content }, extras);
    });
    this.comms.set(id, comm);
    return comm;
  }

  private send(type: CommType, content: object, { metadata = {}, buffers = [] }: CommExtras = {}): void {
    const encoded = buffers.map((b) => Buffer.from(b.buffer, b.byteOffset, b.byteLength).toString('base64'));
    this.output.send({ type, content: content as CommDelivery['content'], metadata, buffers: encoded });
  }
}
