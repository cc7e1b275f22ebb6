import { stopTrainingOnInterrupt } from './train/interrupt';

export * as data from './data/index';
export * as engine from './engine/index';
export { tf } from './engine/index';
export * as plot from './plot/index';
export { display } from './plot/display';
export { html, md, svg } from './plot/templates';
export { filters, GreyImage, InputError, regression } from './basics/index';
export { VERSION } from './version';

stopTrainingOnInterrupt();
