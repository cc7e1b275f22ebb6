export type { Augmentation } from './augment';
export { ImageFolder, imageFolder } from './image-folder';
export type { ImageFolderOptions } from './options';
