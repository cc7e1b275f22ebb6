import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ModelProto } from '../graph/proto/schema';
import { chained, type Row } from '../plot/graph/blocks';
import { ModelGraph } from '../plot/graph/model-graph';
import { OnnxError } from './errors';

/** The file could not be read as an ONNX model. */
export class OnnxReadError extends OnnxError {
  override readonly name = 'OnnxReadError';

  constructor(
    readonly file: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`Cannot read ${file}: ${reason}.`, options);
  }
}

/** What a picture needs of an ONNX file; lists that are empty may be missing, integers may be Longs. */
interface File {
  graph?: {
    name?: string;
    node?: Operator[];
    input?: ValueInfo[];
    output?: ValueInfo[];
    value_info?: ValueInfo[];
    initializer?: { name: string }[];
  };
}

interface Operator {
  name?: string;
  op_type: string;
  input?: string[];
  output?: string[];
}

interface ValueInfo {
  name: string;
  type?: { tensor_type?: { shape?: { dim?: { dim_value?: { toString(): string }; dim_param?: string }[] } } };
}

/**
 * A picture of an ONNX file's operators, as Netron draws them: each with its name, kind and the shape that the file
 * gives for its result, data flowing downwards. Weights are left out.
 *
 * @param file an ONNX file, ours or another's
 * @returns a picture that shows itself, or saves itself as `.svg` or `.png`
 * @throws OnnxReadError when the file cannot be read, or is not an ONNX model
 *
 * @example
 * await onnx.exportModel(model, 'model.onnx');
 * await onnx.draw('model.onnx');
 */
export async function draw(file: string): Promise<ModelGraph> {
  const { node: operators = [], ...graph } = await readGraph(file);
  const weights = new Set(graph.initializer?.map(({ name }) => name));
  // Older files list weights among the inputs.
  const inputs = (graph.input ?? []).filter(({ name }) => !weights.has(name));
  const shapes = shapesOf([...inputs, ...(graph.value_info ?? []), ...(graph.output ?? [])]);
  const rows: Row[] = [
    ...inputs.map(({ name }) => ({ name, type: 'input', shape: shapes.get(name) ?? '' })),
    ...operators.map(({ name = '', op_type: type, output = [] }) => ({
      name,
      type,
      shape: shapes.get(output[0]) ?? '',
    })),
  ];
  const next = successors(inputs, operators);
  const count = operators.length.toLocaleString('en-US');
  return new ModelGraph(chained(rows, next), `${path.basename(file)}: ${count} operators`);
}

async function readGraph(file: string): Promise<NonNullable<File['graph']>> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new OnnxReadError(file, (error as Error).message, { cause: error });
  }
  let graph: File['graph'];
  try {
    ({ graph } = ModelProto.decode(bytes) as File);
  } catch (error) {
    throw new OnnxReadError(file, `it is not an ONNX model, or is damaged (${(error as Error).message})`, {
      cause: error,
    });
  }
  if (graph?.node?.length) return graph;
  throw new OnnxReadError(file, 'it is not an ONNX model, or has no operators');
}

function shapesOf(infos: readonly ValueInfo[]): Map<string, string> {
  return new Map(
    infos.map(({ name, type }) => {
      const dims = type?.tensor_type?.shape?.dim?.map(({ dim_value, dim_param = '' }) => {
        const length = dim_value?.toString() ?? '0';
        return dim_param === '' ? (length === '0' ? '?' : length) : dim_param;
      });
      return [name, dims ? `[${dims.join(', ')}]` : ''];
    }),
  );
}

/** Which places of the list of inputs and operators read what each of them gives. */
function successors(inputs: readonly ValueInfo[], operators: readonly Operator[]): number[][] {
  const makers = new Map<string, number>(inputs.map(({ name }, i) => [name, i]));
  const next: number[][] = [...inputs, ...operators].map(() => []);
  operators.forEach(({ input = [], output = [] }, i) => {
    const place = inputs.length + i;
    const sources = new Set(input.flatMap((name) => makers.get(name) ?? []));
    for (const source of sources) next[source].push(place);
    for (const name of output) makers.set(name, place);
  });
  return next;
}
