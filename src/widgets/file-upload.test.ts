import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { $display } from '../plot/display';
import type { Comm, CommExtras, CommMessage, Comms } from './comms';
import { fileUpload } from './file-upload';

const KEY = Symbol.for('convlab.comms');
const VIEW = 'application/vnd.jupyter.widget-view+json';
const globals = globalThis as unknown as Record<symbol, Comms | undefined>;

/** What the kernel offers, and what the front end would see of it. */
class FakeComms implements Comms {
  attended = true;
  readonly opened: { data: object; extras: CommExtras | undefined }[] = [];
  readonly sent: { data: object; extras: CommExtras | undefined }[] = [];
  private readonly handlers: ((message: CommMessage) => void)[] = [];

  open(_target: string, data: object, extras?: CommExtras): Comm {
    const number = this.opened.push({ data, extras });
    return {
      id: `comm-${number}`,
      send: (data, extras) => this.sent.push({ data, extras }),
      onMessage: (handler) => (this.handlers[number] = handler),
    };
  }

  tell(number: number, data: Record<string, unknown>, ...buffers: Uint8Array[]): void {
    this.handlers[number]({ data, buffers });
  }
}

describe('fileUpload', () => {
  it('is a line of text outside a notebook', () => {
    const upload = fileUpload({ description: 'Choose' });
    expect(upload[$display]()).toEqual({ 'text/plain': 'Choose: no file chosen' });
    expect(inspect(upload)).toBe('Choose: no file chosen');
    expect([upload.value, upload.files()]).toEqual([[], []]);
  });

  describe('in a notebook', () => {
    let comms: FakeComms;
    beforeEach(() => (globals[KEY] = comms = new FakeComms()));
    afterEach(() => (globals[KEY] = undefined));

    it('opens its models when it is first shown, and once', () => {
      const upload = fileUpload();
      expect(comms.opened).toEqual([]);
      const first = upload[$display]();
      expect(first[VIEW]).toEqual({ version_major: 2, version_minor: 0, model_id: 'comm-3' });
      expect(upload[$display]()).toEqual(first);
      expect(comms.opened).toHaveLength(3);
      expect(comms.opened[2]).toMatchObject({
        data: {
          state: {
            layout: 'IPY_MODEL_comm-1',
            style: 'IPY_MODEL_comm-2',
            description: 'Upload',
            multiple: false,
          },
          buffer_paths: [],
        },
        extras: { metadata: { version: '2.1.0' } },
      });
    });

    it('opens nothing where nobody can choose', () => {
      comms.attended = false;
      expect(fileUpload()[$display]()).toEqual({ 'text/plain': 'Upload: no file chosen' });
      expect(comms.opened).toEqual([]);
    });

    it('has the files that the front end tells of, and the last choice only', async () => {
      const upload = fileUpload();
      upload[$display]();
      const file = { name: 'a.txt', type: 'text/plain', size: 2, last_modified: 5 };
      const update = { method: 'update', state: { value: [file] }, buffer_paths: [['value', 0, 'content']] };
      comms.tell(3, structuredClone(update), Uint8Array.of(104, 105));
      expect(upload.value).toEqual([
        { name: 'a.txt', type: 'text/plain', size: 2, lastModified: 5, content: Uint8Array.of(104, 105) },
      ]);
      const [web] = upload.files();
      expect([web.name, web.type, web.lastModified, await web.text()]).toEqual([
        'a.txt',
        'text/plain',
        5,
        'hi',
      ]);
      expect(String(upload)).toBe('Upload: a.txt');

      comms.tell(3, { method: 'request_state' });
      expect(comms.sent[0]).toMatchObject({ data: update, extras: { buffers: [Uint8Array.of(104, 105)] } });

      comms.tell(3, { method: 'update', state: { value: [] } });
      expect(upload.value).toEqual([]);
    });
  });
});
