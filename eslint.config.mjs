import tseslint from 'typescript-eslint';

const NO_DEFAULT_EXPORT = { selector: 'ExportDefaultDeclaration', message: 'Use named exports.' };

const NO_SHELL = 'Start programs with a list of arguments (spawn, execFile): a shell reads text as commands.';
const CHILD_PROCESS = ['child_process', 'node:child_process'];
/** What would put a shell between us and a program, however it is reached. */
const SHELLS = [
  "Property[key.name='shell'][value.value=true]",
  "CallExpression[callee.name=/^(spawn|execFile)/] Property[key.name='shell']",
  "MemberExpression[property.name='execSync']",
  'CallExpression[callee.name="require"][arguments.0.value=/^(node:)?child_process$/]',
  'ImportExpression[source.value=/^(node:)?child_process$/]',
].map((selector) => ({ selector, message: NO_SHELL }));

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'exercises/', '.venv/', 'node_modules/', 'notebooks/'] },
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'vitest.config.mts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      'max-lines': ['error', { max: 350, skipComments: true, skipBlankLines: true }],
      'no-restricted-syntax': ['error', NO_DEFAULT_EXPORT],
    },
  },
  {
    files: ['src/**/*.ts', 'scripts/**/*.mjs', 'scripts/**/*.cjs'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: CHILD_PROCESS.map((name) => {
            return { name, importNames: ['exec', 'execSync', 'default'], message: NO_SHELL };
          }),
        },
      ],
      'no-restricted-syntax': ['error', NO_DEFAULT_EXPORT, ...SHELLS],
    },
  },
  { files: ['vitest.config.mts'], rules: { 'no-restricted-syntax': 'off' } },
);
