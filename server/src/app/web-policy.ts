// What the pages of the web app may load, run and frame. The document that plays recordings holds what strangers
// wrote: its policy lets nothing out and nothing run but Serin's own files.

/** `origin` of the player, where it is not that of the app. */
export function appPolicy(playerOrigin: string | undefined): string {
  return [
    "default-src 'self'",
    // Styles are set inline by the component library; everything else comes from our own origin.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    `frame-src 'self'${playerOrigin ? ` ${playerOrigin}` : ''}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "object-src 'none'",
  ].join('; ');
}

type PlayerPolicy = {
  /** Pictures, fonts and styles of the recorded site: its servers then learn that somebody watches. */
  readonly loadsAssets: boolean;
  /** Of the app, where it is not that of the player. */
  readonly appOrigin: string | undefined;
};

/** rrweb's frame inherits it; it draws with inline styles, and images that were recorded or drawn. */
export function playerPolicy({ loadsAssets, appOrigin }: PlayerPolicy): string {
  const remote = loadsAssets ? ' https: http:' : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    `style-src 'self' 'unsafe-inline'${remote}`,
    `img-src data: blob:${remote}`,
    `font-src data:${remote}`,
    `media-src ${loadsAssets ? 'https: http:' : "'none'"}`,
    "connect-src 'none'",
    "frame-src 'none'",
    `frame-ancestors 'self'${appOrigin ? ` ${appOrigin}` : ''}`,
    "base-uri 'none'",
    "form-action 'none'",
    "object-src 'none'",
  ].join('; ');
}
