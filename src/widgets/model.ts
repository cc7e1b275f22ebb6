import { pack, unpack, type BufferPath, type State } from './buffers';
import type { Comm, CommMessage, Comms } from './comms';

/** Version of the widget messaging protocol: ipywidgets 8, `packages/schema/messages.md`. */
const PROTOCOL_VERSION = '2.1.0';
const TARGET = 'jupyter.widget';

/** The front end's view of an object: a state that both sides hold and tell each other of. */
export class WidgetModel {
  private readonly comm: Comm;

  /** Creates the model in the front end; `state` names its class there and follows what it tells. */
  constructor(
    comms: Comms,
    private readonly state: State,
  ) {
    const { buffers, ...data } = pack(state);
    this.comm = comms.open(TARGET, data, { metadata: { version: PROTOCOL_VERSION }, buffers });
    this.comm.onMessage((message) => {
      this.receive(message);
    });
  }

  get id(): string {
    return this.comm.id;
  }

  /** How other models' states refer to this one. */
  get reference(): string {
    return `IPY_MODEL_${this.id}`;
  }

  private receive({ data, buffers }: CommMessage): void {
    if (data.method === 'update') {
      const { state, buffer_paths = [] } = data as unknown as { state: State; buffer_paths?: BufferPath[] };
      Object.assign(this.state, unpack({ state, buffer_paths, buffers }));
    } else if (data.method === 'request_state') {
      // A page that was loaded again asks for what it has forgotten.
      const { buffers: bytes, ...packed } = pack(this.state);
      this.comm.send({ method: 'update', ...packed }, { buffers: bytes });
    }
  }
}
