export { ascent, SourcedImage } from './ascent';
export type { Batch, BatchOptions, Dataset, LabelMode } from './dataset';
export { digitFrom } from './digit';
export {
  ArchiveError,
  DataError,
  DownloadError,
  DownloadInterruptedError,
  FormatError,
  PickleError,
  StorageError,
  type Attempt,
} from './errors';
export { ImageFolder, imageFolder, type Augmentation, type ImageFolderOptions } from './folder/index';
export { handPhotograph } from './hand-photograph';
export { happyOrSad, type HappyOrSad } from './happy-or-sad';
export { horseOrHuman, type HorseOrHuman, type HorseOrHumanOptions } from './horse-or-human';
export { ImageSet, type ImageSetContent } from './image-set';
export { mnist } from './mnist';
export { readImage, type ReadImageOptions } from './read-image';
export { signs } from './signs';
export type { DataSource } from './sources/folders';
export type { TrainTest } from './train-test';
export { digitPhotograph } from './twins/photograph';
export { VolumeSet, type Volume } from './volume-set';
export { volumes, type TrainTestVolumes, type VolumesOptions } from './volumes';
export type { Colour } from '../image/colour';
export { PictureError } from '../image/errors';
export { Picture, type TensorOptions } from '../image/picture';
