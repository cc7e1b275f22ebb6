/** A JupyterLab that one of our commands has started: its address as it tells it, and who may come in. */
import type { ChildProcess } from 'node:child_process';
import { createConnection } from 'node:net';
import { networkInterfaces } from 'node:os';
import { ended } from './scripts';

/** Where it listens: the address of this machine that is told, its port and the token. */
export interface Address {
  host: string;
  port: number;
  token: string;
}

/** Waits for the line with the address. */
export function announced(lab: ChildProcess): Promise<Address> {
  let said = '';
  return new Promise((found, fail) => {
    const read = (chunk: Buffer) => {
      said += chunk.toString();
      const [, host, port, token] = /http:\/\/([^/:\s]+):(\d+)\/\S*\?token=(\w+)\s/.exec(said) ?? [];
      if (token) found({ host, port: Number(port), token });
    };
    lab.stdout?.on('data', read);
    lab.stderr?.on('data', read);
    lab.once('error', fail);
    lab.once('close', (code) => fail(new Error(`JupyterLab ended with ${code ?? 'a signal'}:\n${said}`)));
  });
}

/** Ends it as who closes a terminal does; gives the exit code. */
export async function stopped(lab: ChildProcess): Promise<number | null> {
  if (lab.exitCode !== null) return lab.exitCode;
  const end = ended(lab);
  lab.kill('SIGTERM');
  return (await end).code;
}

/** The status with which it answers a question for the files that it shows. */
export async function statusFor({ host, port }: Address, token?: string): Promise<number> {
  const headers = new Headers(token === undefined ? {} : { authorization: `token ${token}` });
  return (await fetch(`http://${host}:${port}/api/contents`, { headers })).status;
}

/**
 * The addresses of this machine, other than the one told, at which it can be reached: none where it has bound that one
 * alone. On Linux every 127.x.y.z is this machine's, so 127.0.0.2 tells of a server that has bound all of them.
 */
export async function alsoReachedAt({ port }: Address): Promise<string[]> {
  const others = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);
  const addresses = [...(process.platform === 'linux' ? ['127.0.0.2'] : []), ...others];
  const reached = await Promise.all(addresses.map((address) => answers(address, port)));
  return addresses.filter((_, i) => reached[i]);
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = createConnection({ host, port, timeout: 3000 });
    const settle = (answer: boolean) => {
      socket.destroy();
      done(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
  });
}
