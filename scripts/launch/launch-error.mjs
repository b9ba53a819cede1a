// Something the person at the terminal can put right; its message says how. Apart so that every
// step of the launch can throw it.

export class LaunchError extends Error {}
