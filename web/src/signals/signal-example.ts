// A signal sent by hand: what to paste into a shell, with nothing but curl and openssl.

/** Where a program sends its signals, whole. */
export const addressOf = ({ url }: { readonly url: string }): string =>
  new URL(url, window.location.origin).href;

/** @param url of the sender, whole; its secret has to be filled in, for it is not known any more */
export function signalExample(url: string): string {
  const body = JSON.stringify({
    flag_key: 'new-checkout',
    environment: 'production',
    action: 'hold',
    reason: 'Trying out signals',
  });
  return [
    `secret='whsec_…'`,
    `body='${body}'`,
    'id="msg_$(openssl rand -hex 8)"; at="$(date +%s)"',
    `key="$(printf %s "\${secret#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')"`,
    'signature="$(printf %s "$id.$at.$body" |',
    '  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)"',
    `curl -sS '${url}' -H 'content-type: application/json' -d "$body" \\`,
    '  -H "webhook-id: $id" -H "webhook-timestamp: $at" -H "webhook-signature: v1,$signature"',
  ].join('\n');
}
