/** Messages to a kernel that runs: malformed, unsigned, out of order, huge. After each it must still answer. */
import fc from 'fast-check';
import { Kernel } from '../kernel/client.mjs';
import { Family } from '../harness/processes.mjs';
import { damaged, damagedJson } from '../harness/mutate.mjs';

const CODE = { code: '1 + 1', cursor_pos: 3 };

/** The content of every kind of message that clients send, but for the one that ends the kernel. */
const CONTENTS = {
  kernel_info_request: {},
  execute_request: {
    ...CODE,
    silent: false,
    store_history: true,
    user_expressions: { a: '1' },
    allow_stdin: false,
    stop_on_error: false,
  },
  complete_request: CODE,
  inspect_request: { ...CODE, detail_level: 0 },
  is_complete_request: CODE,
  history_request: {
    hist_access_type: 'search',
    pattern: '*1*',
    n: 3,
    output: true,
    raw: true,
    unique: true,
  },
  comm_info_request: { target_name: 'x' },
  comm_open: { comm_id: 'c', target_name: 'jupyter.widget', data: { state: {} } },
  comm_msg: { comm_id: 'c', data: { method: 'update' } },
  comm_close: { comm_id: 'c', data: {} },
  interrupt_request: {},
  input_reply: { value: 'text', status: 'ok' },
};

const messages = Object.entries(CONTENTS).map(([type, content]) => ({
  header: {
    msg_id: 'm',
    msg_type: type,
    session: 's',
    username: 'u',
    date: '2026-01-01T00:00:00Z',
    version: '5.4',
  },
  parent: {},
  metadata: {},
  content,
}));

const channel = fc.constantFrom('shell', 'control', 'stdin');
const parts = ['header', 'parent', 'metadata', 'content'];
const texts = (message) => parts.map((part) => Buffer.from(JSON.stringify(message[part]) ?? 'null'));

/** Signed messages with odd fields, in any order. */
const odd = damagedJson(messages).map((message) => ({ signed: texts(message ?? {}) }));

/** Frames that were damaged after they were signed, or were never whole. */
const torn = fc.constantFrom(...messages).chain((message) =>
  fc
    .tuple(...texts(message).map((text) => damaged([text])), fc.boolean(), fc.nat(7))
    .map(([a, b, c, d, sign, cut]) => ({
      signed: sign ? [a, b, c, d] : undefined,
      frames: [a, b, c, d].slice(0, cut),
    })),
);

const deep = (levels) => Buffer.from(`{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`);
const EMPTY = Buffer.from('{}');
const [info] = messages;
/** Large ones by name, so that a case stays small. */
const HUGE = {
  deepContent: () => ({ signed: [...texts(info).slice(0, 3), deep(200_000)] }),
  deepHeader: () => ({
    signed: [
      Buffer.from(
        JSON.stringify({ ...info.header, x: 0 }).replace(
          '"x":0',
          `"x":${'['.repeat(50_000)}${']'.repeat(50_000)}`,
        ),
      ),
      EMPTY,
      EMPTY,
      EMPTY,
    ],
  }),
  longText: () => ({
    signed: [...texts(messages[1]).slice(0, 3), Buffer.from(JSON.stringify({ code: ' '.repeat(4e6) }))],
  }),
  manyFrames: () => ({ frames: Array.from({ length: 5000 }, () => EMPTY) }),
  longFrame: () => ({ frames: [Buffer.alloc(16e6)] }),
};
const huge = fc.constantFrom(...Object.keys(HUGE)).map((name) => ({ huge: name }));

const message = fc.oneof(
  { weight: 30, arbitrary: odd },
  { weight: 15, arbitrary: torn },
  { weight: 1, arbitrary: huge },
);
const sequence = fc.array(fc.record({ channel, message }), { minLength: 1, maxLength: 4 });

/** Bytes by which a kernel may grow over the cases of one process, which are 2,000. */
const MOST = 1e9;

let kernel;
let family;
let base;

export const target = {
  name: 'messages',
  errors: [],
  async prepare({ sandbox }) {
    kernel = await Kernel.start(sandbox.work);
    family = new Family(kernel.pid);
    base = family.resident();
    return sequence;
  },
  stays: /^a\/b\/c\/work\/kernel\.json$/,
  async run(steps, _, cost) {
    const before = family.resident();
    family.mark();
    for (const { channel: to, message: what } of steps) {
      const { signed, frames } = what.huge ? HUGE[what.huge]() : what;
      if (signed) await kernel.sendSigned(to, signed);
      else await kernel.sendFrames(to, frames);
    }
    await kernel.answers('control');
    await kernel.answers('shell');
    cost.milliseconds = family.milliseconds();
    cost.memory = Math.max(0, family.peak() - before);
    // what cells were run stays in the kernel's history, some of 4 MB
    const grown = family.resident() - base;
    if (grown > MOST) throw new Error(`the kernel has grown by ${Math.round(grown / 1e6)} MB`);
  },
  finish: () => kernel.stop(),
};
