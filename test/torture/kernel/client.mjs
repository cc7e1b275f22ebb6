/** A small client of the kernel that can send what no good client sends. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const { Dealer } = require('zeromq');
const { Wire } = require('../../../dist/kernel/protocol/wire.js');

const MAIN = fileURLToPath(new URL('../../../dist/kernel/main.js', import.meta.url));
const KEY = 'torture';
const PORTS = { shell: 'shell_port', control: 'control_port', stdin: 'stdin_port' };

/** Ports that were free a moment ago; all are held until the last is known. */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((done) => {
          const server = createServer().listen(0, '127.0.0.1', () => done(server));
        }),
    ),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

export class Kernel {
  #wire = new Wire(KEY, 'sha256');
  #sockets = {};
  #waiting = new Map();
  #errors = '';
  #failed;

  /** Starts a kernel that works in a folder, and waits for its first answer. */
  static async start(folder, env = {}) {
    const kernel = new Kernel();
    const [shell_port, iopub_port, stdin_port, control_port, hb_port] = await freePorts(5);
    const ports = { shell_port, iopub_port, stdin_port, control_port, hb_port };
    const file = join(folder, 'kernel.json');
    writeFileSync(file, JSON.stringify({ ...ports, key: KEY, ip: '127.0.0.1', transport: 'tcp' }));
    kernel.#launch(file, folder, ports, env);
    await kernel.answers('shell');
    return kernel;
  }

  #launch(file, folder, ports, env) {
    this.process = spawn(process.execPath, [MAIN, file], {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.process.stderr.on('data', (text) => (this.#errors = (this.#errors + text).slice(-1000)));
    this.process.once('exit', (code, signal) => {
      this.#failed = new Error(`the kernel has ended (${signal ?? code}): ${this.#errors}`);
      for (const { fail } of this.#waiting.values()) fail(this.#failed);
    });
    for (const [channel, port] of Object.entries(PORTS)) {
      const socket = (this.#sockets[channel] = new Dealer({
        linger: 0,
        routingId: `${channel}-${randomUUID()}`,
      }));
      socket.connect(`tcp://127.0.0.1:${ports[port]}`);
      void this.#listen(socket);
    }
  }

  async #listen(socket) {
    for await (const frames of socket) {
      const { parent, content } = this.#wire.decode(frames);
      this.#waiting.get(parent.msg_id)?.done(content);
      this.#waiting.delete(parent.msg_id);
    }
  }

  /** Sends the four parts of a message with the signature that they should have. */
  async sendSigned(channel, parts) {
    const { header, parent, metadata, content } = { header: {}, parent: {}, metadata: {}, content: {} };
    const [delimiter] = this.#wire.encode({ header, parent, metadata, content, identities: [], buffers: [] });
    await this.#sockets[channel].send([delimiter, this.#wire.sign(parts), ...parts]);
  }

  async sendFrames(channel, frames) {
    if (frames.length > 0) await this.#sockets[channel].send(frames);
  }

  /** Sends a request and waits for the content of its answer. */
  async ask(channel, type, content) {
    if (this.#failed) throw this.#failed;
    const request = this.#wire.compose(type, content, undefined);
    const answer = new Promise((done, fail) => this.#waiting.set(request.header.msg_id, { done, fail }));
    await this.#sockets[channel].send(this.#wire.encode(request));
    return answer;
  }

  /** Returns when the kernel has answered on a channel, and with it all that was sent there before. */
  async answers(channel) {
    const { status } = await this.ask(channel, 'kernel_info_request', {});
    if (status !== 'ok') throw new Error(`kernel_info on ${channel}: ${status}`);
  }

  /** Runs a cell. */
  execute(code) {
    return this.ask('shell', 'execute_request', { code, allow_stdin: false, stop_on_error: false });
  }

  interrupt() {
    return this.ask('control', 'interrupt_request', {});
  }

  get pid() {
    return this.process.pid;
  }

  async stop() {
    const gone = new Promise((done) => this.process.once('exit', done));
    await this.ask('control', 'shutdown_request', { restart: false }).catch(() => undefined);
    if (!existsSync(`/proc/${this.pid}`) && this.process.exitCode !== null) return;
    await gone;
    for (const socket of Object.values(this.#sockets)) socket.close();
  }
}
