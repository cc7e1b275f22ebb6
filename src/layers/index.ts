import './batch-normalization';

export {
  globalAveragePooling3d,
  GlobalAveragePooling3D,
  type GlobalAveragePooling3DArgs,
} from './global-average-pooling-3d';
export { withLogits } from './logits';
export { areOwn, isOwn } from './own';
export { zeroPadding3d, ZeroPadding3D, type ZeroPadding3DArgs } from './zero-padding-3d';
