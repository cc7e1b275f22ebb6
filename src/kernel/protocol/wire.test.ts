import { describe, expect, it } from 'vitest';
import { Wire, WireError } from './wire';

const wire = new Wire('key', 'sha256');

describe('Wire', () => {
  it('reads what it has written, routing prefix and buffers included', () => {
    const message = wire.compose('stream', { text: 'é' }, undefined, [Buffer.from('a'), Buffer.from('b')]);
    const decoded = wire.decode(wire.encode({ ...message, buffers: [Buffer.from([0, 255])] }));
    expect(decoded).toEqual({ ...message, buffers: [Buffer.from([0, 255])] });
  });

  it('signs as the protocol says: HMAC over the four parts', async () => {
    const { createHmac } = await import('node:crypto');
    const [, , signature, ...parts] = wire.encode(wire.compose('x', {}, undefined, [Buffer.from('id')]));
    const hmac = createHmac('sha256', 'key');
    for (const part of parts) hmac.update(part);
    expect(signature.toString()).toBe(hmac.digest('hex'));
  });

  it.each([
    ['no delimiter', (f: Buffer[]) => f.slice(1)],
    ['a part too few', (f: Buffer[]) => f.slice(0, -1)],
    ['a changed part', (f: Buffer[]) => [...f.slice(0, -1), Buffer.from('{"code":"evil"}')]],
    ['another key', () => new Wire('other', 'sha256').encode(wire.compose('x', {}, undefined))],
    ['no JSON', () => resigned(['nonsense', '{}', '{}', '{}'])],
    ['no object', () => resigned(['[]', '{}', '{}', '{}'])],
    ['a header within a header', () => resigned(['{"msg_id":"1","msg_type":"x","y":{}}', '{}', '{}', '{}'])],
    ['no type', () => resigned(['{"msg_id":"1"}', '{}', '{}', '{}'])],
  ])('refuses a message with %s', (_, change) => {
    const frames = wire.encode(wire.compose('execute_request', { code: '1' }, undefined));
    expect(() => wire.decode(change(frames))).toThrow(WireError);
  });
});

/** A message of these parts with a valid signature. */
function resigned(parts: string[]): Buffer[] {
  const unsigned = new Wire('', 'sha256');
  const frames = unsigned.encode(unsigned.compose('x', {}, undefined));
  return [frames[0], Buffer.from(sign(parts)), ...parts.map((p) => Buffer.from(p))];
}

function sign(parts: string[]): string {
  const internals = wire as unknown as { sign(parts: Buffer[]): string };
  return internals.sign(parts.map((p) => Buffer.from(p)));
}
