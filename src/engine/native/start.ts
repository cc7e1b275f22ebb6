import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { quietTensorFlow } from '../quiet';
import { tf } from '../tf';
import { restoreRemovedUtil } from './compat';
import { gpuName, hasNvidiaDriver } from './gpu';
import { registerReluGradient } from './relu';

const PACKAGE = '@tensorflow/tfjs-node-gpu';

/** The name of the backend that the package registers. */
export const NATIVE_BACKEND = 'tensorflow';

let build: NativeBuild | undefined;

/** What the compiled addon tells of itself. */
interface Binding {
  TF_Version: string;
  isUsingGpuDevice(): boolean;
}

/** The native backend as it started. */
export interface NativeBuild {
  version: string;
  gpu: string | null;
  /** Why a GPU that the machine seems to have is not in use. */
  reason?: string;
}

/** The native engine cannot start; `message` is a clause that says why. */
export class NativeUnavailable extends Error {
  override name = 'NativeUnavailable';
}

/**
 * Load libtensorflow and make it tfjs's current backend.
 * @throws {NativeUnavailable} where the addon is not built or does not load.
 */
export async function startNative(): Promise<NativeBuild> {
  const loaded = loadNative();
  if (!(await tf.setBackend(NATIVE_BACKEND))) throw new NativeUnavailable('tfjs did not accept its backend');
  return loaded;
}

/**
 * Load libtensorflow; the first time it becomes tfjs's current backend at once.
 * @throws {NativeUnavailable} where the addon is not built or does not load.
 */
export function loadNative(): NativeBuild {
  if (build) return build;
  const binding = loadBinding();
  restoreRemovedUtil();
  // What has been registered to load it at the first tensor: the package registers its kernels and the backend itself.
  if (tf.engine().backendNames().includes(NATIVE_BACKEND)) tf.removeBackend(NATIVE_BACKEND);
  createRequire(__filename)(PACKAGE);
  registerReluGradient();
  loadKernels();
  build = describe(binding);
  return build;
}

/** Whether the set-up has built the addon. */
export function isNativeBuilt(): boolean {
  try {
    return existsSync(bindingPath());
  } catch {
    return false;
  }
}

function describe(binding: Binding): NativeBuild {
  const version = binding.TF_Version;
  if (binding.isUsingGpuDevice()) return { version, gpu: gpuName() };
  if (!hasNvidiaDriver()) return { version, gpu: null };
  const reason = 'TensorFlow cannot use the GPU; TF_CPP_MIN_LOG_LEVEL=0 shows why';
  return { version, gpu: null, reason };
}

/**
 * Load the addon alone, before the package around it: a package that fails half-way has registered
 * its kernels already and cannot be tried again.
 */
function loadBinding(): Binding {
  const file = bindingPath();
  if (!existsSync(file)) throw new NativeUnavailable('native engine not built');
  try {
    return loadQuietly(file) as Binding;
  } catch (error) {
    const [line] = String(error instanceof Error ? error.message : error).split('\n', 1);
    throw new NativeUnavailable(`native engine does not load: ${line}`);
  }
}

/** The helper addon that silences fd 2, built from stderr.cc. */
interface StderrAddon {
  mute(): number;
  restore(saved: number): void;
}

/**
 * Load an addon without the messages of its libraries' static initialisers, which heed no log level.
 * Who has set a log level wants to see them.
 */
function loadQuietly(file: string): unknown {
  const load = createRequire(__filename);
  const wanted = process.env.TF_CPP_MIN_LOG_LEVEL !== undefined;
  quietTensorFlow();
  const helper = path.join(path.dirname(file), 'convlab_stderr.node');
  if (wanted || !existsSync(helper)) return load(file);
  const stderr = load(helper) as StderrAddon;
  const saved = stderr.mute();
  try {
    return load(file);
  } finally {
    stderr.restore(saved);
  }
}

/** Load TensorFlow kernels of our own, built from pooling.cc; without them TensorFlow's are used. */
function loadKernels(): void {
  const file = path.join(path.dirname(bindingPath()), 'convlab_pooling.node');
  if (existsSync(file)) createRequire(__filename)(file);
}

/** Where the set-up puts the addon, and where the package looks for it. */
function bindingPath(): string {
  let manifest: string;
  try {
    manifest = createRequire(__filename).resolve(`${PACKAGE}/package.json`);
  } catch {
    throw new NativeUnavailable(`native engine not installed (no package ${PACKAGE})`);
  }
  return path.join(path.dirname(manifest), 'lib', 'napi-v8', 'tfjs_binding.node');
}
