import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConnectionFileError, address, readConnection } from './connection';

const PORTS = { shell_port: 1, iopub_port: 2, stdin_port: 3, control_port: 4, hb_port: 5 };

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'convlab-connection-'));
  file = join(folder, 'kernel.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (text: string) => writeFileSync(file, text);

describe('readConnection', () => {
  it('reads what clients write', () => {
    write(JSON.stringify({ ...PORTS, key: 'k', signature_scheme: 'hmac-sha512' }));
    const connection = readConnection(file);
    expect(connection).toMatchObject({ ...PORTS, key: 'k', digest: 'sha512', ip: '127.0.0.1' });
    expect(address(connection, 1)).toBe('tcp://127.0.0.1:1');
  });

  it.each<[string, object | string | null, RegExp]>([
    ['no JSON', '{', /expected a connection file written by a Jupyter client/],
    ['null', 'null', /no JSON object/],
    ['a list', '[]', /no JSON object/],
    ['no port', { shell_port: undefined }, /a port number as shell_port, got undefined/],
    ['a port that is none', { hb_port: 70_000 }, /a port number as hb_port, got 70000/],
    ['a key that is no text', { key: null }, /a text as key, got null/],
    [
      'a digest that nobody knows',
      { signature_scheme: 'hmac-nonsense' },
      /a signature scheme such as hmac-sha256/,
    ],
    ['an address that is none', { ip: 5 }, /an address as ip, got 5/],
    ['another transport', { transport: 'udp' }, /tcp or ipc as transport/],
    ['half a key of curves', { curve_publickey: 5 }, /curve_publickey/],
  ])('refuses %s', (_, fields, message) => {
    write(typeof fields === 'string' ? fields : JSON.stringify({ ...PORTS, ...fields }));
    expect(() => readConnection(file)).toThrow(ConnectionFileError);
    expect(() => readConnection(file)).toThrow(message);
  });
});
