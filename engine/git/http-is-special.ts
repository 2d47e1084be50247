// Does HTTP to this remote need something that only git's own client honours: a proxy, a chosen CA, a client
// certificate, extra headers? Then every look goes through git, slower and right. Pure.

type Variables = Readonly<Record<string, string | undefined>>;

const ANY_HTTP = /^http\.(?:.*\.)?(proxy\w*|extraheader|cookiefile|curloptresolve|emptyauth|delegation)$/i;
const TLS_ONLY = /^http\.(?:.*\.)?(ssl\w+|schannel\w+|pinnedpubkey)$/i;
const TLS_VARIABLES = /^(GIT_SSL_\w+|GIT_PROXY_SSL_\w+|SSL_CERT_(FILE|DIR)|CURL_CA_BUNDLE)$/;

/** `keys`: the names of all that git's configuration sets, for whichever URL; one too many costs only speed. */
export function httpIsSpecial(url: string, keys: readonly string[], env: Variables): boolean {
  const { protocol, hostname } = new URL(url);
  const isTls = protocol === 'https:';
  if (keys.some((key) => ANY_HTTP.test(key) || (isTls && TLS_ONLY.test(key)))) return true;
  if (isTls && Object.entries(env).some(([name, value]) => value && TLS_VARIABLES.test(name))) return true;
  return hasProxy(isTls, env) && !isExempt(hostname, env['no_proxy'] || env['NO_PROXY'] || '');
}

/** As curl reads them: `HTTP_PROXY` in capitals is ignored, because CGI sets it from a request's header. */
function hasProxy(isTls: boolean, env: Variables): boolean {
  const own = isTls ? env['https_proxy'] || env['HTTPS_PROXY'] : env['http_proxy'];
  return Boolean(own || env['all_proxy'] || env['ALL_PROXY']);
}

function isExempt(hostname: string, list: string): boolean {
  return list
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((name) => {
      const domain = name.replace(/^\./, '').toLowerCase();
      return name === '*' || hostname === domain || hostname.endsWith(`.${domain}`);
    });
}
