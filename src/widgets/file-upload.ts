import { inspect } from 'node:util';
import { $display, type Displayable, type MimeBundle } from '../plot/display';
import type { State } from './buffers';
import { attendedComms, type Comms } from './comms';
import { WidgetModel } from './model';

/** A file that was chosen, as ipywidgets 8 gives it. */
export interface UploadedFile {
  name: string;
  /** MIME type, as the browser knows it; may be empty. */
  type: string;
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970. */
  lastModified: number;
  content: Uint8Array;
}

export interface FileUploadOptions {
  /** Which files may be chosen, as for HTML's `<input accept>`: `'image/*'`, `'.h5,.keras'`; all unless given. */
  accept?: string;
  /** Whether several may be chosen at once; false unless given. */
  multiple?: boolean;
  /** The text on the button; 'Upload' unless given. */
  description?: string;
}

/** What the front end keeps of a file. */
type WireFile = Omit<UploadedFile, 'lastModified'> & { last_modified: number };

const CONTROLS = { _model_module: '@jupyter-widgets/controls', _model_module_version: '2.0.0' };
const BASE = { _model_module: '@jupyter-widgets/base', _model_module_version: '2.0.0' };

const LAYOUT: State = {
  ...BASE,
  _model_name: 'LayoutModel',
  _view_module: '@jupyter-widgets/base',
  _view_module_version: '2.0.0',
  _view_name: 'LayoutView',
  width: 'max-content',
};

const STYLE: State = {
  ...CONTROLS,
  _model_name: 'ButtonStyleModel',
  _view_module: '@jupyter-widgets/base',
  _view_module_version: '2.0.0',
  _view_name: 'StyleView',
};

const UPLOAD: State = {
  ...CONTROLS,
  _model_name: 'FileUploadModel',
  _view_module: '@jupyter-widgets/controls',
  _view_module_version: '2.0.0',
  _view_name: 'FileUploadView',
  icon: 'upload',
  error: '',
};

/** A button that lets the reader of a notebook choose files; see {@link fileUpload}. */
export class FileUpload implements Displayable {
  private readonly state: State & { description: string; value: WireFile[] };
  private model: WidgetModel | undefined;

  constructor({ accept = '', multiple = false, description = 'Upload' }: FileUploadOptions = {}) {
    this.state = { ...UPLOAD, accept, multiple, description, value: [] };
  }

  /** The files that were chosen last; empty as long as none was, and where there is nobody to choose. */
  get value(): UploadedFile[] {
    return this.state.value.map(({ last_modified, ...file }) => ({ ...file, lastModified: last_modified }));
  }

  /** The same as the web's `File` objects, for functions that take those; nothing is written to disk. */
  files(): File[] {
    return this.value.map((file) => new File([file.content], file.name, file));
  }

  toString(): string {
    const names = this.state.value.map((file) => file.name).join(', ');
    return `${this.state.description}: ${names || 'no file chosen'}`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  /** The button, and a line of text for wherever there is none. */
  [$display](): MimeBundle {
    const text = { 'text/plain': this.toString() };
    const comms = attendedComms();
    if (!comms) return text;
    this.model ??= this.open(comms);
    const view = { version_major: 2, version_minor: 0, model_id: this.model.id };
    return { 'application/vnd.jupyter.widget-view+json': view, ...text };
  }

  private open(comms: Comms): WidgetModel {
    const layout = new WidgetModel(comms, { ...LAYOUT }).reference;
    const style = new WidgetModel(comms, { ...STYLE }).reference;
    return new WidgetModel(comms, Object.assign(this.state, { layout, style }));
  }
}

/**
 * A button to choose files with, in JupyterLab and whatever else shows ipywidgets' `FileUpload`. Its `value` holds the
 * files, content included, from the cell after the one that shows it. Where nobody can press a button (a notebook that
 * is run as a whole, a script) it is a line of text and its `value` stays empty.
 *
 * @example
 * // one cell
 * const chosen = widgets.fileUpload({ accept: 'image/*', multiple: true, description: 'Choose pictures' });
 * chosen
 * // a later cell
 * const pictures = chosen.value.length > 0 ? chosen.value.map((file) => file.content) : ['pictures/cat.jpg'];
 */
export function fileUpload(options: FileUploadOptions = {}): FileUpload {
  return new FileUpload(options);
}
