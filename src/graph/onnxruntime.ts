/**
 * onnxruntime, when it is first needed. Its library for Node (1.30) keeps a number for this machine in the user's cache
 * and files in the temporary folder, to tell its makers of what it runs, if nobody says no before it is loaded.
 */
export async function onnxruntime(): Promise<typeof import('onnxruntime-node')> {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  return import('onnxruntime-node');
}
