import { setTimeout as sleep } from 'node:timers/promises';
import { DataError, DownloadError, type Attempt } from '../errors';
import type { PublishedFile } from './catalogue';
import { sha256Of } from './checksum';
import { MirrorError, mirrorError, open, type Answer, type Network } from './http';
import { Part, TooLongError } from './part';
import { checkStructure } from './structure';

/** The most that is taken of a file whose size is not known. */
const UNKNOWN_LIMIT = 64 << 20;

/** How often one mirror is asked, as long as each time brings a part of the file. */
const MAX_TRIES = 8;

export interface DownloadOptions {
  net: Network;
  /** Stops the download; what is here is kept. */
  signal: AbortSignal;
  /** Told now and then how many bytes of how many are here. */
  onProgress: (done: number, total: number | undefined) => void;
  /** Told what a person should know, in one line. */
  tell: (line: string) => void;
}

/** One file on its way from one mirror. */
class Transfer {
  constructor(
    private readonly file: PublishedFile,
    private readonly url: URL,
    private readonly part: Part,
    private readonly options: DownloadOptions,
  ) {}

  /** Loads the file from this mirror, going on where the mirror broke off. */
  async run(): Promise<void> {
    const { net, signal } = this.options;
    if (net.silent.has(this.url.host)) throw new MirrorError('could not be reached before');
    for (let tries = 1; ; tries++) {
      signal.throwIfAborted();
      const before = await this.part.size();
      try {
        await this.once();
        return;
      } catch (error) {
        if (!(error instanceof MirrorError) || error.advice === 'leave' || tries === MAX_TRIES) throw error;
        if (error.advice === 'afresh') await this.part.discard();
        else if (tries > 1 && (await this.part.size()) <= before) throw error;
        await sleep(net.pause);
      }
    }
  }

  private async once(): Promise<void> {
    const start = await this.load();
    const fault = await faultOf(this.file, this.part.path);
    if (fault === undefined) {
      await this.part.publish();
      return;
    }
    if (start > 0) throw new MirrorError(fault, 'afresh');
    await this.part.reject();
    this.options.tell(`what ${this.url.host} sent ${fault}; it is not used, and kept aside as *.rejected`);
    throw new MirrorError(fault);
  }

  /** Loads the file or the rest of it; gives the byte with which that began. */
  private async load(): Promise<number> {
    const { net, signal } = this.options;
    const origin = await this.part.origin();
    const validator = origin?.url === this.url.href ? origin.validator : undefined;
    // With a checksum any mirror can go on; without one, only the same version of the same file.
    const from = this.file.sha256 !== null || validator ? await this.part.size() : 0;
    const answer = await open({ url: this.url, from, validator, signal }, net);
    await this.receive(answer);
    const [size, expected] = [await this.part.size(), this.file.bytes ?? answer.total ?? 0];
    if (size < expected) throw new MirrorError(`ended after ${size} of ${expected} bytes`, 'again');
    return answer.start;
  }

  private async receive({ start, total, validator, body }: Answer): Promise<void> {
    const { bytes } = this.file;
    const { net, onProgress } = this.options;
    const limit = bytes ?? UNKNOWN_LIMIT;
    if (total !== undefined && (bytes === null ? total > limit : total !== bytes)) {
      body.on('error', () => undefined).destroy();
      throw new MirrorError(`offers ${total} bytes instead of ${bytes ?? `at most ${limit}`}`);
    }
    const origin = { url: this.url.href, validator };
    const onSize = (size: number) => onProgress(size, bytes ?? total);
    try {
      await this.part.write(body as AsyncIterable<Uint8Array>, { origin, start, limit, onSize });
    } catch (error) {
      if (error instanceof DataError) throw error;
      if (!(error instanceof TooLongError)) throw mirrorError(error, this.url, net);
      await this.part.discard();
      throw new MirrorError(`sends more than ${limit} bytes`);
    }
  }
}

/** What is wrong with a file, to stand after its name; undefined where it is as published. */
export async function faultOf(file: PublishedFile, path: string): Promise<string | undefined> {
  if (file.sha256 !== null) {
    return (await sha256Of(path)) === file.sha256 ? undefined : 'does not have the published checksum';
  }
  try {
    await checkStructure(path, file.file);
    return undefined;
  } catch (error) {
    if (error instanceof DataError) return `is not what it should be (${error.message})`;
    throw error;
  }
}

/** A part that was loaded to its end and never checked, as after a power cut, may be right already. */
async function finish(file: PublishedFile, part: Part): Promise<boolean> {
  if (file.bytes === null || (await part.size()) < file.bytes) return false;
  const good = (await faultOf(file, part.path)) === undefined;
  await (good ? part.publish() : part.discard());
  return good;
}

/**
 * Loads a published file to `target`, from the first mirror that has it. The bytes go to `target.part`, are
 * checked against the published checksum (or, where none is known, for the right structure), and only then
 * become `target`. A part of an earlier call is gone on with.
 *
 * @returns the host that gave it
 * @throws DownloadError when no mirror gave it; StorageError when it cannot be written
 */
export async function download(
  file: PublishedFile,
  target: string,
  options: DownloadOptions,
): Promise<string> {
  const part = new Part(target);
  if (await finish(file, part)) return 'an earlier download';
  const attempts: Attempt[] = [];
  for (const url of file.urls.map((address) => new URL(address))) {
    try {
      await new Transfer(file, url, part, options).run();
      return url.host;
    } catch (error) {
      if (!(error instanceof MirrorError)) throw error;
      attempts.push({ host: url.host, outcome: error.message });
    }
  }
  throw new DownloadError(file.file, attempts);
}
