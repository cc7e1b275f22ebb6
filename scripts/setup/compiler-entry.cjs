/**
 * Run by `node --build-snapshot` with the package's root as its argument: loads the kernel's compiler, for a process
 * that starts from the snapshot to serve at once. Node's own loader of modules cannot be part of a snapshot.
 */
const { readFileSync } = require('node:fs');
const { createRequire, isBuiltin } = require('node:module');
const path = require('node:path');
const { startupSnapshot } = require('node:v8');
const vm = require('node:vm');

const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];
const loaded = new Map();

function load(file) {
  const known = loaded.get(file);
  if (known) return known.exports;
  const module = { exports: {} };
  loaded.set(file, module);
  const { resolve } = createRequire(file);
  const requireFrom = (id) => (isBuiltin(id) ? require(id) : load(resolve(id)));
  const body = vm.compileFunction(readFileSync(file, 'utf8'), PARAMETERS, { filename: file });
  body.call(module.exports, module.exports, requireFrom, module, file, path.dirname(file));
  return module.exports;
}

const root = process.argv.at(-1);
const { rehearse, serve } = load(path.join(root, 'dist/kernel/typescript/serve.js'));
rehearse(root);
startupSnapshot.setDeserializeMainFunction(serve);
