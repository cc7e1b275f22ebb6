import { tf } from '../../engine/index';
import { TraceError } from '../errors';
import { constant, type Value } from '../ir';
import { typesOf } from '../lowering/index';
import type { TensorType } from '../operators/rule';
import { engineInternals, type KernelParams } from './engine';
import { Interceptions } from './intercept';
import { GradientLabels, type Within } from './labels';
import { placeholder } from './placeholder';
import { assignsVariable, makesVariable, readsValues, typeOf } from './refusals';
import { inPlaceOf } from './stand-in';
import type { KernelCall, TapeState } from './tape';
import { VariableStates } from './variable-states';
import { WeightNames } from './weight-names';

/** Operations of tfjs that draw their numbers in JavaScript, without a kernel. */
const RANDOM_SCOPES = new Set(
  ['rand', 'randomUniform', 'randomUniformInt', 'randomNormal', 'randomStandardNormal', 'randomGamma']
    .concat(['truncatedNormal', 'multinomial'])
    .map((name) => `${name}__op`),
);

/** Kernels whose result is still the weight that went in. */
const KEEPS_NAME = new Set(['Reshape', 'Identity', 'Cast', 'Transpose', 'ExpandDims']);

/** Kernels that make something large of something small; the graph does better with the small one, and the kernel. */
const ENLARGES = new Set(['Tile', 'BroadcastTo']);

/** Kernels that give a list of tensors, even if it is of one. */
const GIVES_LIST = new Set(['SplitV', 'Unpack']);

type Made = tf.Tensor | tf.Tensor[];

/**
 * Watches tfjs while one function runs, and writes down every kernel call whose inputs depend on the values that
 * were declared. A kernel that calls kernels counts once. Such calls compute nothing, they give tensors without values:
 * a trace takes neither memory nor time. Calls on constants alone are left to the engine: their results become constants
 * when first used.
 */
export class Recorder {
  static #active = false;
  readonly calls: KernelCall[] = [];
  readonly #engine = engineInternals();
  readonly #hooks = new Interceptions();
  readonly #names = new WeightNames();
  readonly #states = new VariableStates();
  /** Values by tensor id: what was recorded, and constants. */
  readonly #known = new Map<number, Value>();
  readonly #constants = new Map<number, Value>();
  /** Data of tensors whose values depend on the run. */
  readonly #varying = new WeakSet<object>();
  /** Data of tensors without values. */
  readonly #empty = new WeakSet<object>();
  readonly #labels = new GradientLabels();
  readonly #clones = new WeakSet<object>();
  /** Clones that tfjs keeps until a gradient has been computed, and forgets when it fails. */
  readonly #saved: tf.Tensor[] = [];
  /** Copies that tfjs made of tensors inside of the kernel call at hand, to keep them for the gradient. */
  readonly #copies: (readonly [of: tf.Tensor, copy: tf.Tensor])[] = [];
  #depth = 0;
  #own = false;
  /** Whether JavaScript's random numbers were asked for since an operation began. */
  #drawn = false;
  #layer = '';

  /** @param variables `frozen` ones are constants; those as `state` are read and replaced by the graph */
  constructor(readonly variables: 'frozen' | 'state') {}

  /** Run a function and record it. */
  record<T>(run: () => T): T {
    if (Recorder.#active)
      throw new TraceError('A function that is being traced cannot start a trace itself.');
    Recorder.#active = true;
    this.#install();
    try {
      return run();
    } catch (error) {
      tf.dispose(this.#saved);
      throw error;
    } finally {
      this.#hooks.undo();
      Recorder.#active = false;
    }
  }

  /** Declare a tensor to be an input of the graph. */
  input(tensor: tf.Tensor, name: string): Value {
    const value = { ...typeOf(tensor), name };
    this.#know(tensor, value, true);
    return value;
  }

  /** The value that stands for a tensor: what it was computed by, or a constant. */
  value(tensor: tf.Tensor): Value {
    if (this.variables === 'state' && tensor instanceof tf.Variable)
      return this.#states.of(tensor as tf.Variable, this.#quietly).current;
    return this.#known.get(tensor.id) ?? this.#constant(tensor);
  }

  /** The variables that the function used, with what it made of them. */
  get states(): readonly TapeState[] {
    return this.#states.list(this.#names);
  }

  /** Set the variables back to what they were before. */
  restore(): void {
    this.#states.restore();
  }

  /** Attribute what `run` computes to `layer`. */
  within<T>(layer: string, run: () => T): T {
    const outer = this.#layer;
    this.#layer = layer;
    try {
      return run();
    } finally {
      this.#layer = outer;
    }
  }

  #install(): void {
    const hooks = this.#hooks;
    const engine = this.#engine;
    hooks.add(engine, 'runKernelFunc', (run) => (params) => this.#kernel(params, () => run(params)));
    hooks.add(engine, 'clone', (clone) => (tensor) => this.#noticeClone(clone(tensor)));
    hooks.add(engine, 'keep', (keep) => (tensor) => this.#noticeKept(keep(tensor)));
    hooks.before(engine, 'readSync', (dataId) => this.#refuseRead(dataId));
    hooks.before(engine, 'read', (dataId) => this.#refuseRead(dataId));
    hooks.before(engine, 'startScope', () => (this.#drawn = false));
    hooks.before(engine, 'endScope', (result) => this.#noticeRandom(result));
    hooks.before(Math, 'random', () => (this.#drawn = true));
    hooks.add(
      engine,
      'makeVariable',
      (make) =>
        (...args) =>
          this.#noticeMade(make(...args)),
    );
    hooks.add(tf.Variable.prototype, 'assign', (assign, self) => (next: tf.Tensor) => {
      this.#noticeAssigned(self as tf.Variable, next);
      if (!this.#empty.has(next.dataId)) assign(next);
    });
    hooks.add(tf.layers.Layer.prototype, 'apply', (apply, self) => (...args) => {
      const layer = self as tf.layers.Layer;
      this.#names.learn(layer);
      return this.within(layer.name, () => apply(...args));
    });
  }

  #kernel(params: KernelParams, run: () => Made): Made {
    const { kernelName } = params;
    if (this.#own) return run();
    if (this.#depth > 0) return this.#noticeCopy(params, run);
    if (kernelName === undefined) return this.#labelled(run());
    const given = Object.entries(params.inputs).filter(
      (entry): entry is [string, tf.Tensor] => entry[1] != null,
    );
    const traced = ENLARGES.has(kernelName) || given.some(([, tensor]) => this.#isTraced(tensor));
    // Now: a constant may be gone, and a variable may have changed, when the kernel has run.
    const inputs = traced && Object.fromEntries(given.map(([name, tensor]) => [name, this.value(tensor)]));
    const varies = given.some(([, tensor]) => this.#varies(tensor));
    const isDue = !given.some(([, tensor]) => this.#isTraced(tensor));
    const call = { kernel: kernelName, inputs: inputs || {}, attrs: params.attrs ?? {} };
    const result = this.#inside(isDue ? run : () => inPlaceOf(kernelName, () => this.#foreseen(call), run));
    const outputs = Array.isArray(result) ? result : [result];
    if (inputs) this.#write(call, outputs, varies);
    else if (KEEPS_NAME.has(kernelName)) this.#names.pass(given[0][1], outputs[0]);
    for (const [tensor, copy] of this.#copies.splice(0)) this.#identify(tensor, copy);
    return this.#labelled(result);
  }

  /** What a kernel would give, without its values. */
  #foreseen(call: Pick<KernelCall, 'kernel' | 'inputs' | 'attrs'>): Made {
    const types = typesOf({ ...call, layer: this.#layer });
    const made = types.map((type) => this.#placeholder(type));
    return made.length === 1 && !GIVES_LIST.has(call.kernel) ? made[0] : made;
  }

  #placeholder(type: TensorType): tf.Tensor {
    const tensor = placeholder(this.#engine, type);
    this.#empty.add(tensor.dataId);
    return tensor;
  }

  #labelled<T>(result: T): T {
    const within: Within = (layer, run) => this.within(layer, run);
    this.#labels.label(this.#engine.state.activeTape?.at(-1), this.#layer, within);
    return result;
  }

  #inside<T>(run: () => T): T {
    this.#depth++;
    try {
      return run();
    } finally {
      this.#depth--;
    }
  }

  /** Run something that is the recorder's own business. */
  readonly #quietly = <T>(run: () => T): T => {
    const outer = this.#own;
    this.#own = true;
    try {
      return run();
    } finally {
      this.#own = outer;
    }
  };

  #write(
    call: Pick<KernelCall, 'kernel' | 'inputs' | 'attrs'>,
    made: readonly tf.Tensor[],
    varies: boolean,
  ): void {
    const outputs = made.map(typeOf);
    made.forEach((tensor, i) => this.#know(tensor, outputs[i], varies));
    this.calls.push({ ...call, outputs, layer: this.#layer });
  }

  #know(tensor: tf.Tensor, value: Value, varies: boolean): void {
    this.#known.set(tensor.id, value);
    if (varies) this.#varying.add(tensor.dataId);
  }

  #isState(tensor: tf.Tensor): boolean {
    return this.variables === 'state' && tensor instanceof tf.Variable;
  }

  #isTraced(tensor: tf.Tensor): boolean {
    return this.#known.has(tensor.id) || this.#isState(tensor);
  }

  /** Whether a tensor has other values in the next run. */
  #varies(tensor: tf.Tensor): boolean {
    return this.#varying.has(tensor.dataId) || this.#isState(tensor);
  }

  #noticeCopy({ kernelName, inputs }: KernelParams, run: () => Made): Made {
    if (kernelName !== 'Identity') return run();
    const x = inputs.x as tf.Tensor;
    const isEmpty = this.#empty.has(x.dataId);
    const copy = isEmpty ? inPlaceOf(kernelName, () => this.#placeholder(typeOf(x)), run) : run();
    this.#copies.push([x, copy as tf.Tensor]);
    return copy;
  }

  #identify(tensor: tf.Tensor, copy: tf.Tensor): void {
    if (this.#isTraced(tensor)) this.#know(copy, this.value(tensor), this.#varies(tensor));
    else this.#names.pass(tensor, copy);
  }

  #noticeClone(copy: tf.Tensor): tf.Tensor {
    this.#clones.add(copy);
    return copy;
  }

  #noticeKept(tensor: tf.Tensor): tf.Tensor {
    if (this.#clones.has(tensor)) this.#saved.push(tensor);
    return tensor;
  }

  #noticeMade(variable: tf.Variable): tf.Variable {
    if (this.#isState(variable)) this.#states.of(variable, this.#quietly);
    else {
      variable.dispose();
      throw makesVariable(variable);
    }
    return variable;
  }

  #noticeAssigned(variable: tf.Variable, next: tf.Tensor): void {
    if (!this.#isState(variable)) throw assignsVariable(variable);
    this.#states.of(variable, this.#quietly).current = this.value(next);
  }

  #constant(tensor: tf.Tensor): Value {
    let value = this.#constants.get(tensor.id);
    if (value === undefined) {
      value = this.#read(tensor);
      this.#constants.set(tensor.id, value);
    }
    return value;
  }

  #read(tensor: tf.Tensor): Value {
    const { shape, dtype } = typeOf(tensor);
    const data = this.#quietly(() => tensor.dataSync<'float32' | 'int32' | 'bool'>());
    const name = this.#names.of(tensor);
    if (name !== undefined || data.length < 2 || data.some((each) => each !== data[0]))
      return constant(data, shape, dtype, name);
    // Gradients are full of tensors of ones: a single one, spread, shows the passes what it is.
    const filled: Value = { shape, dtype };
    const attrs = { shape, value: data[0], dtype };
    this.calls.push({ kernel: 'Fill', inputs: {}, attrs, outputs: [filled], layer: this.#layer });
    return filled;
  }

  /** Random numbers are drawn anew in every run, unless they come from a seed: then they are the same every time. */
  #noticeRandom(result: unknown): void {
    const { activeScope, scopeStack } = this.#engine.state;
    if (this.#depth > 0 || !(result instanceof tf.Tensor) || !RANDOM_SCOPES.has(activeScope.name)) return;
    if (!this.#drawn) return;
    const unit = activeScope.name === 'randomUniform__op' && scopeStack.at(-2)?.name === 'dropout__op';
    const kernel = unit ? 'DropoutUniform' : activeScope.name.replace('__op', '');
    this.#write({ kernel, inputs: {}, attrs: { shape: result.shape } }, [result as tf.Tensor], true);
  }

  #refuseRead(dataId: object): void {
    if (this.#depth > 0 || this.#own) return;
    const variables = this.variables === 'state' ? Object.values(this.#engine.state.registeredVariables) : [];
    if (this.#varying.has(dataId) || variables.some((variable) => variable.dataId === dataId))
      throw readsValues(this.#layer);
  }
}
