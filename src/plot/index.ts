export {
  bars,
  line,
  scatter,
  type BarOptions,
  type LineOptions,
  type ScatterOptions,
  type Series,
} from './charts';
export { $display, display, type Displayable, type MimeBundle } from './display';
export { Figure } from './figure';
export { imageGrid, ImageGrid, type ImageGridOptions } from './image-grid';
export { contour, surface, type Landscape, type Path } from './landscape';
