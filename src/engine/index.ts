import { isAsked } from './ready';
import { prepareForTensors } from './unasked';

export { tf } from './tf';
export { info, ready } from './ready';
export { EngineInfo } from './info';
export type { EngineName } from './names';
export {
  EngineError,
  EngineNotReadyError,
  EngineUnavailableError,
  UnknownEngineError,
  WasmMemoryError,
} from './errors';

prepareForTensors(isAsked);
