/** Targets whose parser is written in Python: one process reads file after file. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** What is wrong with a notebook: a field and what it must be, or a place in its text. */
export const WRONG = new RegExp(
  [
    'is not a valid notebook: (it has no \\w+$|(.+: )?.* (must be|is not|are not|is less|has|is a|is too|does not|should|was) )',
    'is not a notebook: it is not JSON \\(.+\\)',
    '(which no file can hold|save it|nothing to run|no nbformat\\))$',
    'is written for the kernel .+, not',
    'no page can be made of it \\(.+\\)',
  ].join('|'),
);

/** Python with the readers of notebooks. */
class Readers {
  #python = spawn(at('../../../.venv/bin/python'), [at('../python/readers.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  #answers = createInterface(this.#python.stdout)[Symbol.asyncIterator]();

  async ask(request) {
    this.#python.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error('Python has ended');
    return JSON.parse(value);
  }

  close() {
    this.#python.stdin.end();
  }
}

/**
 * @param {{ name: string, errors: string[], tells: RegExp, inputs: () => import('fast-check').Arbitrary<Buffer> }} target
 */
export function pythonTarget({ name, errors, tells, inputs }) {
  const file = 'lesson.ipynb';
  let readers;
  return {
    ...{ name, file, errors, tells },
    // The executed notebook is kept where only its page cannot be made.
    stays: /^a\/b\/c\/work\/out(\/lesson\.ipynb)?$/,
    keeps: /^a\/b\/c\/work\/out\/lesson\.(ipynb|(feedback\.)?html)$/,
    async prepare({ sandbox: { work } }) {
      readers = new Readers();
      writeFileSync(join(work, file), '{}');
      await readers.ask({ action: name, file: join(work, file), out: work }); // it has loaded everything then
      return inputs();
    },
    async run(input, { work }, cost) {
      const out = join(work, 'out');
      mkdirSync(out);
      writeFileSync(join(work, file), input);
      const answer = await readers.ask({ action: name, file: join(work, file), out });
      Object.assign(cost, { milliseconds: 1000 * answer.seconds, memory: answer.memory });
      if (answer.name) throw Object.assign(new Error(answer.message), { name: answer.name });
    },
    finish: () => readers.close(),
  };
}
