export { digits } from './digits';
export { drawTwin, type TwinPicture } from './draw';
export { handSigns } from './hands';
export type { LabelledPixels } from './pixels';
export { digitPhotograph } from './photograph';
export { staircase } from './staircase';
