export { FileUpload, fileUpload, type FileUploadOptions, type UploadedFile } from './file-upload';
