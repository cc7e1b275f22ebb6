export { ascent, SourcedImage } from './ascent';
export { DataError, PickleError } from './errors';
export type { DataSource } from './lookup';
