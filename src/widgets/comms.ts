/**
 * The notebook's comms, as the kernel offers them to cells: Jupyter's "custom messages"
 * (https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages).
 */
export interface Comms {
  /** Whether someone sits at the notebook who can use a widget. */
  readonly attended: boolean;
  open(target: string, data: object, extras?: CommExtras): Comm;
}

export interface Comm {
  readonly id: string;
  send(data: object, extras?: CommExtras): void;
  onMessage(handler: (message: CommMessage) => void): void;
}

export interface CommMessage {
  data: Record<string, unknown>;
  buffers: Uint8Array[];
}

export interface CommExtras {
  metadata?: Record<string, unknown>;
  buffers?: readonly ArrayBufferView[];
}

/** The comms of the notebook that this runs in, if it does and somebody is there; looked up anew for each use. */
export function attendedComms(): Comms | undefined {
  const comms = (globalThis as Record<symbol, unknown>)[Symbol.for('convlab.comms')] as Comms | undefined;
  return comms?.attended ? comms : undefined;
}
