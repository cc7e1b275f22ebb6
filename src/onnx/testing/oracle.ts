import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const PYTHON = path.resolve('.venv', 'bin', 'python');

/** Whether ONNX's own Python package can be asked here. */
export function hasOnnx(): boolean {
  return existsSync(PYTHON);
}

/** What ONNX's checker finds in a file: every complaint, and what its own shape inference gives for each tensor. */
export interface Verdict {
  problem: string | null;
  /** Tensors whose shape in the file is not the one that ONNX infers. */
  wrong: string[];
  /** Tensors without a type and shape in the file. */
  missing: string[];
  opset: number;
  nodes: string[];
}

/**
 * Reads file names, checks each file fully, drops its shapes and infers them anew in strict mode. A length that ONNX
 * leaves open (the batch's, after reshaping) may be anything.
 */
const SCRIPT = `
import json, sys, onnx
def dims(info):
    return [d.dim_value if d.HasField('dim_value') else d.dim_param or '?' for d in info.type.tensor_type.shape.dim]
def judge(file):
    verdict = dict(problem=None, wrong=[], missing=[], opset=0, nodes=[])
    try:
        onnx.checker.check_model(file, full_check=True)
        model = onnx.load(file, load_external_data=False)
        verdict['opset'] = model.opset_import[0].version
        verdict['nodes'] = [node.name for node in model.graph.node]
        ours = {i.name: (i.type.tensor_type.elem_type, dims(i)) for i in [*model.graph.value_info, *model.graph.output]}
        named = {name for node in model.graph.node for name in node.output if name}
        verdict['missing'] = sorted(named - set(ours))
        del model.graph.value_info[:]
        theirs = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
        for i in [*theirs.graph.value_info, *theirs.graph.output]:
            kind, shape = ours[i.name]
            open_or_same = lambda a, b: isinstance(b, str) or a == b
            if not i.type.tensor_type.HasField('shape'): continue
            inferred = dims(i)
            same = len(shape) == len(inferred) and all(map(open_or_same, shape, inferred))
            if kind != i.type.tensor_type.elem_type or not same:
                verdict['wrong'].append(f'{i.name}: {shape}, inferred {inferred}')
    except Exception as error:
        verdict['problem'] = str(error)
    return verdict
print(json.dumps([judge(file) for file in json.load(sys.stdin)]))
`;

/** Ask ONNX's own checker and shape inference about files; one process for all. */
export function judge(files: readonly string[]): Promise<Verdict[]> {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 2 ** 26 };
    const child = execFile(PYTHON, ['-c', SCRIPT], options, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr, { cause: error }));
      else resolve(JSON.parse(stdout) as Verdict[]);
    });
    child.stdin!.end(JSON.stringify(files));
  });
}
