// URLs that people write into configuration: http or https, no password inside.

type Wrong = { readonly message: string; readonly hint: string };

/** Null when nothing is wrong. An expression may stand for any part; what it becomes is checked when it is known. */
export function urlProblem(text: string): Wrong | null {
  if (/[\s]/.test(text.replace(/\$\{\{.*?\}\}/g, '')))
    return { message: 'a URL cannot hold spaces', hint: 'write %20 for a space' };
  if (text.startsWith('${{')) return null;
  // A number fits wherever an expression may stand: host, port, path or query.
  const url = URL.parse(text.replace(/\$\{\{.*?\}\}/g, '1'));
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return { message: 'this is not an http or https URL', hint: 'write it whole: https://app.example.org/health' };
  }
  if (url.username !== '' || url.password !== '') {
    return {
      message: 'a URL here must not hold a user name or password: Git keeps it for ever',
      hint: 'name it in `secrets:` and use it in a script',
    };
  }
  return null;
}
