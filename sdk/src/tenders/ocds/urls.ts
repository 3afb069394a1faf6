/** Query or path words that carry a login, a signature or an expiry. */
const SECRET =
  /[?&;#](access[_-]?token|[\w-]*token|sig|signature|[\w-]*key|[\w-]*key[_-]?id|expires?|expiry|auth|authorization|credentials?|session(id)?|jsessionid|sid|password|passwd|pass|pwd|login|user|username|x-(amz|goog|ms)-[\w-]+|se|sp|sv)=/i;
const LOGIN_PATH = /\/(login|logon|signin|sign-in)([/?#.]|$)/i;
const PRIVATE_HOST =
  /^(localhost|.*\.(local|localhost|internal|lan|home)|\[.*\]|127\..*|10\..*|192\.168\..*|169\.254\..*|172\.(1[6-9]|2\d|3[01])\..*|0\..*)$/i;

/** Does the text hold an address with a login or a signature in it? Escaped addresses within addresses count. */
export function isPrivateUrl(text: string): boolean {
  const plain = decoded(text);
  return /[a-z][a-z0-9+.-]{0,20}:\/\/[^/?#\s]*@/i.test(plain) || SECRET.test(plain) || LOGIN_PATH.test(plain);
}

/** The address, when anyone can open it: http(s), a public host, no login, nothing signed. */
export function publicUrl(text: string | undefined): string | undefined {
  if (text === undefined || text.length > 2000 || isPrivateUrl(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol) || !url.hostname.includes(".") || PRIVATE_HOST.test(url.hostname))
    return undefined;
  return url.href;
}

function decoded(text: string): string {
  return text.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
