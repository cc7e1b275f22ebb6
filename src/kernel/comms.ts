import { COMM_TYPES, type CommDelivery, type CommType, type Event } from './evaluator/messages';
import type { Sockets } from './protocol/sockets';
import type { Message } from './protocol/wire';

type CommEvent = Extract<Event, { type: CommType }>;

export function isComm(type: string): type is CommType {
  return (COMM_TYPES as readonly string[]).includes(type);
}

/** The comms that are open between the clients and the cells, and what passes through them. */
export class Comms {
  /** What each was opened for, by id. */
  private readonly targets = new Map<string, string>();

  constructor(private readonly sockets: Sockets) {}

  /** The content of `comm_info_reply`: all, or those of one target. */
  info(target: unknown): object {
    const found = [...this.targets].filter(([, name]) => typeof target !== 'string' || name === target);
    return {
      status: 'ok',
      comms: Object.fromEntries(found.map(([id, name]) => [id, { target_name: name }])),
    };
  }

  /** A client's message as the evaluator takes it; undefined if no comm is there to take it. */
  receive({ header, content, metadata, buffers }: Message): CommDelivery | undefined {
    const type = header.msg_type as CommType;
    const { comm_id, target_name, data } = content as CommDelivery['content'];
    if (typeof comm_id !== 'string') return undefined;
    if (type === 'comm_open' && typeof target_name !== 'string') return undefined;
    if (type !== 'comm_open' && !this.targets.has(comm_id)) return undefined;
    this.note(type, comm_id, target_name);
    return { type, content: { comm_id, target_name, data: { ...data } }, metadata, buffers };
  }

  /** Tells the clients what a cell sends. */
  publish({ type, content, metadata, buffers }: CommEvent, parent: Message | undefined): void {
    this.note(type, content.comm_id, content.target_name);
    const bytes = buffers.map((text) => Buffer.from(text, 'base64'));
    this.sockets.publish(type, content, parent, { metadata, buffers: bytes });
  }

  /** Tells the clients that the cells' ends are gone. */
  closeAll(parent: Message | undefined): void {
    for (const comm_id of this.targets.keys())
      this.sockets.publish('comm_close', { comm_id, data: {} }, parent);
    this.targets.clear();
  }

  private note(type: CommType, id: string, target = ''): void {
    if (type === 'comm_open') this.targets.set(id, target);
    else if (type === 'comm_close') this.targets.delete(id);
  }
}
