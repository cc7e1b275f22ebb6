import { readFileSync } from 'node:fs';

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

/** @throws ConnectionFileError naming the file and what is wrong with it */
export function readConnection(file: string): Connection {
  let raw: Record<string, unknown>;
  try {
    raw = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    throw new ConnectionFileError(
      `${file}: expected a connection file written by a Jupyter client; ${String(error)}`,
    );
  }
  const { transport = 'tcp', ip = '127.0.0.1', key = '', signature_scheme: scheme = 'hmac-sha256' } = raw;
  for (const port of PORTS) {
    if (Number.isInteger(raw[port]) || transport === 'ipc') continue;
    throw new ConnectionFileError(
      `${file}: expected a port number as ${port}, got ${JSON.stringify(raw[port])}`,
    );
  }
  if (typeof scheme !== 'string' || !/^hmac-\w+$/.test(scheme)) {
    throw new ConnectionFileError(
      `${file}: expected a signature scheme such as hmac-sha256, got ${JSON.stringify(scheme)}`,
    );
  }
  return {
    ...(raw as unknown as Connection),
    transport,
    ip,
    key,
    digest: scheme.slice('hmac-'.length),
  } as Connection;
}

/** The ZeroMQ address of one of the connection's ports. */
export function address({ transport, ip }: Connection, port: number): string {
  return transport === 'ipc' ? `ipc://${ip}-${port}` : `${transport}://${ip}:${port}`;
}
