import type { Batch } from '../data/dataset';
import type { tf } from '../engine/index';
import { beginning } from './auto';
import { compile, type CompiledTraining } from './compile';
import type { FitOptions } from './options';
import { trainStep } from './step';

/** Steps of one size that are timed eagerly, then compiled; the first of each is slow, and the fastest counts. */
const TRIED = 4;

/** How much slower a compiled step must be to be given up: a borderline case should train alike every time. */
const SLOWER = 1.15;

/** How a training begins where the user has chosen. */
const OF_CHOICE = { true: 'compiled', false: 'eager' } as const;

/** The steps of a training: eager ones, compiled ones, or first the one and then, if it is faster, the other. */
export class Steps {
  private compiled: CompiledTraining | undefined;
  private trial: Trial | undefined;
  private slower: string | undefined;

  /** @param params of the whole training */
  constructor(
    private readonly model: tf.LayersModel,
    wanted: FitOptions['compile'],
    params: { steps: number; batchSize: number },
  ) {
    const begins = typeof wanted === 'boolean' ? OF_CHOICE[`${wanted}`] : beginning(model, params);
    if (begins === 'compiled') this.compiled = compile(model);
    if (begins === 'trial') this.trial = new Trial();
  }

  /** Whether steps are done in onnxruntime. */
  get isCompiled(): boolean {
    return this.compiled !== undefined && this.reason === undefined;
  }

  /** Why steps that were to be compiled are done eagerly. */
  get reason(): string | undefined {
    return this.slower ?? this.compiled?.reason;
  }

  /** @returns the batch's loss and metrics, from before it was learned */
  async run(batch: Batch): Promise<number[]> {
    if (!this.trial) return this.step(batch);
    const began = performance.now();
    const values = await this.step(batch);
    this.trial.add(batch.x.shape[0], performance.now() - began, this.compiled !== undefined);
    await this.judge(this.trial);
    return values;
  }

  /** Gives the weights to the model. */
  writeBack(): void {
    this.compiled?.writeBack();
  }

  /** Gives the weights of the last whole step to the model at once. */
  abandon(): void {
    this.compiled?.abandon();
  }

  /** Gives the weights to the model, after the step in hand, and frees memory. */
  async dispose(): Promise<void> {
    await this.compiled?.dispose();
  }

  private step(batch: Batch): Promise<number[]> {
    return this.compiled ? this.compiled.step(batch) : trainStep(this.model, batch);
  }

  private async judge({ eager, compiled }: Trial): Promise<void> {
    if (this.compiled === undefined && eager.length === TRIED) this.compiled = compile(this.model);
    if (this.compiled?.reason !== undefined) this.trial = undefined;
    if (this.trial === undefined || compiled.length < TRIED) return;
    this.trial = undefined;
    const [before, after] = [eager, compiled].map((times) => Math.min(...times));
    if (after <= SLOWER * before) return;
    this.slower = `A step takes ${after.toFixed(0)} ms in onnxruntime, and ${before.toFixed(0)} ms eagerly.`;
    await this.compiled?.dispose();
    this.compiled = undefined;
  }
}

/** Milliseconds of steps that can be compared: those of the first batch's size. */
class Trial {
  readonly eager: number[] = [];
  readonly compiled: number[] = [];
  private size: number | undefined;

  add(size: number, time: number, isCompiled: boolean): void {
    this.size ??= size;
    if (size === this.size) (isCompiled ? this.compiled : this.eager).push(time);
  }
}
