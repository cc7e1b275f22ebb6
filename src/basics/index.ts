export { InputError } from './errors';
export * as filters from './filters';
export { GreyImage, type GreyPixels } from './grey-image';
export * as regression from './regression';
