export type State = Record<string, unknown>;

/** Where in a state a buffer belongs: keys and indices from the outside in. */
export type BufferPath = (string | number)[];

/** A state as it travels: JSON, and beside it the bytes that JSON cannot hold. */
export interface PackedState {
  state: State;
  buffer_paths: BufferPath[];
  buffers: Uint8Array[];
}

/** Takes the bytes out of a state, which keeps null in their places; ipywidgets' `_remove_buffers`. */
export function pack(state: State): PackedState {
  const packed: PackedState = { state: {}, buffer_paths: [], buffers: [] };
  const copy = (value: unknown, path: BufferPath): unknown => {
    if (value instanceof Uint8Array) {
      packed.buffer_paths.push(path);
      packed.buffers.push(value);
      return null;
    }
    if (Array.isArray(value)) return value.map((item, i) => copy(item, [...path, i]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item, [...path, key])]));
  };
  packed.state = copy(state, []) as State;
  return packed;
}

/** Puts the bytes back into `state`; ipywidgets' `_put_buffers`. */
export function unpack({ state, buffer_paths, buffers }: PackedState): State {
  buffer_paths.forEach((path, i) => {
    const holder = path.slice(0, -1).reduce((at, key) => at[key] as State, state);
    holder[path.at(-1)!] = buffers[i];
  });
  return state;
}
