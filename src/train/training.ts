import { InputError } from '../basics/errors';
import type { Batch } from '../data/dataset';
import type { tf } from '../engine/index';
import {
  isTensors,
  tensorExamples,
  type BatchStream,
  type Examples,
  type StreamOptions,
  type TrainingData,
} from './batches';
import type { Callback, Run } from './callbacks';
import { checkLabels, checkSize } from './check';
import { DivergedError, TrainingInterruptedError, TrainingMemoryError } from './errors';
import { testOf } from './evaluate';
import { History, type Logs } from './history';
import { inOnePiece } from './interrupt';
import { learningRateOf, setLearningRate } from './learning-rate';
import { WHERE, type FitOptions } from './options';
import { startProgress, type Moment, type Progress } from './progress';
import { Session } from './session';
import { Means, metricNames, namedLogs, validationName } from './step';
import { Steps } from './steps';

/** Calls one of a callback's functions. */
type Call = (callback: Callback) => ReturnType<NonNullable<Callback['onTrainEnd']>>;

/** A training from its first batch to its end, with options that were checked. */
export class Training implements Run {
  readonly history: History;
  readonly metricNames: readonly string[];
  epoch = 0;
  private readonly names: readonly string[];
  private readonly examples: Examples;
  private readonly validate: ((session: Session) => Promise<Logs>) | undefined;
  private readonly progress: Progress;
  private readonly steps: Steps;
  private readonly began = performance.now();
  private step = 0;
  private isStopped = false;
  private isReasonTold = false;

  constructor(
    readonly model: tf.LayersModel,
    private readonly data: TrainingData,
    private readonly options: FitOptions,
  ) {
    const { epochs = 1, validation, progress = 'auto' } = options;
    this.examples = isTensors(data) ? tensorExamples(data) : data;
    const { size } = this.examples;
    const batchSize = options.batchSize ?? this.examples.batchSize;
    checkSize(WHERE, model, Math.min(batchSize, size));
    const stepsPerEpoch = options.stepsPerEpoch ?? Math.ceil(size / batchSize);
    this.history = new History({ epochs, batchSize, stepsPerEpoch, size });
    this.names = metricNames(model);
    this.metricNames = validation ? [...this.names, ...this.names.map(validationName)] : this.names;
    if (validation) {
      const size = isTensors(validation) ? batchSize : validation.batchSize;
      this.validate = testOf(WHERE, 'the validation set', model, validation, size);
    }
    this.progress = startProgress(progress);
    this.steps = new Steps(model, options.compile, { steps: epochs * stepsPerEpoch, batchSize });
  }

  get learningRate(): number {
    return learningRateOf(this.model.optimizer);
  }

  set learningRate(rate: number) {
    setLearningRate(this.model.optimizer, rate);
  }

  stop(reason = 'stopped by a callback'): void {
    this.isStopped = true;
    this.history.stoppedBy ??= reason;
  }

  async run(): Promise<History> {
    try {
      await Session.run(
        (session) => this.work(session),
        () => this.interrupted(),
      );
    } catch (error) {
      if (!(error instanceof TrainingInterruptedError)) this.end('stopped by an error');
      throw error;
    } finally {
      await inOnePiece(() => this.steps.dispose());
    }
    this.end(this.history.stoppedBy);
    return this.history;
  }

  /**
   * Ends the progress at once, while the interrupted cell still shows what comes, and gives the weights to the model,
   * which the next cell may use before a step in onnxruntime has come to its end.
   */
  private interrupted(): TrainingInterruptedError {
    void inOnePiece(() => this.steps.abandon());
    this.end('interrupted');
    return new TrainingInterruptedError(this.history);
  }

  private end(note?: string): void {
    this.history.stoppedBy ??= note;
    this.progress.end(this.seconds(), note);
  }

  private async work(session: Session): Promise<void> {
    const stream = session.open(this.examples, this.streamOptions());
    await this.tell(session, (callback) => callback.onTrainBegin?.(this));
    for (let epoch = 0; epoch < this.history.params.epochs && !this.isStopped; epoch++) {
      this.epoch = epoch;
      await this.tell(session, (callback) => callback.onEpochBegin?.(epoch, this));
      const began = this.seconds();
      const moment = await this.trainEpoch(session, stream);
      const logs = { ...moment.logs, ...(await this.validation(session)) };
      const seconds = this.seconds() - began;
      this.history.record(logs, seconds);
      this.progress.epoch({ ...moment, seconds, logs });
      await this.tell(session, (callback) => callback.onEpochEnd?.(epoch, logs, this));
    }
    await this.tell(session, (callback) => callback.onTrainEnd?.(this));
  }

  private async trainEpoch(session: Session, stream: BatchStream): Promise<Moment> {
    const began = this.seconds();
    const means = new Means(this.names);
    let moment: Moment | undefined;
    for (let step = 1; !this.isStopped && step <= (this.options.stepsPerEpoch ?? Infinity); step++) {
      const batch = await this.next(session, stream);
      if (!batch) break;
      const values = await session.wait(inOnePiece(() => this.learn(batch)));
      this.step++;
      this.noticeReason();
      if (!Number.isFinite(values[0])) throw this.diverged(values[0]);
      means.add(values, batch.x.shape[0]);
      moment = this.moment(step, this.seconds() - began, means);
      this.progress.batch(moment);
      const logs = namedLogs(this.names, values);
      await this.tellBatchEnd(session, logs);
      await session.turn();
    }
    if (moment) return moment;
    throw new InputError(WHERE, 'at least one batch in each pass over the training set', 'none');
  }

  private async learn(batch: Batch): Promise<number[]> {
    try {
      return await this.steps.run(batch);
    } catch (error) {
      throw TrainingMemoryError.of(error, this.history, this.step + 1);
    }
  }

  /** The next batch; where an epoch is a number of steps, the end of a pass is the beginning of the next. */
  private async next(session: Session, stream: BatchStream): Promise<Batch | undefined> {
    const batch = await session.wait(stream.next());
    if (batch || this.options.stepsPerEpoch === undefined) return batch;
    return session.wait(stream.next());
  }

  private async validation(session: Session): Promise<Record<string, number>> {
    if (!this.validate) return {};
    await this.writeBack();
    const logs = Object.entries(await this.validate(session));
    return Object.fromEntries(logs.map(([name, value]) => [validationName(name), value]));
  }

  private async tellBatchEnd(session: Session, logs: Logs): Promise<void> {
    const { callbacks = [] } = this.options;
    if (callbacks.some((each) => each.onBatchEnd !== undefined && !each.logsOnly)) await this.writeBack();
    await this.call(session, (callback) => callback.onBatchEnd?.(this.step, logs, this));
  }

  /** Calls the callbacks, which find the weights of the last step in the model. */
  private async tell(session: Session, call: Call): Promise<void> {
    if (this.options.callbacks?.length) await this.writeBack();
    await this.call(session, call);
  }

  /** Says once why steps are not compiled, where they should be. */
  private noticeReason(): void {
    const { reason } = this.steps;
    if (reason !== undefined && !this.isReasonTold) this.progress.notice(`trained eagerly: ${reason}`);
    this.isReasonTold = reason !== undefined;
  }

  private writeBack(): Promise<void> {
    return inOnePiece(() => this.steps.writeBack());
  }

  private async call(session: Session, call: Call): Promise<void> {
    for (const callback of this.options.callbacks ?? []) {
      const answer = call(callback);
      if (answer) await session.wait(answer);
    }
  }

  private streamOptions(): StreamOptions {
    const { shuffle = isTensors(this.data) || this.data.shuffle !== false } = this.options;
    const { seed, stepsPerEpoch } = this.options;
    const { batchSize, epochs } = this.history.params;
    // The set's own seed where nothing is said: a key with the value undefined might say something.
    const order = { shuffle, ...(seed !== undefined && { seed }) };
    return {
      order: { batchSize, ...order },
      limit: stepsPerEpoch === undefined ? Infinity : epochs * stepsPerEpoch,
      check: (batch) => isTensors(this.data) || checkLabels(WHERE, 'the training set', this.model, batch.y),
    };
  }

  private moment(step: number, seconds: number, means: Means): Moment {
    const { epochs, stepsPerEpoch } = this.history.params;
    const stepsLeft = epochs * stepsPerEpoch - this.step;
    return {
      epoch: this.epoch + 1,
      epochs,
      step,
      steps: stepsPerEpoch,
      seconds,
      imagesPerSecond: means.examples / seconds,
      secondsLeft: (this.seconds() / this.step) * stepsLeft,
      isCompiled: this.steps.isCompiled,
      logs: means.logs,
    };
  }

  private diverged(loss: number): DivergedError {
    return new DivergedError(this.history, loss, this.epoch, this.step, this.learningRate);
  }

  /** Since training began. */
  private seconds(): number {
    return (performance.now() - this.began) / 1000;
  }
}
