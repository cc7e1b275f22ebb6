import { getHashes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';

/** A connection file, as Jupyter's clients write it. */
export interface Connection {
  transport: string;
  ip: string;
  shell_port: number;
  iopub_port: number;
  stdin_port: number;
  control_port: number;
  hb_port: number;
  key: string;
  /** Where both keys are given the sockets are encrypted (CurveZMQ; Z85 text). */
  curve_publickey?: string;
  curve_secretkey?: string;
  /** Node's name of the digest, of `hmac-sha256` and its like. */
  digest: string;
}

/** A connection file that cannot be read or lacks something. */
export class ConnectionFileError extends Error {
  override readonly name = 'ConnectionFileError';
}

const PORTS = ['shell_port', 'iopub_port', 'stdin_port', 'control_port', 'hb_port'] as const;

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isPort: Check = (value) => Number.isInteger(value) && Number(value) > 0 && Number(value) < 65536;
const isAbsentOrText: Check = (value) => value === undefined || isText(value);
const isScheme: Check = (value) => isText(value) && isDigest(/^hmac-(\w+)$/.exec(value as string)?.[1]);
const isDigest = (name: string | undefined): boolean => name !== undefined && getHashes().includes(name);

/** What each field must be. */
const FIELDS: Record<string, [expected: string, check: Check]> = {
  transport: ['tcp or ipc as', (value) => value === 'tcp' || value === 'ipc'],
  ip: ['an address as', (value) => isText(value) && value !== ''],
  key: ['a text as', isText],
  signature_scheme: ['a signature scheme such as hmac-sha256 as', isScheme],
  curve_publickey: ['a text or nothing as', isAbsentOrText],
  curve_secretkey: ['a text or nothing as', isAbsentOrText],
};

const DEFAULTS = { transport: 'tcp', ip: '127.0.0.1', key: '', signature_scheme: 'hmac-sha256' };

function parse(file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
    throw new TypeError('it is no JSON object');
  } catch (error) {
    throw new ConnectionFileError(
      `${file}: expected a connection file written by a Jupyter client; ${String(error)}`,
    );
  }
}

/** @throws ConnectionFileError naming the file and what is wrong with it */
export function readConnection(file: string): Connection {
  const raw: Record<string, unknown> = { ...DEFAULTS, ...parse(file) };
  const check = (name: string, [expected, isRight]: [string, Check]): void => {
    if (isRight(raw[name])) return;
    const found = inspect(raw[name]).slice(0, 80);
    throw new ConnectionFileError(`${file}: expected ${expected} ${name}, got ${found}`);
  };
  for (const [name, rule] of Object.entries(FIELDS)) check(name, rule);
  // Of a local socket the number is a part of its name.
  const isNumber: Check = raw.transport === 'ipc' ? (value) => Number.isInteger(value) : isPort;
  for (const port of PORTS) check(port, ['a port number as', isNumber]);
  const scheme = raw.signature_scheme as string;
  return { ...(raw as unknown as Connection), digest: scheme.slice('hmac-'.length) };
}

/** The ZeroMQ address of one of the connection's ports. */
export function address({ transport, ip }: Connection, port: number): string {
  return transport === 'ipc' ? `ipc://${ip}-${port}` : `${transport}://${ip}:${port}`;
}
