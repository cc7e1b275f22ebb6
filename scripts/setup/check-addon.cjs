/**
 * Run in a process of its own: loads the addon named on the command line, multiplies two small matrices with it,
 * prints `{ version, gpu }` as JSON. It loads the binding alone, without tfjs, so that the answer is about the
 * compiled file and nothing else.
 */
'use strict';
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';

const holder = { exports: {} };
process.dlopen(holder, process.argv[2]);
const binding = holder.exports;

const matrix = (values) => binding.createTensor([2, 2], binding.TF_FLOAT, new Float32Array(values));
const attributes = [
  { name: 'transpose_a', type: binding.TF_ATTR_BOOL, value: false },
  { name: 'transpose_b', type: binding.TF_ATTR_BOOL, value: false },
  { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
];
const [product] = binding.executeOp('MatMul', attributes, [matrix([1, 2, 3, 4]), matrix([5, 6, 7, 8])], 1);
const came = [...binding.tensorDataSync(product.id)].join(' ');
if (came !== '19 22 43 50') throw new Error(`[1 2; 3 4]·[5 6; 7 8] is 19 22 43 50, the addon says ${came}`);
console.log(JSON.stringify({ version: binding.TF_Version, gpu: binding.isUsingGpuDevice() }));
