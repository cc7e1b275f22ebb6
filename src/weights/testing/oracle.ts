import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PYTHON = join(__dirname, '../../../.venv/bin/python');

/** Whether Keras can be asked here. */
export const hasKeras = existsSync(PYTHON);

/** What Keras tells of a model. */
export interface KerasModel {
  /** Shapes of two examples. */
  inputs: number[][];
  outputs: number[][];
  /** Name, class and number of parameters. */
  layers: [string, string, number][];
  /** The number of parameters that train. */
  trainable: number;
}

/** What Keras makes of one step of training; weights by their names, such as `conv/kernel`. */
export interface KerasStep {
  loss: number;
  gradients: Record<string, number[]>;
  /** The weights that do not train, after the step. */
  averages: Record<string, number[]>;
}

/** Keras in a Python of its own, since starting it takes seconds; see keras_oracle.py. */
export class KerasOracle {
  private readonly python: ChildProcessWithoutNullStreams;
  private readonly waiting: ((line: string) => void)[] = [];
  private complaints = '';

  constructor() {
    this.python = spawn(PYTHON, [join(__dirname, 'keras_oracle.py')]);
    this.python.stderr.on('data', (text: Buffer) => (this.complaints += text.toString()));
    createInterface(this.python.stdout).on('line', (line) => this.waiting.shift()?.(line));
    this.python.on('exit', () => {
      const error = JSON.stringify({ error: `Python ended: ${this.complaints.slice(-2000)}` });
      this.waiting.forEach((answer) => answer(error));
    });
  }

  /** Send a request and wait for its answer. */
  ask(request: { do: 'learn'; file: string }): Promise<KerasStep>;
  ask(request: Record<string, unknown> & { do: string }): Promise<KerasModel>;
  async ask(request: object): Promise<unknown> {
    const answer = new Promise<string>((resolve) => this.waiting.push(resolve));
    this.python.stdin.write(`${JSON.stringify(request)}\n`);
    const result = JSON.parse(await answer) as { error?: string };
    if (result.error) throw new Error(result.error);
    return result;
  }

  /** End Python; resolves when it is gone. */
  async close(): Promise<void> {
    if (this.python.exitCode !== null) return;
    const gone = new Promise((resolve) => this.python.once('exit', resolve));
    this.python.stdin.end();
    await gone;
  }
}
