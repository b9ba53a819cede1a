#!/usr/bin/env node
// Plain JavaScript that any Node can read, so that an old one gets words instead of a syntax error.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `Serin needs Node 24 or newer; this is ${process.version}. ` +
      'In the checkout, "npm start" brings its own.',
  );
  process.exit(1);
}
const { main } = await import('../src/cli/main.ts');
await main(process.argv.slice(2));
