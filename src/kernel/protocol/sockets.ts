import { Reply, Router, XPublisher } from 'zeromq';
import { address, type Connection } from './connection';
import { Wire, WireError, type Message } from './wire';

export type Channel = 'shell' | 'control' | 'stdin';

/** How long what is queued at the end may take to be sent. */
const LINGER_MS = 2000;

/** The five sockets of a kernel. Sends are queued, one at a time: a ZeroMQ socket takes no second write meanwhile. */
export class Sockets {
  readonly wire: Wire;
  private readonly routers: Record<Channel, Router>;
  private readonly iopub: XPublisher;
  private readonly heartbeat: Reply;
  private readonly queues = new Map<Router | XPublisher, Promise<void>>();

  constructor(private readonly connection: Connection) {
    this.wire = new Wire(connection.key, connection.digest);
    const options = { ...encryption(connection), sendHighWaterMark: 0, linger: LINGER_MS };
    const router = (): Router => new Router(options);
    this.routers = { shell: router(), control: router(), stdin: router() };
    this.iopub = new XPublisher({ ...options, verbosity: 'allSubs' });
    this.heartbeat = new Reply(encryption(connection));
  }

  async bind(): Promise<void> {
    const { shell_port, control_port, stdin_port, iopub_port, hb_port } = this.connection;
    const at = (port: number): string => address(this.connection, port);
    await Promise.all([
      this.routers.shell.bind(at(shell_port)),
      this.routers.control.bind(at(control_port)),
      this.routers.stdin.bind(at(stdin_port)),
      this.iopub.bind(at(iopub_port)),
      this.heartbeat.bind(at(hb_port)),
    ]);
    void this.echoHeartbeats();
    void this.welcomeSubscribers();
  }

  /** Calls `handle` for each message of `channel`; what is no message is told on stderr and ignored. */
  async listen(channel: Channel, handle: (message: Message) => void): Promise<void> {
    for await (const frames of this.routers[channel]) {
      try {
        handle(this.wire.decode(frames));
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        process.stderr.write(`convlab kernel: a message on ${channel} was ignored: ${error.message}\n`);
      }
    }
  }

  /** Answers `request` where it came from. */
  reply(channel: Channel, type: string, content: object, request: Message): void {
    this.enqueue(this.routers[channel], this.wire.compose(type, content, request, request.identities));
  }

  /** Tells every client. */
  publish(
    type: string,
    content: object,
    parent: Message | undefined,
    extras: Partial<Pick<Message, 'metadata' | 'buffers'>> = {},
  ): void {
    const message = this.wire.compose(type, content, parent, [Buffer.from(type)]);
    this.enqueue(this.iopub, { ...message, ...extras });
  }

  /** Sends what is queued and closes. */
  async close(): Promise<void> {
    await Promise.all(this.queues.values());
    for (const socket of [...Object.values(this.routers), this.iopub, this.heartbeat]) socket.close();
  }

  private enqueue(socket: Router | XPublisher, message: Message): void {
    const frames = this.wire.encode(message);
    const before = this.queues.get(socket) ?? Promise.resolve();
    const sent = before.then(() => socket.send(frames));
    // A client that has gone away must not keep the others from being served.
    this.queues.set(
      socket,
      sent.catch(() => undefined),
    );
  }

  /** Tells a new subscriber that it misses nothing from now on (Jupyter enhancement proposal 65). */
  private async welcomeSubscribers(): Promise<void> {
    for await (const [frame] of this.iopub) {
      if (frame[0] !== 1) continue;
      const subscription = frame.subarray(1).toString();
      const identities = [Buffer.from(subscription || 'iopub_welcome')];
      this.enqueue(this.iopub, this.wire.compose('iopub_welcome', { subscription }, undefined, identities));
    }
  }

  private async echoHeartbeats(): Promise<void> {
    for await (const beat of this.heartbeat) await this.heartbeat.send(beat);
  }
}

/** CurveZMQ's server side, where the connection file carries keys, as ipykernel does it. */
function encryption({ curve_publickey, curve_secretkey }: Connection): object {
  if (curve_publickey === undefined || curve_secretkey === undefined) return {};
  return { curveServer: true, curvePublicKey: curve_publickey, curveSecretKey: curve_secretkey };
}
