/** What passes between the kernel, which speaks to Jupyter, and the evaluator, the process in which cells run. */

/** A picture of a value by MIME type. */
export type MimeBundle = Record<string, unknown>;

/** Kernel → evaluator; the evaluator ends each with a `done`. */
export type Command = RunCell | CommDelivery;

export interface RunCell {
  type: 'run';
  /** The name that stack traces show, unique in the session. */
  file: string;
  source: string;
  javascript: string;
  sourceMap: string;
  /** Names that the cell declares. */
  names: string[];
  /** Whether there is a person who can be asked. */
  allowInput: boolean;
}

/** The messages of comms, "custom messages" in Jupyter's protocol; they go both ways. */
export const COMM_TYPES = ['comm_open', 'comm_msg', 'comm_close'] as const;
export type CommType = (typeof COMM_TYPES)[number];

/** `content` as Jupyter's protocol has it. */
interface CommTransfer<Bytes> {
  type: CommType;
  content: { comm_id: string; target_name?: string; data: Record<string, unknown> };
  metadata: Record<string, unknown>;
  buffers: Bytes[];
}

/** A client's message to a comm. */
export type CommDelivery = CommTransfer<Uint8Array>;

export interface ErrorReport {
  ename: string;
  evalue: string;
  traceback: string[];
}

/** How a command ended; `absent` are the names that its cell declares and that never came to exist. */
export type Outcome =
  | { status: 'ok'; result?: MimeBundle; absent: string[] }
  | { status: 'error'; error: ErrorReport; absent: string[] | 'all' };

/** Evaluator → kernel, in the order in which things happened. */
export type Event =
  | { type: 'stderr'; text: string }
  | { type: 'display'; data: MimeBundle; metadata: Record<string, unknown>; id?: string; update?: boolean }
  | { type: 'clear'; wait: boolean }
  | { type: 'input'; prompt: string; password: boolean }
  // Its buffers are base64, because events are lines of JSON.
  | CommTransfer<string>
  | { type: 'lateError'; file: string | undefined; error: ErrorReport }
  | { type: 'done'; serial: number; outcome: Outcome };

/** File descriptors of the evaluator beyond the standard three. */
export const EVENTS_FD = 3;
export const CONTROL_FD = 4;

/**
 * Events travel on their own pipe; in the stream of file descriptor 1 only this mark stands where an event belongs,
 * so that text and events keep their order. It is short enough that the system writes it in one piece.
 */
export function mark(nonce: string, sequence: number): string {
  return `\x1e${nonce}:${sequence}\x1f`;
}
