import type { Readable } from 'node:stream';
import { EnvHttpProxyAgent, request, type Dispatcher } from 'undici';
import { VERSION } from '../../version';

/** How files are asked for. Tests hand in their own. */
export interface Network {
  dispatcher: Dispatcher;
  /** After so many milliseconds without a byte the next mirror is asked. */
  stall: number;
  /** Milliseconds before a mirror is asked again. */
  pause: number;
  /** Hosts that could not be reached or fell silent in this process; they are not asked again. */
  silent: Set<string>;
}

let shared: Network | undefined;

/** The network of this process: certificates are checked, HTTPS_PROXY and NO_PROXY are followed. */
export function network(): Network {
  shared ??= {
    dispatcher: new EnvHttpProxyAgent({ connect: { timeout: 10_000 } }),
    stall: 20_000,
    pause: 1_000,
    silent: new Set(),
  };
  return shared;
}

/** What went wrong with one mirror, in a few words. */
export class MirrorError extends Error {
  override readonly name = 'MirrorError';

  constructor(
    message: string,
    /** What to do: ask the same mirror again, or also forget what it has sent so far. */
    readonly advice: 'leave' | 'again' | 'afresh' = 'leave',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Errors of a host that cannot be reached at all, or says nothing. */
const SILENT = new Set([
  ...['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'ETIMEDOUT'],
  ...['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'],
]);

/** A network error as a {@link MirrorError}; a host that is not there is remembered. */
export function mirrorError(error: unknown, url: URL, { silent, stall }: Network): MirrorError {
  if (error instanceof MirrorError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (!SILENT.has(code)) return new MirrorError(`failed (${code || message})`, 'again', { cause: error });
  silent.add(url.host);
  const late = code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT';
  const what = late ? `sent nothing for ${stall / 1000} s` : `cannot be reached (${code})`;
  return new MirrorError(what, 'leave', { cause: error });
}

/** The beginning of a download. */
export interface Answer {
  /** The byte of the file with which the body begins: 0, or what was asked for. */
  start: number;
  /** The bytes of the whole file, where the server says so. */
  total: number | undefined;
  /** What names this version of the file, for going on later. */
  validator: string | undefined;
  body: Readable;
}

export interface Question {
  url: URL;
  /** The first byte that is wanted. */
  from: number;
  /** Only go on from there if the file is still this version. */
  validator?: string | undefined;
  signal: AbortSignal;
}

const MAX_REDIRECTS = 5;

type Response = Dispatcher.ResponseData;

function header({ headers }: Response, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The body is not wanted: let go of the connection, whatever the server still sends. */
function drop({ body }: Response): void {
  body.on('error', () => undefined).destroy();
}

async function ask({ url, from, validator, signal }: Question, net: Network): Promise<Response> {
  if (url.protocol !== 'https:') throw new MirrorError(`leads to ${url.protocol}//, which is not https`);
  const range = from > 0 ? { range: `bytes=${from}-`, ...(validator && { 'if-range': validator }) } : {};
  return request(url, {
    dispatcher: net.dispatcher,
    signal,
    headersTimeout: net.stall,
    bodyTimeout: net.stall,
    headers: { 'user-agent': `convlab/${VERSION}`, 'accept-encoding': 'identity', ...range },
  });
}

/**
 * Follows redirects, to other hosts too (GitHub and Google's storage do so in earnest, and the checksum
 * decides what is kept), but only to https.
 */
async function follow(question: Question, net: Network): Promise<Response> {
  let { url } = question;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const response = await ask({ ...question, url }, net);
    const location = header(response, 'location');
    if (![301, 302, 303, 307, 308].includes(response.statusCode) || !location) return response;
    drop(response);
    url = new URL(location, url);
  }
  throw new MirrorError(`redirects more than ${MAX_REDIRECTS} times`);
}

function refusal(response: Response): MirrorError | undefined {
  const { statusCode } = response;
  if (statusCode === 416) return new MirrorError('has no more bytes than are here', 'afresh');
  if (statusCode === 429 || statusCode >= 500) return new MirrorError(`answers ${statusCode}`, 'again');
  if (statusCode !== 200 && statusCode !== 206) return new MirrorError(`answers ${statusCode}`);
  const type = header(response, 'content-type') ?? '';
  if (/^text\/html\b/i.test(type)) return new MirrorError('answers with a web page');
  const encoding = header(response, 'content-encoding') ?? 'identity';
  return encoding === 'identity' ? undefined : new MirrorError(`answers in the encoding ${encoding}`);
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Where the body begins and how long the file is. */
function extent(response: Response, from: number): { start: number; total: number | undefined } {
  const length = numberOf(header(response, 'content-length'));
  if (response.statusCode === 200) return { start: 0, total: length };
  const [, first, , total] =
    /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(header(response, 'content-range') ?? '') ?? [];
  if (numberOf(first) === from) return { start: from, total: numberOf(total) };
  throw new MirrorError('sends another part than was asked for', 'afresh');
}

/** A weak ETag does not vouch for every byte, so it is of no use here (RFC 9110, section 13.1.5). */
function validatorOf(response: Response): string | undefined {
  const tag = header(response, 'etag');
  return tag?.startsWith('"') ? tag : undefined;
}

function answer(response: Response, from: number): Answer {
  const refused = refusal(response);
  if (refused) throw refused;
  return { ...extent(response, from), validator: validatorOf(response), body: response.body };
}

/**
 * Asks a mirror for a file, or for the rest of it.
 *
 * @throws MirrorError when it answers with anything but bytes of the file
 */
export async function open(question: Question, net: Network): Promise<Answer> {
  const response = await follow(question, net).catch((error: unknown) => {
    throw mirrorError(error, question.url, net);
  });
  try {
    return answer(response, question.from);
  } catch (error) {
    drop(response);
    throw error;
  }
}
