// The architecture as rules: arrows between features, doors, file roles, purity, no circle. Run through
// `scripts/check-architecture.ts`, which fails when fewer modules were seen than git lists.

/** Top row first: each feature may import features of later rows only. */
const ROWS = [
  ['cli'],
  ['app'],
  ['sdk'],
  [
    'rollouts',
    'changes',
    'deletions',
    'early-access',
    'environments',
    'experiments',
    'hygiene',
    'dashboards',
    'seed',
    'squash',
    'usage',
  ],
  ['errors'],
  ['metrics', 'replay'],
  ['flags', 'insights', 'sources'],
  ['cohorts'],
  ['ingest'],
  ['identity', 'accounts', 'notify'],
  ['audit'],
  ['stats', 'properties', 'platform'],
  ['kernel'],
];

const IO_ROLES = 'routes|service|store|query|job|client|command';
const role = (...names) => `^server/src/.*\\.(${names.join('|')})\\.ts$`;
/** Tests, and what they share (`test-app.ts`). */
const TEST = '\\.test\\.tsx?$|/test-[a-z-]+\\.ts$';

/** A file without a role in its name, outside the features that are wiring: it decides, and nothing else. */
const PURE = '^server/src/(?!app/|cli/|platform/)[^.]+\\.ts$';
const DOOR = '/index\\.ts$';
const IMPURE = [
  '^(?!server/src/)',
  '^server/src/(app|cli|platform)/',
  role('contract', ...IO_ROLES.split('|')),
];

const arrows = ROWS.map((row, index) => {
  const lower = ROWS.slice(index + 1).flat();
  return {
    name: `arrow-${row.join('-')}`,
    comment: `${row.join(', ')} may import only from: ${lower.join(', ') || 'nothing'}.`,
    severity: 'error',
    from: { path: `^server/src/(${row.join('|')})/`, pathNot: TEST },
    to: {
      path: '^server/src/([^/]+)/',
      pathNot: [...lower.map((name) => `^server/src/${name}/`), '^server/src/$1/'],
    },
  };
});

module.exports = {
  rows: ROWS,
  forbidden: [
    {
      name: 'no-circle',
      comment: 'Neither at run time nor by types.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    ...arrows,
    {
      name: 'doors',
      comment:
        'Another feature is used through `#feature`; the doors are the imports of server/package.json.',
      severity: 'error',
      from: { path: '^server/src/([^/]+)/' },
      to: {
        path: '^server/src/',
        pathNot: '^server/src/$1/',
        dependencyTypesNot: ['aliased-subpath-import'],
      },
    },
    {
      name: 'pure',
      comment:
        'A file without a role reaches, through every chain, only pure files: no package, no built-in, no I/O.',
      severity: 'error',
      from: { path: PURE, pathNot: [DOOR, TEST] },
      to: { path: IMPURE, reachable: true },
    },
    {
      name: 'tests-stay-apart',
      comment: 'The program uses nothing that is made for tests.',
      severity: 'error',
      from: { path: '^(server|web)/src/', pathNot: [TEST, '/test-[a-z.-]+\\.ts$'] },
      to: { path: TEST },
    },
    {
      name: 'contract-imports',
      comment: 'A contract imports zod, the kernel, other contracts and pure files.',
      severity: 'error',
      from: { path: role('contract') },
      to: {
        path: [
          role(...IO_ROLES.split('|')),
          '^server/src/platform/',
          DOOR,
          '^(?!server/src/|node_modules/zod/)',
        ],
      },
    },
    {
      name: 'routes-use-services',
      comment: "routes → service; a store, query, client or job is the service's business.",
      severity: 'error',
      from: { path: role('routes') },
      to: { path: role('store', 'query', 'client', 'job', 'command') },
    },
    {
      name: 'below-services',
      comment: 'store, query and client import pure files, contracts and the platform.',
      severity: 'error',
      from: { path: role('store', 'query', 'client') },
      to: { path: role('routes', 'service', 'job', 'command') },
    },
    {
      name: 'services-know-no-routes',
      severity: 'error',
      from: { path: role('service', 'job') },
      to: { path: role('routes', 'command') },
    },
    {
      name: 'web-uses-exports',
      comment: 'The web app imports from the server only what server/package.json exports.',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^server/', dependencyTypes: ['local'] },
    },
    {
      name: 'web-stays-in-the-browser',
      comment: 'What the web app imports reaches no I/O of the server and no built-in of Node.',
      severity: 'error',
      from: { path: '^web/src/', pathNot: TEST },
      to: { path: [role(...IO_ROLES.split('|')), '^server/src/(platform|cli)/'], reachable: true },
    },
    {
      name: 'server-stands-alone',
      severity: 'error',
      from: { path: '^server/src/' },
      to: { path: '^(web|sdk-compat|bench|examples|scripts)/' },
    },
  ],
  options: {
    // dependency-cruiser reads no TypeScript 7; with another parser it would see no module at all.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      importsFields: ['imports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
