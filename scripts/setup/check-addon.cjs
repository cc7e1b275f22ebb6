/**
 * Run in a process of its own: loads the two addons named on the command line, multiplies two small matrices and takes
 * a gradient of max pooling with them, prints `{ version, gpu }` as JSON. It loads the binding alone, without tfjs, so
 * that the answer is about the compiled files and nothing else.
 */
'use strict';
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';

const [binding] = process.argv.slice(2).map((path) => {
  const holder = { exports: {} };
  process.dlopen(holder, path);
  return holder.exports;
});

const tensor = (shape, values) => binding.createTensor(shape, binding.TF_FLOAT, new Float32Array(values));
const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };

function expect(what, operation, attributes, inputs, expected) {
  const [result] = binding.executeOp(operation, [type, ...attributes], inputs, 1);
  const came = [...binding.tensorDataSync(result.id)].join(' ');
  if (came !== expected) throw new Error(`${what} is ${expected}, the addon says ${came}`);
}

const not = (name) => ({ name, type: binding.TF_ATTR_BOOL, value: false });
const factors = [tensor([2, 2], [1, 2, 3, 4]), tensor([2, 2], [5, 6, 7, 8])];
expect('[1 2; 3 4]·[5 6; 7 8]', 'MatMul', [not('transpose_a'), not('transpose_b')], factors, '19 22 43 50');

const text = (name, value) => ({ name, type: binding.TF_ATTR_STRING, value });
const ints = (name, value) => ({ name, type: binding.TF_ATTR_INT, value });
const pooled = [tensor([1, 2, 2, 1], [1, 4, 3, 4]), tensor([1, 1, 1, 1], [4]), tensor([1, 1, 1, 1], [7])];
const window = [
  ints('ksize', [1, 2, 2, 1]),
  ints('strides', [1, 2, 2, 1]),
  text('padding', 'VALID'),
  text('data_format', 'NHWC'),
];
expect('the gradient 7 of the largest of [1 4; 3 4]', 'MaxPoolGrad', window, pooled, '0 7 0 0');
console.log(JSON.stringify({ version: binding.TF_Version, gpu: binding.isUsingGpuDevice() }));
