/** Engines from the fastest to the slowest. */
export const engineNames = ['native', 'wasm', 'cpu'] as const;

export type EngineName = (typeof engineNames)[number];

export function isEngineName(value: string): value is EngineName {
  return (engineNames as readonly string[]).includes(value);
}
