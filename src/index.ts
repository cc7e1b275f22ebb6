import './layers/index';
import { stopTrainingOnInterrupt } from './train/interrupt';

export * as data from './data/index';
export * as engine from './engine/index';
export { tf } from './engine/index';
export * as grade from './grade/index';
export * as graph from './graph/index';
export * as models from './models/index';
export * as onnx from './onnx/index';
export * as plot from './plot/index';
export { display } from './plot/display';
export { html, md, svg } from './plot/templates';
export * as random from './random/index';
export * as train from './train/index';
export * as weights from './weights/index';
export * as widgets from './widgets/index';
export { filters, GreyImage, InputError, regression } from './basics/index';
export { VERSION } from './version';

stopTrainingOnInterrupt();
