import js from '@eslint/js';
import { builtinRules } from 'eslint/use-at-your-own-risk';
import jsdoc from 'eslint-plugin-jsdoc';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import { bans } from './resources/scripts/lint-bans.mjs';

const TESTS = ['**/*.test.ts', '**/*.test.tsx', '**/*.test-support.ts', 'e2e/**/*.ts'];
const MAIN = ['src-main/**/*.ts'];
const RENDERER = ['src-renderer/**/*.{ts,tsx}'];

/** Which project tells the types of which files: with one list for all, every file is looked for in every project. */
const TYPED_ZONES = [
  ['*.ts', 'tsconfig.json'],
  ['resources/**/*.ts', 'resources/tsconfig.json'],
  ['src-main/**/*.ts', 'src-main/tsconfig.json'],
  // Holds the renderer's other files too.
  ['src-renderer/**/*.{ts,tsx}', 'src-renderer/tsconfig.test.json'],
  ['e2e/**/*.ts', 'e2e/tsconfig.json'],
];

/** Files that may say `as`: where brands are put on, and where a library's types end. Everything else proves its types. */
const FILES_WITH_CASTS = [
  'src-main/contract/{errors,verify}.ts',
  'src-main/sqlite/**/*.ts',
  'src-main/domain/key-format.ts',
  'src-main/platform/{clock,must}.ts',
  'src-main/rpc/{dispatch,test-world}.ts',
  'src-main/requests/{long-questions,requests-worker,record-decoder}.ts',
  'src-renderer/api/*.ts',
];

/** Exported functions, classes and interfaces say what they promise. Inferred contract types speak for themselves. */
const documented = [
  'error',
  {
    publicOnly: { esm: true, cjs: false, window: false, ancestorsOnly: true },
    enableFixer: false,
    require: { FunctionDeclaration: true, ClassDeclaration: true, MethodDefinition: false },
    contexts: [
      'TSInterfaceDeclaration',
      'ExportNamedDeclaration > VariableDeclaration:has(ArrowFunctionExpression.init)',
    ],
    checkConstructors: false,
  },
];

export default tseslint.config(
  {
    ignores: [
      'out/**',
      'dist/**',
      'node_modules/**',
      'test-results/**',
      'playwright-report/**',
      'coverage/**',
    ],
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [js.configs.recommended, ...tseslint.configs.recommendedTypeChecked],
    plugins: { jsdoc, house: { rules: { 'max-lines-wanted': builtinRules.get('max-lines') } } },
    languageOptions: {
      parserOptions: { tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-restricted-syntax': ['error', ...bans.everywhere],
      'no-restricted-imports': ['error', { paths: bans.imports }],
      'no-console': 'error',
      eqeqeq: 'error',
      'max-lines': ['error', { max: 350 }],
      'house/max-lines-wanted': ['warn', { max: 250 }],
      'max-lines-per-function': ['error', { max: 60 }],
      'jsdoc/require-jsdoc': documented,
      'jsdoc/check-param-names': 'error',
      'jsdoc/check-tag-names': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/require-await': 'off',
    },
  },
  ...TYPED_ZONES.map(([files, project]) => ({
    files: [files],
    languageOptions: { parserOptions: { project: [project] } },
  })),
  {
    files: MAIN,
    ignores: TESTS,
    rules: {
      'no-restricted-syntax': [
        'error',
        ...bans.everywhere,
        ...bans.environment,
        ...bans.timeAndChance,
        ...bans.ipc,
      ],
    },
  },
  // The composition roots read the environment and hand it on.
  {
    files: [
      'src-main/config.ts',
      'src-main/headless.ts',
      'src-main/electron/main.ts',
      'src-main/cli/latchkey.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', ...bans.everywhere, ...bans.timeAndChance, ...bans.ipcUse] },
  },
  {
    files: ['src-main/platform/{clock,random}.ts'],
    rules: { 'no-restricted-syntax': ['error', ...bans.everywhere, ...bans.environment, ...bans.ipc] },
  },
  {
    files: ['src-main/electron/ipc.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...bans.everywhere, ...bans.environment, ...bans.timeAndChance],
    },
  },
  {
    files: RENDERER,
    plugins: { 'react-hooks': reactHooks },
    languageOptions: { globals: globals.browser },
    rules: {
      ...reactHooks.configs.recommended.rules,
      'no-restricted-syntax': ['error', ...bans.everywhere, ...bans.transport],
      'no-restricted-globals': ['error', ...bans.transportGlobals],
      'max-lines-per-function': ['error', { max: 80 }],
    },
  },
  {
    files: ['src-renderer/api/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...bans.everywhere], 'no-restricted-globals': 'off' },
  },
  {
    files: FILES_WITH_CASTS,
    rules: { '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'as' }] },
  },
  {
    files: ['src-main/contract/**/*.ts', 'src-main/cli/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // Tables with some lines for each procedure: they grow with the contract, and are read by name.
    files: ['src-main/rpc/command-repeats.test.ts', 'src-main/http/every-procedure.test-support.ts'],
    rules: { 'max-lines': 'off' },
  },
  {
    files: TESTS,
    rules: {
      'no-restricted-syntax': ['error', ...bans.everywhere],
      'no-restricted-globals': 'off',
      'no-console': 'off',
      'max-lines-per-function': 'off',
      'house/max-lines-wanted': 'off',
      'jsdoc/require-jsdoc': 'off',
      '@typescript-eslint/consistent-type-assertions': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    extends: [js.configs.recommended],
    languageOptions: { globals: globals.node },
    rules: { 'max-lines': ['error', { max: 350 }] },
  },
  // Their source is injected into pages.
  {
    files: ['e2e/electron-standin/{main,isolated}-world.cjs', 'src-renderer/public/*.js'],
    languageOptions: { globals: globals.browser, sourceType: 'script' },
  },
);
