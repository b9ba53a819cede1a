// The door of every npm script: plain JavaScript for whatever Node the system has. It installs what is
// missing (the pinned Node included), builds the web app when stale and runs the wanted program with
// the pinned Node. This file keeps to old syntax so that an old Node can still read the sentence below.
const major = Number(process.versions.node.split('.')[0]);
if (major < 18) {
  console.error(
    'Serin needs Node 18 or newer to install itself, and this is ' + process.version + '.',
  );
  console.error(
    'Install a current Node from https://nodejs.org (Serin then brings its own Node 24).',
  );
  process.exit(1);
}
void import('./launch/launch.mjs').then((module) => module.main(process.argv.slice(2)));
