/** The layers, one way: contract ← core ← adapters and api ← app. docs/architecture.md draws them. */
const adapters = 'src-main/adapters/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'contract-stands-alone',
      comment: 'The contract is what all others depend on.',
      severity: 'error',
      from: { path: '^src-main/contract/' },
      to: { pathNot: ['^src-main/contract/', '^node_modules/(zod|@orpc/contract)/', '^node_modules/@orpc/openapi/'] },
    },
    {
      name: 'core-knows-no-technology',
      comment: 'Decisions run under plain Node with any adapter.',
      severity: 'error',
      from: { path: '^src-main/core/' },
      to: {
        path: [
          '^src-main/(adapters|api|app)/',
          '^node_modules/(electron|express|ws|better-sqlite3|drizzle-orm|node-llama-cpp|onnxruntime-node)/',
        ],
      },
    },
    {
      name: 'adapters-know-core-only',
      severity: 'error',
      from: { path: '^src-main/adapters/' },
      to: { path: '^src-main/(api|app)/' },
    },
    {
      name: 'adapters-do-not-import-each-other',
      severity: 'error',
      from: { path: '^src-main/adapters/([^/]+)/' },
      to: { path: `^${adapters}`, pathNot: `^${adapters}$1/` },
    },
    {
      name: 'doors-translate-only',
      comment: 'A door knows the contract and the type of the services; drivers and hosts are none of its business.',
      severity: 'error',
      from: { path: '^src-main/api/' },
      to: { path: '^src-main/(adapters|app)/' },
    },
    {
      name: 'electron-in-app-only',
      severity: 'error',
      from: { path: '^(src-main|renderer)/', pathNot: '^src-main/app/(main|window|window-port|protocol|menu|shutdown)\\.ts$' },
      to: { path: '^(node_modules/)?electron(/|$)' },
    },
    {
      name: 'window-imports-types-of-the-contract-only',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^src-main/', pathNot: '^src-main/contract/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^(electron|mdast|virtual:.*)$' } },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
