// The arrows between the rooms of the house. Unit tests sit beside the code they test and may also
// use the sandbox in test/; what ships may not.
const tests = '\\.test\\.ts$';

/** What `room` may import of the house, itself aside. */
function knowsOnly(room, ...known) {
  return {
    name: `${room} knows ${known.length === 0 ? 'nobody' : 'only ' + known.join(', ')}`,
    severity: 'error',
    from: { path: `^${room}/`, pathNot: tests },
    to: {
      path: '^(hsm|ticketing|gate|ui|test|benchmarks)/',
      pathNot: [room, ...known].map((each) => `^${each}/`),
    },
  };
}

module.exports = {
  forbidden: [
    knowsOnly('hsm'),
    // One decision and one reader of journals serve the lane and the service that looks at journals later;
    // one form serves the kiosk that has it signed and the service that takes it, one schema a gate and it.
    knowsOnly('ticketing', 'hsm', 'gate/decide', 'gate/journal-format'),
    knowsOnly('gate', 'hsm', 'ticketing/entry-list', 'ticketing/signed-form', 'ticketing/gate-api'),
    knowsOnly('ui'),
    knowsOnly('test', 'hsm', 'ticketing', 'gate', 'ui'),
    {
      name: 'the entry list stands alone',
      comment: 'A gate imports it, so it may know hsm and nothing else of ticketing.',
      severity: 'error',
      from: { path: '^ticketing/entry-list/', pathNot: tests },
      to: { path: '^ticketing/', pathNot: '^ticketing/entry-list/' },
    },
    {
      name: 'what a card signs stands alone',
      severity: 'error',
      from: { path: '^ticketing/signed-form/', pathNot: tests },
      to: { path: '^(ticketing|gate)/', pathNot: '^ticketing/(signed-form|entry-list)/' },
    },
    {
      name: 'what gates and the ticketing service say to each other stands alone',
      severity: 'error',
      from: { path: '^ticketing/gate-api/', pathNot: tests },
      to: { path: '^(ticketing|gate)/', pathNot: '^ticketing/gate-api/' },
    },
    {
      name: 'what ticketing borrows of the gate needs no gate',
      severity: 'error',
      from: { path: '^gate/(decide|journal-format)/', pathNot: tests },
      to: { path: '^(ticketing|gate)/', pathNot: '^(gate/(decide|journal-format)|ticketing/entry-list)/' },
    },
    {
      name: 'one file speaks to pcsclite',
      severity: 'error',
      from: { pathNot: '^gate/reader/service-connection\\.ts$' },
      to: { path: 'node_modules/pcsclite/' },
    },
    {
      name: 'one room speaks to PKCS#11',
      comment: 'And the peer that taps are measured beside, which is a PKCS#11 module of somebody else’s.',
      severity: 'error',
      from: { pathNot: '^(hsm/token/|benchmarks/opensc-child\\.ts$)' },
      to: { path: 'node_modules/(graphene-pk11|pkcs11js)/' },
    },
    {
      name: 'virtual cards are an independent counterpart',
      comment: 'A card that shared code with the gate could share its mistakes.',
      severity: 'error',
      from: { path: '^test/card/', pathNot: tests },
      to: { path: '^(hsm|gate|ticketing)/' },
    },
    {
      name: 'no cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'only what package.json names',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
    {
      name: 'what ships needs no development dependency',
      severity: 'error',
      from: { path: '^(hsm|ticketing|gate)/', pathNot: tests },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
