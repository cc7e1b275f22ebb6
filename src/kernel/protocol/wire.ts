import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

/** Version of the messaging protocol spoken here: https://jupyter-client.readthedocs.io/en/stable/messaging.html */
export const PROTOCOL_VERSION = '5.4';

const DELIMITER = Buffer.from('<IDS|MSG>');

export interface Header {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  date: string;
  version: string;
}

export interface Message {
  /** ZeroMQ routing prefix: who asked, on a ROUTER socket; the topic, on a PUB socket. */
  identities: Buffer[];
  header: Header;
  parent: Header | Record<string, never>;
  metadata: Record<string, unknown>;
  content: Record<string, unknown>;
  buffers: Buffer[];
}

/** A message that does not follow the wire protocol, or whose signature is wrong. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** Signs and verifies messages with the connection's key; an empty key signs nothing. */
export class Wire {
  private readonly session = randomUUID();

  constructor(
    private readonly key: string,
    private readonly scheme: string,
  ) {}

  /** A new message in answer to `parent`. */
  compose(type: string, content: object, parent: Message | undefined, identities: Buffer[] = []): Message {
    const header: Header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.session,
      username: parent?.header.username ?? 'kernel',
      date: new Date().toISOString(),
      version: PROTOCOL_VERSION,
    };
    return {
      identities,
      header,
      parent: parent?.header ?? {},
      metadata: {},
      content: { ...content },
      buffers: [],
    };
  }

  encode(message: Message): Buffer[] {
    const parts = [message.header, message.parent, message.metadata, message.content].map((part) =>
      Buffer.from(JSON.stringify(part)),
    );
    return [...message.identities, DELIMITER, Buffer.from(this.sign(parts)), ...parts, ...message.buffers];
  }

  /** @throws WireError if the frames are no signed message */
  decode(frames: Buffer[]): Message {
    const at = frames.findIndex((frame) => frame.equals(DELIMITER));
    if (at < 0 || frames.length < at + 6) {
      throw new WireError(`expected <IDS|MSG>, a signature and four parts; got ${frames.length} frames`);
    }
    const parts = frames.slice(at + 2, at + 6);
    this.verify(frames[at + 1], parts);
    const [header, parent, metadata, content] = parts.map(parsed) as [
      Header,
      Header,
      Message['metadata'],
      Message['content'],
    ];
    if (typeof header.msg_type !== 'string' || typeof header.msg_id !== 'string') {
      throw new WireError('the header has no msg_type or no msg_id');
    }
    if (
      [header, parent].some((fields) =>
        Object.values(fields).some((value) => typeof value === 'object' && value),
      )
    ) {
      throw new WireError('a header holds more than texts and numbers');
    }
    return {
      identities: frames.slice(0, at),
      header,
      parent,
      metadata,
      content,
      buffers: frames.slice(at + 6),
    };
  }

  private sign(parts: Buffer[]): string {
    if (this.key === '') return '';
    const hmac = createHmac(this.scheme, this.key);
    for (const part of parts) hmac.update(part);
    return hmac.digest('hex');
  }

  private verify(signature: Buffer, parts: Buffer[]): void {
    const expected = Buffer.from(this.sign(parts));
    if (signature.length === expected.length && timingSafeEqual(signature, expected)) return;
    throw new WireError('the signature is not that of the connection key');
  }
}

function parsed(part: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(part.toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Told below in the protocol's terms.
  }
  throw new WireError('a part of the message is no JSON object');
}
